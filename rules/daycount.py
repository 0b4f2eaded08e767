"""逐日计算: what each day of a leave is, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.models import CalendarDay
from policy.calendar import Calendar
from policy.days import Half, Span, format_days


@dataclass(frozen=True, slots=True)
class DayRow:
    """One date of a span: ``half`` is am or pm where only one half is taken, ``count`` as it is to be read."""

    date: date
    half: str
    what: str
    count: str


def day_rows(span: Span, counting: str, calendar: Calendar) -> list[DayRow]:
    """Every date of ``span`` with what it counts for the balance (``counting``: calendar or workdays)."""
    names = dict(CalendarDay.objects.filter(day__range=(span.start, span.end)).values_list("day", "name"))
    rows = []
    for day in span.dates():
        morning = day > span.start or span.start_half is Half.AM
        evening = day < span.end or span.end_half is Half.PM
        counted = counting == "calendar" or calendar.is_workday(day)
        rows.append(
            DayRow(
                date=day,
                half="" if morning and evening else (Half.AM if morning else Half.PM).value,
                what=_what(day, names.get(day, ""), calendar),
                count=format_days(morning + evening) if counted else "0",
            )
        )
    return rows


def _what(day: date, name: str, calendar: Calendar) -> str:
    if name:
        return name
    return "工作日" if calendar.is_workday(day) else "周末"

"""The statutory calendar: a table here, a pure :class:`policy.calendar.Calendar` for the rules."""

from __future__ import annotations

from datetime import date

from core import editions
from core.models import CalendarDay, CalendarNotice
from policy.calendar import Calendar

#: Under which the processes keep the calendar; whoever changes a day renews it.
EDITION = "calendar"


def statutory_calendar() -> Calendar:
    """All published years as one pure calendar, read again only after a year was entered."""
    return editions.kept(EDITION, _load)


def _load() -> Calendar:
    rows = list(CalendarNotice.objects.order_by().values_list("year", "days__day", "days__kind"))
    days = {day: kind == CalendarDay.Kind.WORK for _, day, kind in rows if day is not None}
    return Calendar(days, frozenset(year for year, _, _ in rows))


def seed(years: range) -> int:
    """Enter the published arrangements of ``years`` that the table does not have yet; returns how many years.

    The source is the ``chinesecalendar`` package, which carries the State Council's notices as data. A year it
    does not know stays unpublished and is counted as an estimate.
    """
    import chinese_calendar

    added = 0
    for year in years:
        if CalendarNotice.objects.filter(pk=year).exists():
            continue
        first, last = date(year, 1, 1), date(year, 12, 31)
        try:
            chinese_calendar.is_workday(last)
        except NotImplementedError:
            continue
        notice = CalendarNotice.objects.create(year=year, source="国务院办公厅部分节假日安排的通知")
        days = chinese_calendar.get_dates(first, last)
        CalendarDay.objects.bulk_create(
            CalendarDay(day=day, kind=kind, name=_name(chinese_calendar, day, kind), notice=notice)
            for day in days
            if (kind := _kind(chinese_calendar, day)) is not None
        )
        added += 1
    if added:
        editions.renew(EDITION)
    return added


def _kind(source, day: date) -> str | None:
    works, weekend = source.is_workday(day), day.weekday() >= 5
    if works and weekend:
        return CalendarDay.Kind.WORK
    if not works and not weekend:
        return CalendarDay.Kind.REST
    return None


def _name(source, day: date, kind: str) -> str:
    holiday = source.get_holiday_detail(day)[1]
    chinese = source.Holiday(holiday).chinese if holiday else ""
    return chinese if kind == CalendarDay.Kind.REST else "补班"

"""The arrangement of one year: entered from the State Council's notice, shown with what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import audit, clock, editions
from core.access import allows
from core.calendar import EDITION
from core.calendar_text import Holiday
from core.errors import Conflict, NotYours, Refused
from core.models import CalendarDay, CalendarNotice, Edition
from core.texts import written
from core.verbs import verb

NUMBER_LENGTH = 60
#: A notice reaches back into the last days of the year before, for 元旦.
REACH_BACK = timedelta(days=7)

Days = dict[date, tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """A day that the new arrangement treats otherwise: what it was, what it becomes, in words."""

    day: date
    before: str
    after: str


def differing(holidays: Sequence[Holiday]) -> Days:
    """The days that differ from the week, as the table keeps them: day → (kind, name)."""
    days: Days = {}
    for holiday in holidays:
        days |= {day: (CalendarDay.Kind.REST.value, holiday.name) for day in holiday.off if day.weekday() < 5}
        days |= dict.fromkeys(holiday.worked, (CalendarDay.Kind.WORK.value, "补班"))
    return days


def known_days(year: int) -> Days:
    """What the table holds for a year's notice."""
    rows = CalendarDay.objects.filter(notice=year)
    return {day: (kind, name) for day, kind, name in rows.values_list("day", "kind", "name")}


def changes(before: Days, after: Days) -> list[Change]:
    """Which days become something else, in order."""
    return [
        Change(day, said(day, before), said(day, after))
        for day in sorted(before.keys() | after.keys())
        if before.get(day, ("",))[0] != after.get(day, ("",))[0]
    ]


def said(day: date, days: Days) -> str:
    """上班, 休息, 放假（国庆节） or 补班."""
    kind, name = days.get(day, ("", ""))
    if kind == CalendarDay.Kind.WORK:
        return "补班"
    if kind == CalendarDay.Kind.REST:
        return f"放假（{name}）"
    return "上班" if day.weekday() < 5 else "休息"


@verb("calendar.enter")
def enter_year(
    *, acting_user: Any, year: int, number: str, source: str, holidays: Sequence[Holiday], seen: str
) -> CalendarNotice:
    """Enter a year's arrangement, or put a new one in the place of the old; all of it or nothing.

    ``seen``: the stamp of the calendar with which the change was shown. Raises NotYours for whoever does not keep
    the calendar, Conflict when somebody entered something else meanwhile, Refused for a missing number or a day that
    is not of this year.
    """
    if not keeps_calendar(acting_user):
        raise NotYours("not_yours", "没有这一页")
    missing, source = "写明通知的文号，如：国办发明电〔2025〕7号", source.strip()
    number = written(number, field="number", most=NUMBER_LENGTH, missing=missing, label="文号")
    days = differing(holidays)
    for day in days:
        if not date(year, 1, 1) - REACH_BACK <= day <= date(year, 12, 31):
            raise Refused("other_year", f"{day:%Y-%m-%d} 不是 {year} 年的，看年份选对没有", field="text")
    notice, _ = CalendarNotice.objects.get_or_create(year=year)
    notice = CalendarNotice.objects.select_for_update().get(pk=year)
    if seen != (Edition.objects.filter(pk=EDITION).values_list("stamp", flat=True).first() or ""):
        raise Conflict("calendar_changed", "核对以后，日历又有变动，重新核对一次再启用")
    before = known_days(year)
    old_number = notice.number
    notice.number, notice.source, notice.entered_at, notice.entered_by = (
        number,
        source,
        clock.now(),
        acting_user,
    )
    notice.save()
    CalendarDay.objects.filter(notice=notice).delete()
    # A day that an earlier year's notice already speaks of is this one's now: the later notice holds.
    CalendarDay.objects.filter(day__in=days).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind=kind, name=name, notice=notice) for day, (kind, name) in days.items()
    )
    editions.renew(EDITION)
    audit.record(
        action="calendar.enter",
        actor=acting_user,
        subject_kind="calendar",
        subject_id=year,
        before={"number": old_number, "days": _plain(before)},
        after={"number": number, "days": _plain(days)},
    )
    return notice


def keeps_calendar(user: Any) -> bool:
    """One calendar holds for the whole installation: whoever administers all of it keeps it."""
    return allows("installation_keeper", user)


def _plain(days: Days) -> dict[str, str]:
    return {day.isoformat(): kind for day, (kind, _) in sorted(days.items())}

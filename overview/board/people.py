"""The people of a team or a unit on the chosen day, by unit and pinyin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from attendance.derive import PersonDays, month_number, standing
from core.calendar import statutory_calendar
from leave.whereabouts.grid import bounds
from overview.board.ranges import Range
from policy.attendance import Shown, shown, totals_of
from policy.days import format_days
from teams.models import Appointment, Person

_NOTHING = PersonDays()


@dataclass(frozen=True)
class PersonLine:
    """One posting: the mark of the day, and what the month comes to so far."""

    posting: Appointment
    mark: Shown
    on_post: str
    leave: str
    trip: str


def listed(here: Range, day: date) -> list[PersonLine]:
    """Who is posted on that day; two queries."""
    rows = list(
        here.rows(day, day)
        .select_related("person", "body__region", "unit")
        .order_by("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk")
    )
    people = Person.objects.filter(pk__in={row.person_id for row in rows}).values("pk")
    known = standing(people, [month_number(day)]) if rows else {}
    workday = statutory_calendar().is_workday(day)
    first, last = bounds(day)
    found = []
    for row in rows:
        days = known.get(row.person_id, _NOTHING).values
        sums = totals_of(values for each, values in days.items() if first <= each <= last and row.holds(each))
        found.append(
            PersonLine(
                row,
                shown(days.get(day, {}), workday=workday),
                *(format_days(halves) for halves in (sums.on_post, sums.leave, sums.trip)),
            )
        )
    return found

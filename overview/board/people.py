"""The people of a team or a unit on the chosen day, by unit and pinyin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from attendance.derive import people_of
from attendance.frozen import counting
from core.calendar import statutory_calendar
from core.months import bounds, month_number
from overview.board.ranges import Range
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, Shown, shown
from policy.days import format_days
from teams.models import Appointment


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
    people = people_of(rows)
    known = counting(people, [month_number(day)]) if rows else {}
    workday, today = statutory_calendar().is_workday(day), dayset.one(day)
    month = dayset.stretch(*bounds(day))
    found = []
    for row in rows:
        days = known.get(row.person_id, NOTHING_SAID)
        sums = days.among(dayset.stretch(row.valid_from, row.valid_to) & month).totals
        parts = {part: value for (part, value), bits in days.said.items() if bits & today and part in PARTS}
        found.append(
            PersonLine(
                row,
                shown(parts, workday=workday),
                *(format_days(halves) for halves in (sums.on_post, sums.leave, sums.trip)),
            )
        )
    return found

"""What counts of people's days: what stands, and of months that are closed what was frozen when they were."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from attendance.derive import standing
from attendance.sheets import MonthLine, MonthSheet
from core.months import day_of
from policy import dayset
from policy.attendance import NOTHING_SAID, PersonDays


def counting(
    people: QuerySet,
    months: Collection[int],
    *,
    sheets: Collection[int] | None = None,
    only: date | None = None,
) -> dict[int, PersonDays]:
    """What counts of the people in those months (202611), by person id; two queries.

    ``settled`` of each are the days of closed months; ``differs`` those of them of which something else stands now.
    ``sheets``: the closed sheets where the caller knows them; without any there is no second query. ``only``: this one
    day of the month.
    """
    found = standing(people, months, only=only)
    if sheets is not None and not sheets:
        return found
    rows = MonthLine.objects.filter(
        sheet__month__in=months, sheet__state=MonthSheet.State.CLOSED, appointment__person__in=people
    )
    if sheets is not None:
        rows = rows.filter(sheet__in=sheets)
    for person, month, days, marks in rows.order_by().values_list(
        "appointment__person", "sheet__month", "days", "marks"
    ):
        inside, parts = frozen_days(month, days, marks)
        if only is not None:
            inside &= dayset.one(only)
        found[person] = found.get(person, NOTHING_SAID).settled_as(parts, inside)
    return found


def frozen_days(month: int, days: dict[str, list[str]], marks: list[str | None]) -> tuple[int, PersonDays]:
    """(the days of the posting, what was said of them) of a frozen line."""
    first = day_of(month)
    inside = sum(1 << at for at, mark in enumerate(marks) if mark is not None) << dayset.place(first)
    return inside, PersonDays.of_parts({first.replace(day=int(day)): parts for day, parts in days.items()})

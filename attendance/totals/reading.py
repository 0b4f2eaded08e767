"""What a month or a week comes to for everybody a viewer looks after, by town, team or person.

Derived at once for up to :data:`MOST` people; of more the month is read as it was last written, with its time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal

from django.db.models import Min, Q, QuerySet, Sum
from django.db.models.functions import Substr

from attendance.by_day import Counts, DayCount
from attendance.keepers import looked_after_between, looked_after_q, looked_after_rows
from attendance.tallies import FIGURES, Tally, by_person, by_team, by_town
from attendance.totals.models import CountyMonthDay, CountyMonthLine
from core.months import month_number
from policy.periods import Period, period_of
from teams.models import Body, Region, User
from teams.models.places import path_range
from teams.scope import scope_of

#: So many people are derived within a page's time.
MOST = 5000
By = Literal["town", "team", "person"]
_ALIVE = {"town": by_town, "team": by_team, "person": by_person}


@dataclass(frozen=True)
class Totals:
    """``as_of``: when the lines were written; None where they were derived just now."""

    lines: list[Tally]
    as_of: datetime | None = None


def month_totals(
    user: User, month: date, *, by: By = "town", town: str = "", team: int | None = None
) -> Totals:
    """What the month comes to for whom the user looks after, of one ``town`` (its path) or ``team`` where named.

    By division code, place, unit and pinyin, never by a figure. Derived: five queries; read: at most four.
    """
    return totals(user, period_of("month", month), by=by, town=town, team=team)


def totals(user: User, period: Period, *, by: By = "town", town: str = "", team: int | None = None) -> Totals:
    """The same of any period; only months are ever written beforehand."""
    assert period.last is not None
    if period.per == "month" and many(user, period, town, team):
        read = _written(user, period, by, town, team)
        if read.lines:
            return read
    rows = looked_after_rows(user, period.first, period.last, town=town, team=team)
    return Totals(_ALIVE[by](rows, period, quotas=True))


def many(user: User, period: Period, town: str = "", team: int | None = None) -> bool:
    """Are they more than can be derived at once? One query that stops counting there."""
    assert period.last is not None
    rows = looked_after_between(user, period.first, period.last).filter(_place("body__region__path", town))
    if team is not None:
        rows = rows.filter(body=team)
    return rows.order_by()[: MOST + 1].count() > MOST


def _place(column: str, town: str) -> Q:
    low, high = path_range(town) if town else ("", "~")
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def _written(user: User, period: Period, by: By, town: str, team: int | None) -> Totals:
    rows = CountyMonthLine.objects.filter(
        looked_after_q(scope_of(user), path="path", body="team", unit="unit"),
        _place("path", town),
        month=month_number(period.first),
    )
    if team is not None:
        rows = rows.filter(team=team)
    lines, times = lines_of(rows, by)
    return Totals(lines, min(times, default=None))


def lines_of(rows: QuerySet[CountyMonthLine], by: By) -> tuple[list[Tally], list[datetime]]:
    """The lines and of when each is; the database sums, so that what comes is as long as the page."""
    keys = {
        "town": ("town",),
        "team": ("path", "team"),
        "person": ("path", "team", "person__pinyin", "person", "person__name"),
    }[by]
    order = ("path", "team", "unit__pinyin", "person__pinyin") if by == "person" else keys
    found = list(
        rows.values(*keys)
        .annotate(**{f"sum_{name}": Sum(name) for name in FIGURES}, at=Min("of__written_at"))
        .order_by(*order)
    )
    names = _names(found, by)
    lines = [
        Tally(
            label=row["person__name"] if by == "person" else names[row[keys[-1]]],
            path=row[keys[0]],
            team=row.get("team", 0),
            person=row.get("person", 0),
            **{name: row[f"sum_{name}"] for name in FIGURES},
        )
        for row in found
    ]
    return lines, [row["at"] for row in found]


def _names(found: Sequence[dict], by: By) -> dict:
    if by == "town":
        towns = Region.objects.filter(path__in={row["town"] for row in found}).order_by("valid_from", "pk")
        return {region.path: region.name for region in towns}
    if by == "team":
        return {pk: str(body) for pk, body in Body.objects.in_bulk({row["team"] for row in found}).items()}
    return {}


def day_counts(low: str, high: str, month: date, digits: int) -> tuple[Counts, datetime | None]:
    """(place → day → what counts of it, of when it is) as last written, of the places from ``low`` to before ``high``.

    A place is named by the first ``digits`` of its path, at most a town's; one query. Nothing where nothing is
    written. Somebody who changed towns on a day is posted in both on it.
    """
    rows = (
        CountyMonthDay.objects.filter(month=month_number(month), town__gte=low, town__lt=high)
        .order_by()
        .values_list(Substr("town", 1, digits), "day")
        .annotate(*(Sum(each.name) for each in fields(DayCount)), Min("of__written_at"))
    )
    found: Counts = defaultdict(dict)
    times = []
    for place, day, *figures, at in rows:
        found[place][month.replace(day=day)] = DayCount(*figures)
        times.append(at)
    return dict(found), min(times, default=None)

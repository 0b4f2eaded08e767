"""What a month or a week comes to for everybody a viewer looks after, by town, team or person.

Derived at once for up to :data:`MOST` people; of more the month is read as it was last written, with its time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import Substr

from attendance.by_day import Counts, DayCount
from attendance.keepers import looked_after_between, looked_after_q, looked_after_rows
from attendance.spans import months_of
from attendance.tallies import FIGURES, Tally, by_person, by_team, by_town
from attendance.totals.models import CountyMonthDay, CountyMonthLine, CountyQuota
from core import clock
from core.calendar import statutory_calendar
from core.months import bounds, day_of, month_number
from policy.periods import Period, period_of
from policy.quota import QuotaState
from teams.models import Body, Region, User
from teams.models.places import STEP, path_range
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
    """The same of any period. Of more than :data:`MOST` a month is read for whatever ``by``; a week or a day by town,
    without the names of those of whom nothing is entered.
    """
    assert period.last is not None
    if period.per in ("month", "week", "day") and many(user, period, town, team):
        read = None
        if period.per == "month":
            read = _written(user, period, by, town, team)
        elif by == "town" and team is None and not town:
            read = from_days(user, period)
        if read is not None and read.lines:
            return read
    rows = looked_after_rows(user, period.first, period.last, town=town, team=team)
    return Totals(_ALIVE[by](rows, period, quotas=period.per != "day"))


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


def from_days(user: User, period: Period) -> Totals | None:
    """The towns' week or day from their written days; None where nothing is written, or where the user looks after
    teams or units beside places, which no town's days tell apart. At most nine queries.

    How many people they are is counted now; how the quotas of a week stand is read as it was written.
    """
    scope = scope_of(user)
    if scope.seen_team_ids or scope.seen_unit_ids:
        return None
    assert period.last is not None
    found: dict[str, Tally] = {}
    times: list[datetime] = []
    today = clock.today()
    workdays = set(statutory_calendar().workdays(period.first, min(period.last, today)))
    rows = CountyMonthDay.objects.filter(scope.places_q("town"), month__in=months_of(period), posted__gt=0)
    for row in rows.filter(_within(period)).order_by().select_related("of"):
        line = found.setdefault(row.town, Tally("", row.town))
        line.on_post += row.there
        for name in ("nights", "leave", "trip", "unverified"):
            setattr(line, name, getattr(line, name) + getattr(row, name))
        day = day_of(row.month, row.day)
        line.silent += row.unsaid if day in workdays else 0
        line.silent_today += row.unsaid if day == today and day in workdays else 0
        times.append(row.of.written_at)
    if not found:
        return None
    for path, people in _people(user, period, found).items():
        found[path].people = people
    if period.per != "day":
        _add_quotas(user, period, found)
    names = {
        region.path: region.name
        for region in Region.objects.filter(path__in=found).order_by("valid_from", "pk")
    }
    for path, line in found.items():
        line.label = names.get(path, path)
    return Totals([found[path] for path in sorted(found)], min(times))


def _within(period: Period) -> Q:
    """The days of the period, of the one or two months it lies in."""
    assert period.last is not None
    query = Q()
    for month in months_of(period):
        first, last = bounds(day_of(month))
        query |= Q(month=month, day__gte=max(first, period.first).day, day__lte=min(last, period.last).day)
    return query


def _people(user: User, period: Period, towns: Mapping[str, Tally]) -> dict[str, int]:
    """How many are posted in each town in the period; who was in several is counted in the first."""
    assert period.last is not None
    rows = looked_after_between(user, period.first, period.last).order_by()
    found: Counter[str] = Counter()
    for path, number in rows.values_list("body__region__path").annotate(Count("pk")):
        found[_town(path, towns)] += number
    several = rows.values("person").annotate(postings=Count("pk")).filter(postings__gt=1).values("person")
    seen: set[int] = set()
    again = rows.filter(person__in=several).order_by("body__region__path", "body", "pk")
    for person, path in again.values_list("person", "body__region__path"):
        if person in seen:
            found[_town(path, towns)] -= 1
        seen.add(person)
    return {path: number for path, number in found.items() if path in towns}


def _town(path: str, towns: Mapping[str, Tally]) -> str:
    """The town of a team that stands in it or in one of its villages."""
    return path if path in towns else path[:-STEP]


def _add_quotas(user: User, period: Period, towns: Mapping[str, Tally]) -> None:
    rows = CountyQuota.objects.filter(scope_of(user).places_q("path"), period=period.key).order_by()
    found = rows.values_list("town").annotate(
        measured=Count("person", distinct=True),
        at_risk=Count("person", distinct=True, filter=Q(state=QuotaState.AT_RISK.value)),
        missed=Count("person", distinct=True, filter=Q(state=QuotaState.MISSED.value)),
    )
    for town, measured, at_risk, missed in found:
        if town in towns:
            line = towns[town]
            line.measured, line.at_risk, line.missed = measured, at_risk, missed


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

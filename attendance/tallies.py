"""What a day, a week or a month comes to for each town, team or person: days on post, away, not verified, not entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from attendance.derive import people_of
from attendance.frozen import counting
from attendance.quotas import Line, Standings, standings_of
from attendance.spans import months_of
from attendance.standing import unregistered, workdays_so_far
from core.months import day_words
from policy import dayset
from policy.attendance import NOTHING_SAID, PersonDays
from policy.calendar import ONE_DAY, Calendar
from policy.dayset import DayBits
from policy.periods import Period
from policy.quota import QuotaState
from teams.models import Appointment

_HALVES = ("am", "pm")


#: What of a tally is counted, and may be added up.
FIGURES = (
    "people", "on_post", "nights", "leave", "trip", "unverified", "silent", "silent_today", "measured", "at_risk",
    "missed",
)  # fmt: skip


@dataclass
class Tally:
    """A town, a ``team`` or a ``person`` of one. Halves of days, but ``nights``.

    ``silent``: working days of a person, until today, of which nothing is entered; ``silent_today``: those of them that
    are today's, which is not over; ``names``: whose those are, with how many where there are several, in the order of
    the register. ``measured``, ``at_risk``, ``missed``: people of whom a document asks something, whose quota is at
    risk, whose quota was missed without a cause; counted where quotas are asked for.
    """

    label: str
    path: str
    team: int = 0
    person: int = 0
    people: int = 0
    on_post: int = 0
    nights: int = 0
    leave: int = 0
    trip: int = 0
    unverified: int = 0
    silent: int = 0
    silent_today: int = 0
    measured: int = 0
    at_risk: int = 0
    missed: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count the other's figures here as well."""
        for name in FIGURES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.names += other.names


def by_town(rows: Sequence[Appointment], period: Period, *, quotas: bool = False) -> list[Tally]:
    """The towns of these postings, by division code. Each row with its team, region and person loaded."""
    found: dict[str, Tally] = {}
    for row, each in each_posting(rows, period, quotas=quotas):
        town = row.body.team.region.town
        found.setdefault(town.path, Tally(town.name, town.path)).add(each)
    return [found[path] for path in sorted(found)]


def by_team(rows: Sequence[Appointment], period: Period, *, quotas: bool = False) -> list[Tally]:
    """The teams of these postings, by place."""
    found: dict[int, Tally] = {}
    for row, each in each_posting(rows, period, quotas=quotas):
        found.setdefault(row.body_id, Tally(str(row.body), row.body.region.path, row.body_id)).add(each)
    return list(found.values())


def by_person(rows: Sequence[Appointment], period: Period, *, quotas: bool = False) -> list[Tally]:
    """The people of these postings, in each team, in the order of the rows."""
    found: dict[tuple[int, int], Tally] = {}
    for row, each in each_posting(rows, period, quotas=quotas):
        named = Tally(row.person.name, row.body.region.path, row.body_id, row.person_id)
        found.setdefault((row.body_id, row.person_id), named).add(each)
    return list(found.values())


def total(lines: Sequence[Tally]) -> Tally:
    """All of them together."""
    whole = Tally("合计", "")
    for line in lines:
        whole.add(line)
    return whole


def known_of(rows: Sequence[Appointment], period: Period) -> dict[int, PersonDays]:
    """What counts of the days of these people, by person id; two queries."""
    people = people_of(rows)
    return counting(people, months_of(period), only=period.first if period.per == "day" else None)


def each_posting(
    rows: Sequence[Appointment],
    period: Period,
    *,
    quotas: bool = False,
    known: Mapping[int, PersonDays] | None = None,
    judged: Standings | None = None,
    named: bool = True,
) -> list[tuple[Appointment, Tally]]:
    """Each posting with what its own days of the period come to; two queries, five with ``quotas``.

    Somebody who changed teams is one person of the town, counted where he was first; his quota is judged where he was
    posted last. ``known``: :func:`known_of`, ``judged``: how their quotas stand, where the caller has asked already.
    Without ``named`` it is not said who is silent.
    """
    if not rows:
        return []
    assert period.last is not None
    if known is None:
        known = known_of(rows, period)
    if quotas and judged is None:
        judged = standings_of(rows, period, known)
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in judged.lines if judged is not None else ():
        lines[line.posting.pk].append(line)
    workdays, over = workdays_so_far(period, today=True), workdays_so_far(period)
    first: dict[int, Appointment] = {}
    found = []
    for row in rows:
        first.setdefault(row.person_id, row)
        own = dayset.shared(row.valid_from, row.valid_to, period.first, period.last)
        tally = _one(known.get(row.person_id, NOTHING_SAID), own, workdays, over)
        if named and (silent := tally.silent):
            tally.names = [f"{row.person.name}（{silent} 天）" if silent > 1 else row.person.name]
        tally.people = int(first[row.person_id] is row)
        tally.measured = int(bool(lines[row.pk]))
        tally.at_risk = int(any(line.state == QuotaState.AT_RISK for line in lines[row.pk]))
        tally.missed = int(any(line.state == QuotaState.MISSED for line in lines[row.pk]))
        found.append((row, tally))
    return found


def _one(days: PersonDays, inside: DayBits, workdays: DayBits, over: DayBits) -> Tally:
    """``workdays``: those so far, with today; ``over``: those of them that are over."""
    own = days.among(inside)
    sums, silent = own.totals, unregistered(own, inside, workdays)
    return Tally(
        "",
        "",
        on_post=sums.on_post,
        nights=sums.village + sums.town,
        leave=sums.leave,
        trip=sums.trip,
        unverified=sum(own.having(half, "unverified").bit_count() for half in _HALVES),
        silent=silent,
        silent_today=silent - unregistered(own, inside, over),
    )


def one_day(day: date) -> Period:
    """A day as a period."""
    return Period("day", day, day, day.isoformat(), day_words(day))


def workday_before(day: date, calendar: Calendar) -> date:
    """The last working day before this one."""
    day -= ONE_DAY
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return day

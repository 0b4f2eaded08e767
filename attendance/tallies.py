"""What a day, a week or a month comes to for each town or team: days on post, away, not verified, not entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from attendance.forms import town_of
from attendance.frozen import counting
from attendance.spans import months_of
from attendance.standing import unregistered, workdays_so_far
from policy import dayset
from policy.attendance import NOTHING_SAID, PersonDays
from policy.calendar import ONE_DAY, Calendar
from policy.dayset import DayBits
from policy.periods import Period
from teams.models import Appointment, Person

_HALVES = ("am", "pm")


@dataclass
class Tally:
    """One town, or the ``team``. Halves of days, but ``nights``; ``silent``: working days of a person of which nothing is entered.

    ``names``: whose days those are, in the order of the register.
    """

    label: str
    path: str
    team: int = 0
    people: int = 0
    on_post: int = 0
    nights: int = 0
    leave: int = 0
    trip: int = 0
    unverified: int = 0
    silent: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count the other's figures here as well."""
        for name in ("people", "on_post", "nights", "leave", "trip", "unverified", "silent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.names += other.names


def by_town(rows: Sequence[Appointment], period: Period) -> list[Tally]:
    """The towns of these postings, by division code; one query. Each row with its team, region and person loaded."""
    found: dict[str, Tally] = {}
    for row, each in _each(rows, period):
        town = town_of(row.body.team)
        found.setdefault(town.path, Tally(town.name, town.path)).add(each)
    return [found[path] for path in sorted(found)]


def by_team(rows: Sequence[Appointment], period: Period) -> list[Tally]:
    """The teams of these postings, by place; one query."""
    found: dict[int, Tally] = {}
    for row, each in _each(rows, period):
        found.setdefault(row.body_id, Tally(str(row.body), row.body.region.path, row.body_id)).add(each)
    return list(found.values())


def total(lines: Sequence[Tally]) -> Tally:
    """All of them together."""
    whole = Tally("合计", "")
    for line in lines:
        whole.add(line)
    return whole


def _each(rows: Sequence[Appointment], period: Period) -> list[tuple[Appointment, Tally]]:
    """Each posting with what its own days of the period come to."""
    if not rows:
        return []
    people = Person.objects.filter(pk__in={row.person_id for row in rows}).values("pk")
    known = counting(people, months_of(period))
    # Today is not over, but its own summary says how far it has come.
    workdays = workdays_so_far(period, today=period.first == period.last)
    whole = dayset.stretch(period.first, period.last)
    counted: set[int] = set()
    found = []
    for row in rows:
        inside = dayset.stretch(row.valid_from, row.valid_to) & whole
        # Somebody who changed teams is one person of the town, counted where he was first.
        first = row.person_id not in counted
        counted.add(row.person_id)
        found.append((row, _one(row, known.get(row.person_id, NOTHING_SAID), inside, workdays, first=first)))
    return found


def _one(row: Appointment, days: PersonDays, inside: DayBits, workdays: DayBits, *, first: bool) -> Tally:
    own = days.among(inside)
    sums, silent = own.totals, unregistered(own, inside, workdays)
    return Tally(
        "",
        "",
        people=int(first),
        on_post=sums.on_post,
        nights=sums.village + sums.town,
        leave=sums.leave,
        trip=sums.trip,
        unverified=sum(own.having(half, "unverified").bit_count() for half in _HALVES),
        silent=silent,
        names=[row.person.name] if silent else [],
    )


def one_day(day: date) -> Period:
    """A day as a period."""
    return Period("day", day, day, day.isoformat(), f"{day.month}月{day.day}日")


def workday_before(day: date, calendar: Calendar) -> date:
    """The last working day before this one."""
    day -= ONE_DAY
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return day

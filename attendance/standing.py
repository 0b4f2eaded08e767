"""How people's quotas stand: their postings, in the words of policy, against what stands of their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from core import clock
from core.calendar import statutory_calendar
from policy import dayset, quota
from policy.attendance import PersonDays
from policy.calendar import ONE_DAY
from policy.dayset import DayBits
from policy.periods import Period, Window
from policy.quota import Need, Posting, QuotaResult
from policy.topics import QuotaRule
from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.settings import values_at
from teams.models import Appointment
from teams.models.places import paths_down_to
from teams.selectors import region_lookup
from teams.words import FULL_TIME_POSTS, Level, Post

_WEEK = 7 * ONE_DAY
COUNT_TRIP = "attendance.count_trip"


class Quotas:
    """The quotas of some people in one period; at most four queries for all.

    All of a person's full-time postings are read, whichever of them the viewer sees: a transfer inside one county is
    one quota. ``whole``: also the weeks that the month judges, as a person's own page shows them. ``closed``: the month
    is closed, and what was never verified does not count any more.
    """

    def __init__(self, people: QuerySet, month: Period, *, whole: bool = False, closed: bool = False) -> None:
        self.month, self._closed = month, closed
        every = _touching(people, month)
        rows = self._rows = [row for row in every if row.post != Post.FIRST_SECRETARY]
        first = {row.person for row in every if row.post == Post.FIRST_SECRETARY}
        self._owed: Callable[..., tuple[Need, ...]] = quota.owed_in_month if whole else quota.owed_in_period
        self._postings = _postings(rows, first, month)
        # Of a transfer within the month the later posting's place says.
        self._paths = {row.person: row.path for row in rows}
        # Today is not over: what nobody has entered yet can still come.
        self._known_through = clock.today() - ONE_DAY
        self._trips: dict[str, bool] | None = None
        self._book, self._calendar = rule_book(), statutory_calendar()
        self._needs: dict[tuple[Posting, ...], tuple[Need, ...]] = {}

    def of(self, person_id: int, days: PersonDays) -> list[QuotaResult]:
        """The findings on one person, in the order of the rules; none where no document asks for anything."""
        postings = tuple(self._postings.get(person_id, ()))
        needs = self._needs.get(postings)
        if needs is None:
            needs = self._needs[postings] = self._owed(self._book, postings, self.month, self._calendar)
        if not needs:
            return []
        facts = days.facts
        trips = self._count_trips(person_id) if "trip" in facts.away else None
        return [
            quota.judge(
                need,
                quota.tally(
                    need,
                    facts,
                    self._calendar,
                    known_through=self._known_through,
                    closed=self._closed,
                    count_trip=trips,
                ),
            )
            for need in needs
        ]

    def rhythms(self) -> frozenset[str]:
        """How often something is asked of these people: week, month, year; one answer for all."""
        return frozenset(rule.per for rule in self._rules())

    def told_apart(self) -> frozenset[str]:
        """What is told apart of these people's days on post; one answer for all, as a register's keys are."""
        return frozenset(each for rule in self._rules() for each in rule.tells_apart)

    def posted_outside(self, low: str, high: str) -> set[int]:
        """Who has another posting in the period, at a place before ``low`` or from ``high`` on; no query."""
        first, last = self.month.first, self.month.last
        assert last is not None
        return {
            row.person
            for row in self._rows
            if not low <= row.path < high
            and row.valid_from <= last
            and (row.valid_to is None or row.valid_to >= first)
        }

    def _rules(self) -> Iterator[QuotaRule]:
        whoms = {posting.whom for own in self._postings.values() for posting in own}
        for whom in whoms:
            yield from rules_for(self._book, "quota", whom, self.month.first).rules

    def _count_trips(self, person_id: int) -> bool | None:
        """True where the county counts trips; None leaves it to the document. Asked only where there is a trip."""
        if self._trips is None:
            self._trips = values_at(self._paths.values(), COUNT_TRIP)
        return True if self._trips[self._paths[person_id]] else None


class _Row(NamedTuple):
    """What of a posting a quota depends on."""

    person: int
    post: str
    path: str
    team_kind: str
    task: str
    origin: str | None
    valid_from: date
    valid_to: date | None


def _touching(people: QuerySet, month: Period) -> list[_Row]:
    """The full-time postings of the people that touch the month or its weeks, and who is first secretary on top."""
    assert month.last is not None
    rows = Appointment.objects.filter(
        Q(post__in=FULL_TIME_POSTS, acting_for=None) | Q(post=Post.FIRST_SECRETARY),
        Q(valid_to=None) | Q(valid_to__gte=month.first - _WEEK),
        person__in=people,
        valid_from__lte=month.last + _WEEK,
        void=False,
    ).order_by("valid_from", "pk")
    asked = ("person", "post", "body__region__path", "body__team__team_kind", "body__team__task")
    return [_Row(*row) for row in rows.values_list(*asked, "unit__origin", "valid_from", "valid_to")]


def _postings(rows: Sequence[_Row], first: set[int], month: Period) -> dict[int, list[Posting]]:
    places = region_lookup(row.path for row in rows)
    chains: dict[str, tuple[tuple[str, ...], str]] = {}
    alike: dict[tuple[Any, ...], Posting] = {}
    found: dict[int, list[Posting]] = defaultdict(list)
    for row in rows:
        if row.path not in chains:
            above = [places.by_path.get(each) for each in reversed(paths_down_to(row.path))]
            county = places.at(row.path, Level.COUNTY)
            codes = tuple(region.rule_code for region in above if region and region.rule_code)
            chains[row.path] = codes, county.path if county else row.path
        window, also = _window(row, month), row.person in first
        key = (row.path, row.team_kind, row.task, row.post, row.origin, also, window)
        if key not in alike:
            codes, county_path = chains[row.path]
            whom = Whom(
                region_codes=codes,
                team_kind=row.team_kind,
                role=row.post,
                also_first_secretary=also,
                dispatched_by=row.origin or "county",
                task=row.task,
            )
            alike[key] = Posting(whom, county_path, window)
        found[row.person].append(alike[key])
    return found


def _window(row: _Row, month: Period) -> Window:
    """The posting's dates, cut wide around the month, so that people posted all along share one answer."""
    assert month.last is not None
    early, late = month.first - _WEEK, month.last + _WEEK
    last = row.valid_to if row.valid_to is not None and row.valid_to < late else late
    return Window(max(row.valid_from, early), last)


def unregistered(days: PersonDays, inside: DayBits, workdays: DayBits) -> int:
    """Of these working days, inside the postings, how many there are of which nobody has said anything yet.

    A closed month waits for no entry any more.
    """
    return (inside & workdays & ~days.entered & ~days.settled).bit_count()


def workdays_so_far(period: Period, *, today: bool = False) -> DayBits:
    """The period's working days before today, or with ``today`` until it: today is not over."""
    assert period.last is not None
    last = min(period.last, clock.today() if today else clock.today() - ONE_DAY)
    return dayset.of(statutory_calendar().workdays(period.first, last))

"""How people's quotas stand: their postings, in the words of policy, against what stands of their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from core import clock
from core.calendar import statutory_calendar
from policy import quota
from policy.attendance import facts_of
from policy.calendar import ONE_DAY, Calendar
from policy.periods import Period, Window
from policy.quota import Need, Posting, QuotaResult
from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.settings import values_at
from teams.models import Appointment, Region
from teams.selectors import region_lookup
from teams.words import FULL_TIME_POSTS, Level, Post

_WEEK = 7 * ONE_DAY
COUNT_TRIP = "attendance.count_trip"
Days = Mapping[date, Mapping[str, str]]


class Quotas:
    """The quotas of some people in one period; at most four queries for all.

    All of a person's full-time postings are read, whichever of them the viewer sees: a transfer inside one county is
    one quota. ``whole``: also the weeks that the month judges, as a person's own page shows them. ``closed``: the month
    is closed, and what was never verified does not count any more.
    """

    def __init__(self, people: QuerySet, month: Period, *, whole: bool = False, closed: bool = False) -> None:
        self.month, self._closed = month, closed
        every = _touching(people, month)
        rows = [row for row in every if row.post != Post.FIRST_SECRETARY]
        first = {row.person_id for row in every if row.post == Post.FIRST_SECRETARY}
        self._owed: Callable[..., tuple[Need, ...]] = quota.owed_in_month if whole else quota.owed_in_period
        self._postings = _postings(rows, first, month)
        # Of a transfer within the month the later posting's place says.
        self._paths = {row.person_id: row.body.region.path for row in rows}
        self._trips: dict[str, bool] | None = None
        self._book, self._calendar = rule_book(), statutory_calendar()
        self._needs: dict[tuple[Posting, ...], tuple[Need, ...]] = {}

    def of(self, person_id: int, days: Days, *, closed: bool | None = None) -> list[QuotaResult]:
        """The findings on one person, in the order of the rules; none where no document asks for anything.

        ``closed`` says it of this person alone.
        """
        closed = self._closed if closed is None else closed
        postings = tuple(self._postings.get(person_id, ()))
        if postings not in self._needs:
            self._needs[postings] = self._owed(self._book, postings, self.month, self._calendar)
        needs = self._needs[postings]
        if not needs:
            return []
        facts = facts_of(days)
        # Today is not over: what nobody has entered yet can still come.
        known = clock.today() - ONE_DAY
        trips = self._count_trips(person_id) if "trip" in facts.away.values() else None
        return [
            quota.judge(
                need,
                quota.tally(
                    need, facts, self._calendar, known_through=known, closed=closed, count_trip=trips
                ),
            )
            for need in needs
        ]

    def rhythms(self) -> frozenset[str]:
        """How often something is asked of these people: week, month, year; one answer for all."""
        whoms = {posting.whom for own in self._postings.values() for posting in own}
        return frozenset(
            rule.per
            for whom in whoms
            for rule in rules_for(self._book, "quota", whom, self.month.first).rules
        )

    def _count_trips(self, person_id: int) -> bool | None:
        """True where the county counts trips; None leaves it to the document. Asked only where there is a trip."""
        if self._trips is None:
            self._trips = values_at(self._paths.values(), COUNT_TRIP)
        return True if self._trips[self._paths[person_id]] else None


def _touching(people: QuerySet, month: Period) -> list[Appointment]:
    """The full-time postings of the people that touch the month or its weeks, and who is first secretary on top."""
    assert month.last is not None
    rows = Appointment.objects.filter(
        Q(post__in=FULL_TIME_POSTS, acting_for=None) | Q(post=Post.FIRST_SECRETARY),
        Q(valid_to=None) | Q(valid_to__gte=month.first - _WEEK),
        person__in=people,
        valid_from__lte=month.last + _WEEK,
        void=False,
    )
    return list(rows.select_related("body__region", "body__team", "unit").order_by("valid_from", "pk"))


def _postings(rows: Sequence[Appointment], first: set[int], month: Period) -> dict[int, list[Posting]]:
    places = region_lookup(row.body.region.path for row in rows)
    chains: dict[str, tuple[str, ...]] = {}
    found: dict[int, list[Posting]] = defaultdict(list)
    for row in rows:
        path = row.body.region.path
        if path not in chains:
            above = [places.by_path.get(each) for each in reversed(Region(path=path).ancestor_paths())]
            chains[path] = tuple(region.rule_code for region in above if region and region.rule_code)
        whom = Whom(
            region_codes=chains[path],
            team_kind=row.body.team.team_kind,
            role=row.post,
            also_first_secretary=row.person_id in first,
            dispatched_by=row.unit.origin if row.unit else "county",
            task=row.body.team.task,
        )
        county = places.at(path, Level.COUNTY)
        found[row.person_id].append(Posting(whom, county.path if county else path, _window(row, month)))
    return found


def _window(row: Appointment, month: Period) -> Window:
    """The posting's dates, cut wide around the month, so that people posted all along share one answer."""
    assert month.last is not None
    early, late = month.first - _WEEK, month.last + _WEEK
    last = row.valid_to if row.valid_to is not None and row.valid_to < late else late
    return Window(max(row.valid_from, early), last)


def unregistered(
    days: Days, windows: Iterable[tuple[date, date | None]], month: Period, calendar: Calendar
) -> int:
    """Working days before today, inside the postings, of which nobody has said anything yet."""
    assert month.last is not None
    last = min(month.last, clock.today() - ONE_DAY)
    windows = list(windows)
    return sum(
        1
        for day in calendar.workdays(month.first, last)
        if not any(days.get(day, {}).get(half) for half in ("am", "pm"))
        and any(first <= day and (end is None or day <= end) for first, end in windows)
    )

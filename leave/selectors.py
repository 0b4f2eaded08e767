"""What pages ask of leave: how a phase is shown, who of a team is away meanwhile, what was taken this year."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core import clock
from leave import links
from leave.models import LeaveRequest, Phase, TripPhase
from policy.days import Span
from teams import away
from teams.models import Appointment, Person
from teams.words import AwayKind

S = LeaveRequest.State

#: How a phase looks: the kind of its tag. Red is for what was refused or is overdue.
TAGS = {
    Phase.DRAFT: "later",
    Phase.VOICE: "now",
    Phase.PAPER_LATE: "refused",
    Phase.PENDING: "now",
    Phase.RETURNED: "returned",
    Phase.APPROVED: "done",
    Phase.UNDER_WAY: "now",
    Phase.OVERDUE: "refused",
    Phase.REFUSED: "refused",
    Phase.WITHDRAWN: "later",
    Phase.CANCELLED: "later",
    Phase.CHANGED: "later",
    Phase.BACK: "done",
}


TRIP_TAGS = {
    TripPhase.REPORTED: "now",
    TripPhase.ACKNOWLEDGED: "done",
    TripPhase.UNDER_WAY: "now",
    TripPhase.ENDED: "returned",
    TripPhase.CANCELLED: "later",
    TripPhase.BACK: "done",
}


def trip_tag(phase: str) -> tuple[str, str]:
    """(kind of the status tag, its words) of a trip's phase."""
    return TRIP_TAGS[TripPhase(phase)], TripPhase(phase).label


def tag(phase: str) -> tuple[str, str]:
    """(kind of the status tag, its words) of a phase."""
    return TAGS[Phase(phase)], Phase(phase).label


@dataclass(frozen=True)
class Mate:
    """A member of the team who is away during a span, and when."""

    person: Person
    post: str
    first: date
    last: date
    on_trip: bool = False


@dataclass(frozen=True)
class Coverage:
    """Who of a team stays on post during a span: it warns and never blocks.

    ``on_post`` counts those with no claimed half-day in the span, the applicant not among them; of ``total``.
    """

    total: int
    on_post: int
    away: list[Mate]


def coverage(posting: Appointment, span: Span) -> Coverage:
    """Who else of the applicant's team is away during ``span`` (two queries)."""
    return coverages([(posting, span)])[0]


def coverages(wanted: Sequence[tuple[Appointment, Span]]) -> list[Coverage]:
    """The same for many applicants at once; two queries, whatever their number."""
    if not wanted:
        return []
    rows = Appointment.objects.on(clock.today()).full_time()
    rows = rows.filter(body__in={posting.body_id for posting, _ in wanted}).select_related("person")
    teams: dict[int, dict[int, Appointment]] = {}
    for row in rows.order_by("person__pinyin", "pk"):
        teams.setdefault(row.body_id, {})[row.person_id] = row
    claimed = away.claimed_between(
        {person for mates in teams.values() for person in mates},
        min(span.start for _, span in wanted),
        max(span.end for _, span in wanted),
    )
    return [_coverage(posting, span, teams.get(posting.body_id, {}), claimed) for posting, span in wanted]


def _coverage(
    posting: Appointment,
    span: Span,
    team: dict[int, Appointment],
    claimed: dict[int, dict[tuple[date, str], str]],
) -> Coverage:
    mates = {person: row for person, row in team.items() if person != posting.person_id}
    halves = {(day, str(half)) for day, half in span}
    found = []
    for person, row in mates.items():
        taken = {when: kind for when, kind in claimed.get(person, {}).items() if when in halves}
        if taken:
            first, last = min(taken)[0], max(taken)[0]
            found.append(Mate(row.person, row.post_name, first, last, AwayKind.TRIP in taken.values()))
    return Coverage(len(mates) + 1, len(mates) - len(found), found)


def halves_this_year(request: LeaveRequest) -> int:
    """Half-days of the person's other leave in the year in which this one begins; what it replaces is no other leave."""
    chain = links.member_ids(request.extends_id or request.replaces_id or request.pk) | {request.pk}
    return halves_of_year(request.applicant_id, request.start.year, leaving_out=chain)


def halves_of_year(person_id: int | None, year: int, *, leaving_out: Collection[int] = ()) -> int:
    """Half-days of the person's approved leave in that year, as really taken: who came back early has taken less."""
    return away.firm_halves(person_id, year, AwayKind.LEAVE, leaving_out=leaving_out)


def needing_me(person_id: int | None, today: date) -> list[LeaveRequest]:
    """A member's own things to do: drafts, returned requests, leave that has ended or runs and wants 销假."""
    rows = (
        LeaveRequest.objects.for_lists()
        .filter(applicant=person_id)
        .filter(state__in=[S.DRAFT, S.VOICE, S.RETURNED, S.APPROVED])
        .exclude(state=S.APPROVED, start__gt=today)
        .whole()
    )
    order = [Phase.PAPER_LATE, Phase.OVERDUE, Phase.VOICE, Phase.RETURNED, Phase.UNDER_WAY, Phase.DRAFT]
    return sorted(rows, key=lambda row: (order.index(Phase(row.phase)), row.pk))


def by_number(applicant_id: int, numbers: Iterable[str]) -> dict[str, LeaveRequest]:
    """A person's own requests by their numbers."""
    wanted = list(numbers)
    if not wanted:
        return {}
    return {row.number: row for row in LeaveRequest.objects.filter(applicant=applicant_id, number__in=wanted)}

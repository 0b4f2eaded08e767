"""What pages ask of leave: how a phase is shown, who of a team is away meanwhile, what was taken this year."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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
    rows = Appointment.objects.on(clock.today()).full_time().filter(body=posting.body_id)
    mates = {row.person_id: row for row in rows.select_related("person").order_by("person__pinyin", "pk")}
    mates.pop(posting.person_id, None)
    taken = away.away_between(mates, span)
    found = [
        Mate(
            row.person,
            row.post_name,
            min(taken[person])[0],
            max(taken[person])[0],
            AwayKind.TRIP in taken[person].values(),
        )
        for person, row in mates.items()
        if person in taken
    ]
    return Coverage(len(mates) + 1, len(mates) - len(found), found)


def halves_this_year(request: LeaveRequest) -> int:
    """Half-days of the person's other leave in the year in which this one begins."""
    chain = links.member_ids(request.extends_id or request.pk) | {request.pk}
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

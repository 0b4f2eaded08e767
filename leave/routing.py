"""From a request to the people who decide it: policy computes, this module only translates both ways."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.db.models import Q

from approvals.models import Filing, Seat
from approvals.plans import FilingSpec, Plan, SeatSpec, collapse, collapse_filings
from core.calendar import statutory_calendar
from core.errors import Refused
from leave.models import LeaveRequest
from policy.days import Half, Span
from policy.leave import EarlierLeave, LeaveCase, LeaveDecision, decide_leave
from policy.parties import party_label
from policy.schema import Pack
from rules.book import rule_book
from rules.settings import setting
from teams.models import Appointment, Away
from teams.parties import Directory, Place
from teams.words import AwayKind, Post

S = LeaveRequest.State
#: Touching leave is looked for this far on either side; no run of rest days is longer.
REACH = timedelta(days=40)


def also_first_secretary(person_id: int, on: date) -> bool:
    """第一书记 is a role on top of a posting, found among the person's posts."""
    return Appointment.objects.on(on).filter(person=person_id, post=Post.FIRST_SECRETARY).exists()


def decide(
    *,
    posting: Appointment,
    type_code: str,
    span: Span,
    asked_on: date,
    directory: Directory,
    leaving_out: Collection[int] = (),
    extends_id: int | None = None,
    also: bool | None = None,
    held: Iterable[Away] | None = None,
) -> LeaveDecision:
    """Policy's answer for this posting, type and span, asked on that day.

    ``leaving_out`` holds the request itself and what it is to replace; ``extends_id`` names the leave it carries on;
    ``also`` says whether the person is first secretary too, looked up where the caller does not know; ``held`` what he
    holds within :data:`REACH`: without leave there, no earlier leave is looked for.
    """
    if also is None:
        also = also_first_secretary(posting.person_id, asked_on)
    near = held is None or any(
        row.kind == AwayKind.LEAVE and row.source_id not in leaving_out for row in held
    )
    earlier: tuple[EarlierLeave, ...] = ()
    if near or extends_id:
        earlier = _earlier(posting.person_id, span, leaving_out, extends_id)
    case = LeaveCase(
        region_codes=directory.region_codes(),
        team_kind=posting.body.team.team_kind,
        role=posting.post,
        also_first_secretary=also,
        dispatched_by=posting.unit.origin if posting.unit else "county",
        type=type_code,
        span=span,
        asked_on=asked_on,
        earlier=earlier,
        join_touching=not earlier or setting(posting.body.region, "leave.join_touching", asked_on),
    )
    return decide_leave(rule_book(), case, statutory_calendar())


def _earlier(
    person_id: int, span: Span, leaving_out: Collection[int], extends_id: int | None
) -> tuple[EarlierLeave, ...]:
    near = Q(end__gte=span.start - REACH, start__lte=span.end + REACH)
    chain = Q(pk=extends_id) | Q(extends=extends_id) if extends_id else Q(pk__in=[])
    rows = LeaveRequest.objects.filter(
        near | chain, applicant=person_id, state__in=[S.PENDING, S.APPROVED, S.BACK]
    ).exclude(pk__in=leaving_out)
    found = []
    for row in rows.order_by("start"):
        actual = actual_span(row)
        if actual is not None:
            same = extends_id is not None and extends_id in (row.pk, row.extends_id)
            found.append(EarlierLeave(row.number, row.type, actual, same))
    return tuple(found)


def actual_span(row: LeaveRequest) -> Span | None:
    """The half-days really taken: cut where the person came back early; None when he came back at once."""
    if row.state != S.BACK or row.returned_on is None:
        return row.span
    back = Span(
        row.returned_on, Half(row.returned_half), row.returned_on, Half(row.returned_half)
    ).first_index
    halves = min(row.span.last_index + 1, back) - row.span.first_index
    return Span.of_halves(row.start, halves, Half(row.start_half)) if halves > 0 else None


def plan_for(decision: LeaveDecision, directory: Directory) -> Plan:
    """The frozen plan of seats and filings that carries out a decision.

    Where the document is silent the plan has one seat: the managing office, which names the deciders.
    """
    if not decision.steps:
        return _plan_to_assign(decision, directory)
    pack = pack_of(decision)
    steps, remarks = [], []
    upward = tuple(place.pair for place in _reachable(decision.upward, directory))
    for step in decision.steps:
        joint = step.mode == "all"
        specs = [
            _seat(
                directory.place(party),
                pack,
                need=step.mode,
                voice=step.voice,
                fallback=Seat.Fallback.ACTING if joint else Seat.Fallback.UPWARD,
                upward=() if joint else upward,
            )
            for party in step.parties
        ]
        seats, said = collapse(specs)
        steps.append(seats)
        remarks += said
    clause = next((row.clause for row in decision.tiers if row.active), "") or decision.clauses[0]
    filings = [
        _filing(directory.place(party), pack, Filing.Kind.FILING, clause) for party in decision.filings
    ]
    filings += [_filing(place, pack, Filing.Kind.COPY) for place in _reachable(decision.copies, directory)]
    return Plan(
        steps=tuple(steps),
        filings=collapse_filings(filings),
        clauses=tuple(decision.clauses),
        remarks=tuple(remarks),
    )


def plan_by_hand(
    decision: LeaveDecision, directory: Directory, *, parties: list[str], together: bool, reason: str
) -> Plan:
    """The plan a managing office makes where the document is silent: one step, any of or all of ``parties``."""
    pack = pack_of(decision)
    offered = dict(choices_by_hand(directory, decision))
    unknown = [party for party in parties if party not in offered]
    if unknown:
        raise Refused("unknown_party", "批准人只能从列出的职务里选", field="parties")
    if not parties:
        raise Refused("no_decider", "至少指定一位批准人", field="parties")
    need = Seat.Need.ALL if together and len(parties) > 1 else Seat.Need.ANY
    specs = [
        _seat(directory.place(party), pack, need=need, fallback=Seat.Fallback.ACTING) for party in parties
    ]
    seats, remarks = collapse(specs)
    copies = [_filing(place, pack, Filing.Kind.COPY) for place in _reachable(decision.copies, directory)]
    deciding = {seat.body_id for seat in seats}
    copies = [item for item in copies if item.body_id not in deciding]
    return Plan(
        steps=(seats,),
        filings=collapse_filings(copies),
        clauses=tuple(decision.clauses),
        source="hand",
        reason=reason,
        remarks=remarks,
    )


def choices_by_hand(directory: Directory, decision: LeaveDecision) -> list[tuple[str, str]]:
    """The posts a managing office may name: those that exist here, nearest first."""
    parties = [
        "team:captain",
        "town:party_secretary",
        "town:party_committee",
        "county:stationing_office",
        "county:rural_revitalization",
        "county:agriculture",
        "county:organization",
        "unit:leader",
    ]
    pack = pack_of(decision)
    return [(party, party_label(party, pack)) for party in parties if directory.knows(party)]


def pack_of(decision: LeaveDecision) -> Pack | None:
    """The document a decision rests on; it gives the parties their local names."""
    return rule_book().pack(decision.pack_id) if decision.pack_id else None


def _plan_to_assign(decision: LeaveDecision, directory: Directory) -> Plan:
    place = directory.place(decision.managing_office or managing_office(directory))
    seat = SeatSpec(
        party=place.party,
        label=party_label(place.party, pack_of(decision)),
        post=place.post,
        body_id=place.body.pk,
        need=Seat.Need.ANY,
        voice=Seat.Voice.ASSIGN,
        fallback=Seat.Fallback.ACTING,
    )
    return Plan(steps=((seat,),), clauses=tuple(decision.clauses))


def _seat(
    place: Place,
    pack: Pack | None,
    *,
    need: str,
    fallback: str,
    voice: str = Seat.Voice.DECIDE,
    upward: tuple[tuple[str, int], ...] = (),
) -> SeatSpec:
    return SeatSpec(
        party=place.party,
        label=party_label(place.party, pack),
        post=place.post,
        body_id=place.body.pk,
        need=need,
        voice=voice,
        fallback=fallback,
        upward=tuple(pair for pair in upward if pair != place.pair),
    )


def _filing(place: Place, pack: Pack | None, kind: str, clause: str = "") -> FilingSpec:
    return FilingSpec(
        kind=kind,
        party=place.party,
        label=party_label(place.party, pack),
        post=place.post,
        body_id=place.body.pk,
        clause=clause,
    )


def _reachable(parties: tuple[str, ...], directory: Directory) -> list[Place]:
    return [directory.place(party) for party in parties if directory.knows(party)]


def managing_office(directory: Directory) -> str:
    """Where no document is known for a place: the county office that exists there, most fitting first."""
    offices = [
        "county:stationing_office",
        "county:rural_revitalization",
        "county:agriculture",
        "county:organization",
    ]
    return next((party for party in offices if directory.knows(party)), offices[0])

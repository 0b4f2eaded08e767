"""Months of leave that was asked for, decided and closed, with its rounds, signatures, filings and half-days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from approvals.models import Filing, Seat, Signature, SignOff
from approvals.plans import Plan, content_hash
from core import bulk, clock
from core.calendar import statutory_calendar
from core.models import AuditEvent, Sequence
from core.months import month_number
from leave import routing
from leave.models import LeaveRequest
from overview.generation.maker import Maker
from overview.generation.places import County
from policy.days import Half, Span
from policy.leave import LeaveCase, LeaveDecision, decide_leave
from rules.book import rule_book
from teams.models import Appointment, Away
from teams.models.dated import in_force
from teams.parties import Directory
from teams.words import HEADS, AwayKind, Post

#: One member in three asks for leave in a month, for so many halves.
ASKS = 1 / 3
LENGTHS = (1, 2, 2, 4, 4, 6, 6, 8, 10, 14)
#: Tables in the order of writing: what others point to comes first.
TABLES = (LeaveRequest, SignOff, Seat, Signature, Filing, Away, AuditEvent)

Rows = dict[type[models.Model], list[dict[str, Any]]]


@dataclass
class _Team:
    """What the requests of one team share: who holds which post, and the plan for each decision."""

    directory: Directory
    holders: dict[tuple[str, int], Appointment]
    plans: dict[tuple[Any, ...], Plan] = field(default_factory=dict)

    def plan(self, decision: LeaveDecision, posting: Appointment) -> Plan:
        # A unit's leader may have a seat, so the plan hangs on the unit too.
        which = (decision.steps, decision.filings, decision.clauses, posting.unit_id)
        if which not in self.plans:
            self.directory.posting = posting
            self.plans[which] = routing.plan_for(decision, self.directory)
        return self.plans[which]

    def holder(self, seat: Seat) -> Appointment:
        """The post's holder, or the head of the body for a 签批人 it has not named."""
        posts = (seat.post, *HEADS) if seat.post == Post.SIGNER else (seat.post,)
        return next(
            self.holders[post, seat.body_id] for post in posts if (post, seat.body_id) in self.holders
        )


def leave(maker: Maker, county: County, months: int) -> int:
    """Write the county's leave of the ``months`` before this one; returns how many requests that is."""
    holders = _holders(county.postings)
    teams: dict[int, _Team] = {}
    numbers: dict[int, int] = defaultdict(int)
    rows: Rows = {table: [] for table in TABLES}
    for posting in county.postings:
        if posting.body_id not in teams:
            teams[posting.body_id] = _Team(Directory(posting, clock.today()), holders)
        for span, asked in _spans(maker, months):
            decision = _decision(teams[posting.body_id], posting, span, asked)
            if not decision.steps:
                continue
            numbers[asked.year] += 1
            number = f"{asked.year}-{numbers[asked.year]:04d}"
            _one(maker, county, teams[posting.body_id], posting, span, asked, number, decision, rows)
    for table in TABLES:
        bulk.insert(table, rows[table])
    for year, count in numbers.items():
        Sequence.objects.create(key=f"leave:{county.code}:{year}", value=count)
    return len(rows[LeaveRequest])


def _holders(postings: list[Appointment]) -> dict[tuple[str, int], Appointment]:
    paths = {path for posting in postings for path in posting.body.region.ancestor_paths()}
    rows = Appointment.objects.filter(in_force(clock.today()), body__region__path__in=paths)
    return {(row.post, row.body_id): row for row in rows.exclude(post=Post.MEMBER).select_related("body")}


def _spans(maker: Maker, months: int) -> Iterator[tuple[Span, datetime]]:
    """At most one leave a month, from the oldest month on, asked for two days before."""
    first, firsts = clock.today().replace(day=1), []
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
        firsts.append(first)
    for first in reversed(firsts):
        if maker.chance.random() < ASKS:
            start = first + timedelta(days=maker.chance.randrange(3, 20))
            span = Span.of_halves(start, maker.chance.choice(LENGTHS), Half.AM)
            yield span, clock.at(start - timedelta(days=2), 9)


def _decision(team: _Team, posting: Appointment, span: Span, asked: datetime) -> LeaveDecision:
    """What policy says of this leave."""
    assert posting.unit is not None
    case = LeaveCase(
        region_codes=team.directory.region_codes(),
        team_kind=posting.body.team.team_kind,
        role=posting.post,
        also_first_secretary=False,
        dispatched_by=posting.unit.origin,
        type="personal",
        span=span,
        asked_on=asked.date(),
        earlier=(),
        join_touching=False,
    )
    return decide_leave(rule_book(), case, statutory_calendar())


def _one(
    maker: Maker,
    county: County,
    team: _Team,
    posting: Appointment,
    span: Span,
    asked: datetime,
    number: str,
    decision: LeaveDecision,
    rows: Rows,
) -> None:
    """One request's rows in every table."""
    pk, decided, back = maker.key(LeaveRequest), asked + timedelta(hours=2), span.end + timedelta(days=1)
    request = {
        "id": pk,
        "form_key": f"made-{pk}",
        "submit_key": f"made-{pk}",
        "series": county.code,
        "number": number,
        "applicant_id": posting.person_id,
        "posting_id": posting.pk,
        "drafted_by_id": county.logins[posting.person_id],
        "type": "personal",
        "type_label": "事假",
        "start": span.start,
        "start_half": str(span.start_half),
        "end": span.end,
        "end_half": str(span.end_half),
        "until": span.end,
        "until_half": str(span.end_half),
        "destination": "外县",
        "reason": "家中有事",
        "absence_halves": decision.absence_halves,
        "charged_halves": decision.charged_halves,
        "decision": decision.frozen(),
        "state": LeaveRequest.State.BACK,
        "returned_on": back,
        "returned_half": "am",
        "return_recorded_by_id": posting.person_id,
        "return_recorded_at": clock.at(back, 9),
        "created_at": asked,
        "updated_at": clock.at(back, 9),
        "submitted_at": asked,
        "settled_at": decided,
    }
    rows[LeaveRequest].append(request)
    _sign(maker, team, LeaveRequest(**request), team.plan(decision, posting), asked, decided, rows)
    rows[Away] += [
        {
            "person_id": posting.person_id,
            "month": month_number(day),
            "day": day.day,
            "half": str(half),
            "kind": AwayKind.LEAVE,
            "source_id": pk,
            "firm": True,
        }
        for day, half in span
    ]
    rows[AuditEvent] += [
        {
            "at": at,
            "actor_id": county.logins[posting.person_id],
            "actor_name": "示例",
            "action": action,
            "outcome": "done",
            "subject_kind": "leave",
            "subject_id": str(pk),
            "source": "command",
        }
        for action, at in (
            ("leave.save", asked),
            ("leave.submit", asked),
            ("sign_off.sign", decided),
            ("leave.report_back", clock.at(back, 9)),
        )
    ]


def _sign(
    maker: Maker,
    team: _Team,
    request: LeaveRequest,
    plan: Plan,
    asked: datetime,
    decided: datetime,
    rows: Rows,
) -> None:
    """The settled round: a signature in every seat that had to sign, and who was told."""
    round_pk, frozen = maker.key(SignOff), plan.to_json()
    subject = {"subject_kind": "leave", "subject_id": request.pk}
    covered = content_hash({**request.content, "files": []}, frozen, 1)
    rows[SignOff].append(
        {
            "id": round_pk,
            "kind": "leave",
            **subject,
            "round": 1,
            "content_hash": covered,
            "plan": frozen,
            "step": len(plan.steps) - 1,
            "state": SignOff.State.AGREED,
            "opened_at": asked,
            "settled_at": decided,
        }
    )
    for step, specs in enumerate(plan.steps):
        for number, spec in enumerate(specs):
            seat = {
                "id": maker.key(Seat),
                "sign_off_id": round_pk,
                "step": step,
                "need": spec.need,
                "voice": spec.voice,
                "party": spec.party,
                "label": spec.label,
                "post": spec.post,
                "body_id": spec.body_id,
                "fallback": spec.fallback,
            }
            rows[Seat].append(seat)
            if spec.need == Seat.Need.ANY and number:
                continue
            holder = team.holder(Seat(**seat))
            rows[Signature].append(
                {
                    "sign_off_id": round_pk,
                    "seat_id": seat["id"],
                    "step": step,
                    "need": spec.need,
                    "signer_id": holder.person_id,
                    "capacity": holder.capacity,
                    "appointment_id": holder.pk,
                    "decision": Signature.Decision.AGREE,
                    "content_hash": covered,
                    "request_key": f"made-{seat['id']}",
                    "at": decided,
                }
            )
    rows[Filing] += [
        {
            "sign_off_id": round_pk,
            **subject,
            "kind": spec.kind,
            "party": spec.party,
            "label": spec.label,
            "clause": spec.clause,
            "post": spec.post,
            "body_id": spec.body_id,
            "told_at": decided,
        }
        for spec in plan.filings
    ]

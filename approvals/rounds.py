"""One round while a verb works on it: who sits where, who has signed, who may act; each read once.

And what follows a signature: the next step, or the outcome with its filings. Verbs alone call this.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from approvals import deadlines
from approvals.desk import Desk
from approvals.models import Filing, Seat, SeatUpward, Signature, SignOff
from core import clock, notices, subjects
from core.subjects import Subject
from teams.holders import Pair
from teams.models import User

OUTCOME_OF = {
    Signature.Decision.REFUSE: SignOff.State.REFUSED,
    Signature.Decision.RETURN: SignOff.State.RETURNED,
}


@dataclass
class Round:
    """A sign-off under its lock. ``seats`` are those of all steps; ``signed`` holds the ids of signed seats."""

    sign_off: SignOff
    registered: Subject
    seats: list[Seat]
    signed: set[int]
    desk: Desk

    @classmethod
    def load(cls, sign_off: SignOff, signatures: Iterable[Signature]) -> Round:
        """The round of a locked sign-off, given its signatures; at most four queries."""
        signatures = list(signatures)
        seats = list(sign_off.seats.order_by("step", "pk"))
        told = [(spec["post"], spec["body_id"]) for spec in sign_off.plan.get("filings", [])]
        desk = Desk(
            seats,
            also=told,
            upward=_upward(sign_off, seats),
            signers=[(sign_off.pk, row.signer_id) for row in signatures],
        )
        registered = subjects.subject(sign_off.subject_kind)
        return cls(sign_off, registered, seats, {row.seat_id for row in signatures}, desk)

    @classmethod
    def fresh(
        cls, sign_off: SignOff, seats: list[Seat], upward: Iterable[SeatUpward], recused: Iterable[int]
    ) -> Round:
        """The round just made: nobody has signed, and everything but the holders is known already."""
        pairs: dict[int, list[tuple[str, int]]] = {seat.pk: [] for seat in seats}
        for row in upward:
            pairs[row.seat_id].append((row.post, row.body_id))
        desk = Desk(seats, upward=pairs, recused=[(sign_off.pk, person) for person in recused], signers=[])
        return cls(sign_off, subjects.subject(sign_off.subject_kind), seats, set(), desk)

    @property
    def waiting(self) -> list[Seat]:
        """Unsigned seats of the current step."""
        return [seat for seat in self.seats if seat.step == self.sign_off.step and seat.pk not in self.signed]

    def advance(self, signature: Signature, subject: Any, user: User) -> None:
        """What follows a signature: nothing yet, the next step, or the end."""
        sign_off = self.sign_off
        self.signed.add(signature.seat_id)
        self.desk.bar(sign_off.pk, signature.signer_id)
        decision = Signature.Decision(signature.decision)
        if decision in OUTCOME_OF:
            self._settle(OUTCOME_OF[decision], subject, user, signature.note)
        elif decision == Signature.Decision.ASSIGN:
            self.close(SignOff.State.ASSIGNED, signature.note)
        elif signature.need == Seat.Need.ALL and self.waiting:
            deadlines.meet_share(sign_off, signature.seat)
        elif any(seat.step > sign_off.step for seat in self.seats):
            sign_off.step += 1
            sign_off.save(update_fields=["step"])
            deadlines.meet("decide", sign_off.subject_kind, sign_off.subject_id)
            deadlines.start_decision(sign_off, self.waiting)
            self.tell_step(subject)
        else:
            self._settle(SignOff.State.AGREED, subject, user, "")

    def close(self, state: str, why: str) -> None:
        """The round is over; its clock stops."""
        close(self.sign_off, state, why)

    def tell_step(self, subject: Any) -> None:
        """A message to everybody who may act in the current step."""
        sign_off = self.sign_off
        notices.tell(
            users={user for seat in self.waiting for user in self.desk.users(seat)},
            title=f"待您办理：{self.registered.label(subject)}",
            url=self.registered.url(subject),
            key=f"step:{sign_off.pk}:{sign_off.step}",
            subject_kind=sign_off.subject_kind,
            subject_id=sign_off.subject_id,
            urgent=True,
        )

    def _settle(self, state: str, subject: Any, user: User, why: str) -> None:
        self.close(state, why)
        if state == SignOff.State.AGREED:
            self._file(subject)
        self.registered.settle(subject=subject, outcome=state, sign_off=self.sign_off, acting_user=user)

    def _file(self, subject: Any) -> None:
        sign_off = self.sign_off
        specs = sign_off.plan.get("filings", [])
        moment = clock.now()
        Filing.objects.bulk_create(
            Filing(
                sign_off=sign_off,
                subject_kind=sign_off.subject_kind,
                subject_id=sign_off.subject_id,
                kind=spec["kind"],
                party=spec["party"],
                label=spec["label"],
                clause=spec["clause"],
                post=spec["post"],
                body_id=spec["body_id"],
                told_at=moment,
            )
            for spec in specs
        )
        for kind, word in (("filing", "报备"), ("copy", "知会")):
            pairs = [(spec["post"], spec["body_id"]) for spec in specs if spec["kind"] == kind]
            if pairs:
                notices.tell(
                    users=self.desk.users_at(pairs),
                    title=f"{word}：{self.registered.label(subject)}",
                    url=self.registered.url(subject),
                    key=f"{kind}:{sign_off.pk}",
                    subject_kind=sign_off.subject_kind,
                    subject_id=sign_off.subject_id,
                )


def _upward(sign_off: SignOff, seats: list[Seat]) -> dict[int, list[Pair]]:
    """Seat → its next tiers, from the frozen plan, which lists the seats in the order in which they were made."""
    specs = [spec for step in sign_off.plan["steps"] for spec in step]
    return {
        seat.pk: [(post, body) for post, body in spec["upward"]]
        for seat, spec in zip(seats, specs, strict=True)
    }


def close(sign_off: SignOff, state: str, why: str) -> None:
    """Close a locked round, whatever the reason, and stop its clock."""
    sign_off.state, sign_off.settled_at, sign_off.settled_why = state, clock.now(), why[:200]
    sign_off.save(update_fields=["state", "settled_at", "settled_why"])
    deadlines.meet("decide", sign_off.subject_kind, sign_off.subject_id)

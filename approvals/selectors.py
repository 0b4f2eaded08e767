"""What waits for whom. Query counts do not grow with the number of rows on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from approvals.chores import Chore, chores_of, urgency
from approvals.desk import Authority, Desk
from approvals.models import Deadline, Filing, Recusal, Seat, SeatUpward, Signature, SignOff
from core import clock, subjects
from teams.models import Delegation, User
from teams.scope import Scope, scope_of
from teams.words import HEADS, Post


@dataclass(frozen=True)
class Task:
    """One line of 待办: what waits, in which capacity the user would act, until when, and the row's words."""

    sign_off: SignOff
    authority: Authority
    due: datetime | None
    summary: dict[str, Any]

    @property
    def label(self) -> str:
        """In which capacity, as the row's tag says it."""
        return self.authority.label


def my_pairs(scope: Scope) -> set[tuple[str, int]]:
    """(post, body) pairs the user may fill: his own, those he acts for, and organs his post speaks for.

    The affairs of what was merged into his body, or renamed to it, came over with it.
    """
    pairs = set()
    for row in scope.appointments:
        held = row.acting_for or row
        posts = {held.post, Post.SIGNER.value} if held.post in HEADS else {held.post}
        bodies = {held.body_id, *scope.heirs.get(row.body_id, ())}
        pairs |= {(post, body) for post in posts for body in bodies}
    return pairs


def seat_pairs(scope: Scope) -> set[tuple[str, int]]:
    """(post, body) pairs in whose seats the user may have a say: his own, and those somebody delegated to him."""
    return my_pairs(scope).union(*(_delegated_pairs(scope, each) for each in scope.taken_on))


def _delegated_pairs(scope: Scope, delegation: Delegation) -> frozenset[tuple[str, int]]:
    return delegation.pairs(scope.heirs.get(delegation.of.body_id, ()))


def _any_pair(pairs: set[tuple[str, int]]) -> Q:
    query = Q(pk__in=[])
    for post, body in pairs:
        query |= Q(post=post, body=body)
    return query


def open_seats_for(user: User, *, counting: bool = False) -> list[Authority]:
    """Every open seat of a current step in which the user may act now (at most nine queries in all).

    ``counting``: only their number is wanted, so the sign-offs with their frozen plans are left unread.
    """
    scope = scope_of(user)
    pairs = seat_pairs(scope)
    if not pairs or user.person_id is None:
        return []
    above = SeatUpward.objects.filter(_any_pair(pairs)).values("seat")
    candidates = (
        Seat.objects.filter(
            sign_off__state=SignOff.State.OPEN, step=F("sign_off__step"), signature__isnull=True
        )
        .filter(_any_pair(pairs) | Q(pk__in=above))
        .prefetch_related("upward")
        .order_by("sign_off__opened_at", "pk")
    )
    seats = list(candidates if counting else candidates.select_related("sign_off", "body"))
    desk = Desk(seats)
    best: dict[int, Authority] = {}
    for seat in seats:
        authority = desk.authority(seat, user.person_id)
        if authority is not None and seat.sign_off_id not in best:
            best[seat.sign_off_id] = authority
    return list(best.values())


def waiting_for(user: User) -> list[Task]:
    """待我办: those about to run out first."""
    authorities = open_seats_for(user)
    dues = _dues([item.seat.sign_off for item in authorities])
    words = summaries(
        {(item.seat.sign_off.subject_kind, item.seat.sign_off.subject_id) for item in authorities}
    )
    tasks = [
        Task(
            item.seat.sign_off,
            item,
            dues.get((item.seat.sign_off.subject_kind, item.seat.sign_off.subject_id)),
            words.get((item.seat.sign_off.subject_kind, item.seat.sign_off.subject_id), {}),
        )
        for item in authorities
    ]
    return sorted(tasks, key=lambda task: (urgency(task), task.sign_off.pk))


def todo_of(user: User) -> list[Task | Chore]:
    """Everything under 待我办, sign-offs and what rooms have added, those about to run out first."""
    items: list[Task | Chore] = [*waiting_for(user), *chores_of(user)]
    return sorted(items, key=urgency)


def count_waiting(user: User) -> int:
    """How many things wait for the user: the number on the 待办 badge."""
    return len(open_seats_for(user, counting=True)) + len(chores_of(user))


def signed_by(user: User) -> QuerySet[Signature]:
    """已办: the user's own signatures, newest first."""
    return Signature.objects.filter(signer=user.person_id).select_related("sign_off", "seat").order_by("-pk")


def begun_by(user: User) -> QuerySet:
    """我发起: what concerns the user himself and was submitted, one row per subject, newest first."""
    return (
        SignOff.objects.filter(recusals__person=user.person_id)
        .values("subject_kind", "subject_id")
        .annotate(begun=Min("opened_at"), newest=Max("pk"))
        .order_by("-newest")
    )


def round_seen(user: User, sign_off_id: int) -> tuple[SignOff, Any]:
    """A round and its subject, for whoever sees the subject; 404 for everybody else."""
    sign_off = get_object_or_404(SignOff, pk=sign_off_id)
    seen = subjects.subject(sign_off.subject_kind).visible_to(user)
    return sign_off, get_object_or_404(seen, pk=sign_off.subject_id)


def told_to(user: User) -> QuerySet[Filing]:
    """备案 and 知会 that reached one of the user's posts, newest first, unseen ones before."""
    pairs = my_pairs(scope_of(user))
    return Filing.objects.filter(_any_pair(pairs)).order_by(F("seen_at").desc(nulls_first=True), "-pk")


def involved_subjects(user: User, subject_kind: str) -> list[QuerySet]:
    """Ids of subjects in which one of the user's posts has, or had, a seat or a filing.

    One queryset for each reason, each served by an index: a list joins them with ``UNION``, where one condition
    with ``OR`` would read every row of the country.
    """
    pairs = my_pairs(scope_of(user))
    told = [
        Filing.objects.filter(_any_pair(pairs), subject_kind=subject_kind).order_by().values("subject_id")
    ]
    return _decided(user, subject_kind) + (told if pairs else [])


def decided_subjects(user: User, subject_kind: str) -> Q:
    """Ids of subjects the user's posts have a seat in, or in which he signed: those who decide; a filter on ``pk``."""
    first, *others = _decided(user, subject_kind)
    return Q(pk__in=first.union(*others, all=True))


def _decided(user: User, subject_kind: str) -> list[QuerySet]:
    scope = scope_of(user)
    pairs = my_pairs(scope)
    # The scope's person, not the user's: a disabled account sees nothing, not even what it once signed.
    signed = Signature.objects.filter(signer=scope.person_id, sign_off__subject_kind=subject_kind)
    found: list[QuerySet] = [signed.order_by().values("sign_off__subject_id")]
    if pairs:
        seats = Seat.objects.filter(_any_pair(pairs), sign_off__subject_kind=subject_kind)
        above = SeatUpward.objects.filter(_any_pair(pairs), seat__sign_off__subject_kind=subject_kind)
        found.append(seats.order_by().values("sign_off__subject_id"))
        found.append(above.order_by().values("seat__sign_off__subject_id"))
    return found + _decided_for_others(user, scope, subject_kind)


def _decided_for_others(user: User, scope: Scope, subject_kind: str) -> list[QuerySet]:
    """What a delegation shows while it runs: what reaches its seats in those days, never its giver's own matters.

    Afterwards only what the user signed remains to him, as with everybody.
    """
    found: list[QuerySet] = []
    for each in scope.taken_on:
        reached = Seat.objects.filter(
            _any_pair(set(_delegated_pairs(scope, each))),
            Q(sign_off__state=SignOff.State.OPEN) | Q(sign_off__settled_at__gte=clock.at(each.valid_from, 0)),
            sign_off__subject_kind=subject_kind,
            step__lte=F("sign_off__step"),
        )
        recused = Recusal.objects.filter(sign_off=OuterRef("sign_off"), person=each.of.person_id)
        reached = reached.exclude(fallback=Seat.Fallback.NONE).filter(~Exists(recused))
        found.append(reached.order_by().values("sign_off__subject_id"))
    if found:
        # As the next tier he sees what waits for him now, not all that lies below.
        upward = [item.seat.pk for item in open_seats_for(user) if item.via == "upward" and item.delegation]
        here = Seat.objects.filter(pk__in=upward, sign_off__subject_kind=subject_kind)
        found.append(here.order_by().values("sign_off__subject_id"))
    return found


@dataclass(frozen=True)
class Step:
    """One step of the flow as a page shows it."""

    seats: list[dict[str, Any]]
    state: str
    need: str


@dataclass(frozen=True)
class Card:
    """Everything a decision card needs about a subject's sign-off; ``mine`` is set when the viewer may act now."""

    sign_off: SignOff | None
    rounds: list[SignOff]
    steps: list[Step]
    mine: Authority | None
    due: datetime | None
    next_label: str
    filings: list[Filing]


def card(user: User, subject_kind: str, subject_id: int) -> Card:
    """The newest round with its seats and signatures, earlier rounds, and what the viewer may do."""
    rounds = list(
        SignOff.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
        .prefetch_related("signatures__signer", "signatures__seat")
        .order_by("round")
    )
    if not rounds:
        return Card(None, [], [], None, None, "", [])
    latest = rounds[-1]
    seats = list(latest.seats.select_related("body").prefetch_related("upward").order_by("step", "pk"))
    desk = Desk(seats)
    signatures = {row.seat_id: row for row in latest.signatures.all()}
    steps = [
        _step(latest, number, seats, signatures, desk) for number in sorted({seat.step for seat in seats})
    ]
    mine = None
    if latest.is_open and user.person_id is not None:
        unsigned = [seat for seat in seats if seat.step == latest.step and seat.pk not in signatures]
        mine = desk.best(unsigned, user.person_id)
    return Card(
        sign_off=latest,
        rounds=rounds,
        steps=steps,
        mine=mine,
        due=_dues([latest]).get((subject_kind, subject_id)) if latest.is_open else None,
        next_label=_next_label(latest, seats, signatures, mine),
        filings=list(Filing.objects.filter(sign_off=latest).select_related("seen_by").order_by("kind", "pk")),
    )


def _step(
    sign_off: SignOff, number: int, seats: list[Seat], signatures: dict[int, Signature], desk: Desk
) -> Step:
    here = [seat for seat in seats if seat.step == number]
    signed = [signatures[seat.pk] for seat in here if seat.pk in signatures]
    refusal = next((row.decision for row in signed if row.decision in ("refuse", "return")), None)
    if refusal:
        state = {"refuse": "refused", "return": "returned"}[refusal]
    elif sign_off.is_open and number == sign_off.step:
        state = "now"
    elif signed and (sign_off.step > number or not sign_off.is_open):
        state = "done"
    else:
        state = "later" if sign_off.is_open else "dropped"
    rows = [
        {"seat": seat, "signature": signatures.get(seat.pk), "holders": desk.names(seat)} for seat in here
    ]
    return Step(rows, state, here[0].need)


def _next_label(
    sign_off: SignOff, seats: list[Seat], signatures: dict[int, Signature], mine: Authority | None
) -> str:
    """Whom the primary button passes the matter on to; empty when this agreement is the last."""
    if mine is None:
        return ""
    rest = [
        seat
        for seat in seats
        if seat.step == sign_off.step
        and seat.need == Seat.Need.ALL
        and seat.pk not in signatures
        and seat.pk != mine.seat.pk
    ] or [seat for seat in seats if seat.step == sign_off.step + 1]
    return "、".join(seat.label for seat in rest)


def _dues(sign_offs: list[SignOff]) -> dict[tuple[str, int], datetime]:
    wanted = {(row.subject_kind, row.subject_id) for row in sign_offs}
    rows = Deadline.objects.filter(
        kind="decide", met__isnull=True, subject_id__in={subject for _, subject in wanted}
    )
    found = {
        (kind, subject): due for kind, subject, due in rows.values_list("subject_kind", "subject_id", "due")
    }
    return {key: due for key, due in found.items() if key in wanted}


def due_soon(user: User, until: datetime) -> list[Deadline]:
    """Clocks of the user's own and of his posts that run out by then, or have; those of a decision stand in 待办."""
    scope = scope_of(user)
    if scope.person_id is None:
        return []
    whose = Q(person=scope.person_id)
    pairs = my_pairs(scope)
    if pairs:
        whose |= _any_pair(pairs)
    rows = Deadline.objects.filter(whose, met=None, due__lte=until).exclude(kind="decide")
    return list(rows.order_by("due", "pk"))


def summaries(pairs: set[tuple[str, int]]) -> dict[tuple[str, int], dict[str, Any]]:
    """Row words for many (subject kind, id) pairs, one query per kind."""
    wanted: dict[str, set[int]] = {}
    for kind, pk in pairs:
        wanted.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): summary
        for kind, ids in wanted.items()
        for pk, summary in subjects.subject(kind).summary(ids).items()
    }

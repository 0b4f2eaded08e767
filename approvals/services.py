"""The engine's verbs: open, sign, assign, withdraw, void, acknowledge. No branches, loops or designer.

``sign`` is one transaction: lock the sign-off, answer a repeated request with its first outcome, see who may act
now, recompute the hash of the content against the one the page showed, insert, advance, settle, record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NoReturn

from django.utils import timezone

from approvals import deadlines
from approvals.desk import Desk
from approvals.models import Filing, Recusal, Seat, SeatUpward, Signature, SignOff
from approvals.plans import Plan, content_hash
from core import audit, clock, notices, subjects
from core.errors import Conflict, NotYours, Refused
from core.verbs import verb
from teams.holders import users_at
from teams.models import User

NEEDS_NOTE = {
    Signature.Decision.REFUSE: "写明不同意的理由，申请人会看到",
    Signature.Decision.RETURN: "写明退回理由，申请人会看到",
    Signature.Decision.ASSIGN: "写明指定的理由，卡片上会显示",
    Signature.Decision.OPINION: "写明意见，作决定的人会看到",
}
VOICE_OF: dict[str, str] = {
    Signature.Decision.AGREE: Seat.Voice.DECIDE,
    Signature.Decision.REFUSE: Seat.Voice.DECIDE,
    Signature.Decision.RETURN: Seat.Voice.DECIDE,
    Signature.Decision.OPINION: Seat.Voice.OPINION,
}
WRONG_VOICE = {
    Seat.Voice.DECIDE: "这一步是作决定：同意、退回修改或不同意",
    Seat.Voice.OPINION: "这一步只提意见，不作决定",
    Seat.Voice.ASSIGN: "这一步是指定批准人",
}
OUTCOME_OF = {
    Signature.Decision.REFUSE: SignOff.State.REFUSED,
    Signature.Decision.RETURN: SignOff.State.RETURNED,
}


def open_sign_off(*, kind: str, subject_kind: str, subject: Any, plan: Plan, acting_user: User) -> SignOff:
    """Open the next round on a subject, inside the caller's verb.

    Makes the seats, records the beneficiaries' recusal, sets the decision deadline and tells the first step.
    Raises Conflict when a round is already open.
    """
    earlier = SignOff.objects.filter(subject_kind=subject_kind, subject_id=subject.pk)
    if earlier.filter(state=SignOff.State.OPEN).exists():
        raise Conflict("already_open", "这一件已在办理中，不用再提交")
    number = earlier.count() + 1
    registered = subjects.subject(subject_kind)
    frozen = plan.to_json()
    sign_off = SignOff.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject.pk,
        round=number,
        content_hash=content_hash(registered.content(subject), frozen, number),
        plan=frozen,
        opened_at=clock.now(),
    )
    seats = [
        Seat(
            sign_off=sign_off,
            step=step,
            need=spec.need,
            voice=spec.voice,
            party=spec.party,
            label=spec.label,
            post=spec.post,
            body_id=spec.body_id,
            fallback=spec.fallback,
        )
        for step, specs in enumerate(plan.steps)
        for spec in specs
    ]
    Seat.objects.bulk_create(seats)
    upward = [
        SeatUpward(seat=seat, rank=rank, post=post, body_id=body)
        for seat, spec in zip(seats, (spec for specs in plan.steps for spec in specs), strict=True)
        for rank, (post, body) in enumerate(spec.upward)
    ]
    SeatUpward.objects.bulk_create(upward)
    Recusal.objects.bulk_create(
        Recusal(sign_off=sign_off, person_id=person, why="本人的事项")
        for person in sorted(set(registered.recused(subject)))
    )
    deadlines.start_decision(sign_off, seats[0])
    _tell_step(sign_off, registered, subject)
    audit.record(
        action="sign_off.open",
        actor=acting_user,
        subject_kind=subject_kind,
        subject_id=subject.pk,
        after={
            "round": number,
            "kind": kind,
            "seats": [seat.party for seat in seats],
            "hash": sign_off.content_hash,
        },
    )
    return sign_off


@verb("sign_off.sign")
def sign(
    *, sign_off_id: int, acting_user: User, decision: str, page_hash: str, request_key: str, note: str = ""
) -> Signature:
    """Sign the current step of a sign-off.

    Raises NotYours for outsiders (404), Conflict when the page is stale or somebody was faster (409), Refused when
    the note is missing or the signer benefits (422). The same ``request_key`` returns the first outcome again.
    """
    sign_off = _locked(sign_off_id)
    earlier = _same_request(sign_off, acting_user, request_key)
    if earlier is not None:
        return earlier
    voice = VOICE_OF.get(decision)
    if voice is None:
        _outsiders_out(sign_off, acting_user)
        raise Refused("decision", "选一个决定：同意、退回修改或不同意")
    return _sign(sign_off, acting_user, decision, note.strip(), page_hash, request_key, voice=voice)


def assign(*, sign_off_id: int, acting_user: User, plan: Plan, page_hash: str, request_key: str) -> SignOff:
    """Where the document is silent the managing office names the deciders by hand: the plan becomes a new round.

    Runs inside the subject's own verb, because only the subject knows whom its parties mean.

    ``plan.reason`` is required. Raises as :func:`sign` does, and Refused when the plan names nobody or only
    people who must recuse themselves.
    """
    sign_off = _locked(sign_off_id)
    earlier = _same_request(sign_off, acting_user, request_key)
    if earlier is not None:
        return SignOff.objects.filter(
            subject_kind=sign_off.subject_kind, subject_id=sign_off.subject_id, round=sign_off.round + 1
        ).get()
    if not plan.steps or not all(plan.steps):
        raise Refused("no_decider", "至少指定一位批准人", field="parties")
    _sign(
        sign_off,
        acting_user,
        Signature.Decision.ASSIGN,
        plan.reason.strip(),
        page_hash,
        request_key,
        voice=Seat.Voice.ASSIGN,
    )
    registered = subjects.subject(sign_off.subject_kind)
    subject = registered.locked(sign_off.subject_id)
    fresh = open_sign_off(
        kind=sign_off.kind,
        subject_kind=sign_off.subject_kind,
        subject=subject,
        plan=plan,
        acting_user=acting_user,
    )
    _refuse_empty_seats(fresh)
    return fresh


def _refuse_empty_seats(sign_off: SignOff) -> None:
    seats = list(sign_off.seats.prefetch_related("upward"))
    desk = Desk(seats)
    empty = [seat.label for seat in seats if not desk.actors(seat)]
    if empty:
        raise Refused(
            "nobody_there",
            f"{'、'.join(empty)}现在没有人能办（空缺或须回避），改选其他批准人",
            field="parties",
        )


def withdraw(*, subject_kind: str, subject_id: int, acting_user: User, why: str = "申请人撤回") -> None:
    """Close the open round because the applicant takes the request back; part of the subject's own verb."""
    _close(subject_kind, subject_id, acting_user, SignOff.State.WITHDRAWN, why)


def void(*, subject_kind: str, subject_id: int, acting_user: User, why: str) -> None:
    """Close the open round because what was signed has changed; the signatures stay on record, without effect."""
    _close(subject_kind, subject_id, acting_user, SignOff.State.VOIDED, why)


@verb("filing.acknowledge")
def acknowledge(*, filing_id: int, acting_user: User) -> Filing:
    """A body that was told confirms it has read the decision. Any holder of the post may; once is enough."""
    filing = Filing.objects.select_for_update().filter(pk=filing_id).first()
    if filing is None or acting_user.pk not in users_at([(filing.post, filing.body_id)]):
        raise NotYours("not_yours", "没有这一件")
    if filing.seen_at is None:
        filing.seen_by, filing.seen_at = acting_user.person, clock.now()
        filing.save(update_fields=["seen_by", "seen_at"])
        audit.record(
            action="filing.acknowledge",
            actor=acting_user,
            subject_kind=filing.subject_kind,
            subject_id=filing.subject_id,
            after={"filing": filing.pk, "label": filing.label},
        )
    return filing


def lock_for(subject_kind: str, subject_id: int) -> SignOff | None:
    """Lock the subject's open round, the first lock of every verb that touches a subject under decision."""
    return (
        SignOff.objects.select_for_update()
        .filter(subject_kind=subject_kind, subject_id=subject_id, state=SignOff.State.OPEN)
        .first()
    )


def _locked(sign_off_id: int) -> SignOff:
    sign_off = SignOff.objects.select_for_update().filter(pk=sign_off_id).first()
    if sign_off is None:
        raise NotYours("not_yours", "没有这一件")
    return sign_off


def _same_request(sign_off: SignOff, user: User, request_key: str) -> Signature | None:
    if not request_key:
        _outsiders_out(sign_off, user)
        raise Refused("no_key", "页面缺少提交键，刷新后再办")
    earlier = Signature.objects.filter(request_key=request_key).first()
    if earlier is None:
        return None
    if earlier.sign_off_id != sign_off.pk or earlier.signer_id != user.person_id:
        raise Conflict("key_reused", "这个页面已经用过，刷新后再办")
    return earlier


def _sign(
    sign_off: SignOff, user: User, decision: str, note: str, page_hash: str, request_key: str, *, voice: str
) -> Signature:
    registered = subjects.subject(sign_off.subject_kind)
    seats = list(sign_off.seats.filter(step=sign_off.step).prefetch_related("upward"))
    open_seats = _unsigned(sign_off, seats)
    desk = Desk(seats)
    if user.person_id is None or not user.is_active:
        raise NotYours("not_yours", "没有这一件")
    if user.person_id in desk.recused(sign_off.pk):
        raise Refused("recused", "这一件与您本人有关，由其他人办理")
    if not sign_off.is_open:
        _refuse_settled(sign_off, user)
    authority = desk.best(open_seats, user.person_id)
    if authority is None:
        _refuse_outsider(sign_off, user)
    subject = registered.locked(sign_off.subject_id)
    current = content_hash(registered.content(subject), sign_off.plan, sign_off.round)
    if page_hash != sign_off.content_hash or current != sign_off.content_hash:
        raise Conflict("stale", "内容已有变化，看过最新内容再办")
    if authority.seat.voice != voice:
        raise Refused("wrong_voice", WRONG_VOICE[Seat.Voice(authority.seat.voice)])
    if decision in NEEDS_NOTE and not note:
        raise Refused("note_missing", NEEDS_NOTE[Signature.Decision(decision)], field="note")
    if len(note) > 500:
        raise Refused("note_long", f"意见最多 500 字，现在 {len(note)} 字", field="note")
    signature = Signature.objects.create(
        sign_off=sign_off,
        seat=authority.seat,
        step=authority.seat.step,
        need=authority.seat.need,
        signer_id=user.person_id,
        capacity=authority.capacity,
        appointment=authority.appointment,
        decision=decision,
        note=note,
        content_hash=sign_off.content_hash,
        request_key=request_key,
        at=clock.now(),
    )
    audit.record(
        action="sign_off.sign",
        actor=user,
        subject_kind=sign_off.subject_kind,
        subject_id=sign_off.subject_id,
        capacity=authority.capacity,
        after={
            "decision": decision,
            "seat": authority.seat.party,
            "round": sign_off.round,
            "via": authority.via,
        },
    )
    _advance(sign_off, registered, subject, signature, user)
    return signature


def _unsigned(sign_off: SignOff, seats: Iterable[Seat]) -> list[Seat]:
    signed = set(Signature.objects.filter(sign_off=sign_off).values_list("seat", flat=True))
    return [seat for seat in seats if seat.pk not in signed]


def _advance(sign_off: SignOff, registered: Any, subject: Any, signature: Signature, user: User) -> None:
    if signature.decision in OUTCOME_OF:
        _settle(
            sign_off,
            OUTCOME_OF[Signature.Decision(signature.decision)],
            registered,
            subject,
            user,
            signature.note,
        )
        return
    if signature.decision == Signature.Decision.ASSIGN:
        _close_row(sign_off, SignOff.State.ASSIGNED, signature.note)
        deadlines.meet("decide", sign_off.subject_kind, sign_off.subject_id)
        return
    seats = list(sign_off.seats.filter(step=sign_off.step))
    if signature.need == Seat.Need.ALL and _unsigned(sign_off, seats):
        return
    if sign_off.seats.filter(step__gt=sign_off.step).exists():
        sign_off.step += 1
        sign_off.save(update_fields=["step"])
        deadlines.meet("decide", sign_off.subject_kind, sign_off.subject_id)
        deadlines.start_decision(sign_off, sign_off.seats.filter(step=sign_off.step)[0])
        _tell_step(sign_off, registered, subject)
        return
    _settle(sign_off, SignOff.State.AGREED, registered, subject, user, "")


def _settle(sign_off: SignOff, state: str, registered: Any, subject: Any, user: User, why: str) -> None:
    _close_row(sign_off, state, why)
    deadlines.meet("decide", sign_off.subject_kind, sign_off.subject_id)
    if state == SignOff.State.AGREED:
        _file(sign_off, registered, subject)
    registered.settle(subject=subject, outcome=state, sign_off=sign_off, acting_user=user)


def _close_row(sign_off: SignOff, state: str, why: str) -> None:
    sign_off.state, sign_off.settled_at, sign_off.settled_why = state, clock.now(), why[:200]
    sign_off.save(update_fields=["state", "settled_at", "settled_why"])


def _close(subject_kind: str, subject_id: int, user: User, state: str, why: str) -> None:
    sign_off = lock_for(subject_kind, subject_id)
    if sign_off is None:
        raise Conflict("not_open", "这一件已经办结，看过结果再说")
    _close_row(sign_off, state, why)
    deadlines.meet("decide", subject_kind, subject_id)
    audit.record(
        action=f"sign_off.{state}",
        actor=user,
        subject_kind=subject_kind,
        subject_id=subject_id,
        after={"round": sign_off.round, "why": why},
    )


def _file(sign_off: SignOff, registered: Any, subject: Any) -> None:
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
                users=users_at(pairs),
                title=f"{word}：{registered.label(subject)}",
                url=registered.url(subject),
                key=f"{kind}:{sign_off.pk}",
                subject_kind=sign_off.subject_kind,
                subject_id=sign_off.subject_id,
            )


def _tell_step(sign_off: SignOff, registered: Any, subject: Any) -> None:
    seats = list(sign_off.seats.filter(step=sign_off.step).prefetch_related("upward"))
    desk = Desk(seats)
    users = {user for seat in seats for user in desk.users(seat)}
    notices.tell(
        users=users,
        title=f"待您办理：{registered.label(subject)}",
        url=registered.url(subject),
        key=f"step:{sign_off.pk}:{sign_off.step}",
        subject_kind=sign_off.subject_kind,
        subject_id=sign_off.subject_id,
    )


def _refuse_settled(sign_off: SignOff, user: User) -> NoReturn:
    _outsiders_out(sign_off, user)
    last = sign_off.signatures.select_related("signer").last()
    if last is not None and sign_off.state != SignOff.State.WITHDRAWN:
        word = "指定了批准人" if last.decision == Signature.Decision.ASSIGN else last.get_decision_display()
        raise Conflict("settled", f"{last.signer} {clock_words(last.at)} 已{word}，您不用再办")
    raise Conflict("settled", f"这一件{sign_off.get_state_display()}，您不用再办")


def _refuse_outsider(sign_off: SignOff, user: User) -> NoReturn:
    _outsiders_out(sign_off, user)
    mine = sign_off.signatures.filter(signer=user.person_id).first()
    if mine is not None:
        raise Conflict(
            "signed_already", f"您 {clock_words(mine.at)} 已{mine.get_decision_display()}，不用再办"
        )
    raise Conflict("not_your_step", "现在不由您办理，看下面的流程")


def _outsiders_out(sign_off: SignOff, user: User) -> None:
    if not subjects.subject(sign_off.subject_kind).visible_to(user).filter(pk=sign_off.subject_id).exists():
        raise NotYours("not_yours", "没有这一件")


def clock_words(moment: datetime) -> str:
    """``10:05`` today, ``11月20日 10:05`` otherwise."""
    local = timezone.localtime(moment)
    same_day = local.date() == clock.today()
    return f"{local:%H:%M}" if same_day else f"{local.month}月{local.day}日 {local:%H:%M}"

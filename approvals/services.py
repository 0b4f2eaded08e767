"""The engine's verbs: open, sign, assign, withdraw, void, acknowledge. No branches, loops or designer.

``sign`` is one transaction: lock the sign-off, answer a repeated request with its first outcome, see who may act
now, recompute the hash of the content against the one the page showed, insert, advance, settle, record.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.db.models import Q
from django.utils import timezone

from approvals import deadlines
from approvals.models import Filing, Recusal, Seat, SeatUpward, Signature, SignOff
from approvals.plans import Plan, content_hash
from approvals.rounds import Round, close
from approvals.selectors import told_to
from core import audit, clock, subjects
from core.errors import Conflict, NotYours, Refused
from core.texts import written
from core.verbs import check_key, verb
from teams.models import User

NEEDS_NOTE = {
    Signature.Decision.REFUSE: "写明不同意的理由，{asker}会看到",
    Signature.Decision.RETURN: "写明退回理由，{asker}会看到",
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


def open_sign_off(
    *, kind: str, subject_kind: str, subject: Any, plan: Plan, acting_user: User, rounds: int | None = None
) -> SignOff:
    """Open the next round on a subject, inside the caller's verb.

    Makes the seats, records the beneficiaries' recusal, sets the decision deadline and tells the first step.
    ``rounds``: how many there were, where the caller has read it with the subject. Raises Conflict when a round is
    already open, and the table itself refuses a second one.
    """
    if rounds is None:
        earlier = SignOff.objects.filter(subject_kind=subject_kind, subject_id=subject.pk)
        states = list(earlier.values_list("state", flat=True))
        if SignOff.State.OPEN in states:
            raise Conflict("already_open", "这一件已在办理中，不用再提交")
        rounds = len(states)
    number = rounds + 1
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
    recused = sorted(set(registered.recused(subject)))
    Recusal.objects.bulk_create(
        Recusal(sign_off=sign_off, person_id=person, why="本人的事项") for person in recused
    )
    current = Round.fresh(sign_off, seats, upward, recused)
    deadlines.start_decision(sign_off, current.waiting)
    if plan.source == "hand":
        _refuse_empty_seats(current)
    current.tell_step(subject)
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
        place=registered.place(subject) if registered.place else None,
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
    signatures, earlier = _signatures(sign_off, acting_user, request_key)
    if earlier is not None:
        return earlier
    voice = VOICE_OF.get(decision)
    if voice is None:
        outsiders_out(sign_off, acting_user)
        raise Refused("decision", "选一个决定：同意、退回修改或不同意")
    current = Round.load(sign_off, signatures)
    note = note.strip()
    return _sign(current, acting_user, decision, note, page_hash, request_key, voice=voice)


def assign(*, sign_off_id: int, acting_user: User, plan: Plan, page_hash: str, request_key: str) -> SignOff:
    """Where the document is silent the managing office names the deciders by hand: the plan becomes a new round.

    Runs inside the subject's own verb, because only the subject knows whom its parties mean.

    ``plan.reason`` is required. Raises as :func:`sign` does, and Refused when the plan names nobody or only
    people who must recuse themselves.
    """
    sign_off = _locked(sign_off_id)
    signatures, earlier = _signatures(sign_off, acting_user, request_key)
    if earlier is not None:
        return SignOff.objects.filter(
            subject_kind=sign_off.subject_kind, subject_id=sign_off.subject_id, round=sign_off.round + 1
        ).get()
    if not plan.steps or not all(plan.steps):
        raise Refused("no_decider", "至少指定一位批准人", field="parties")
    _sign(
        Round.load(sign_off, signatures),
        acting_user,
        Signature.Decision.ASSIGN,
        plan.reason.strip(),
        page_hash,
        request_key,
        voice=Seat.Voice.ASSIGN,
    )
    registered = subjects.subject(sign_off.subject_kind)
    subject = registered.locked(sign_off.subject_id)
    return open_sign_off(
        kind=sign_off.kind,
        subject_kind=sign_off.subject_kind,
        subject=subject,
        plan=plan,
        acting_user=acting_user,
    )


def _refuse_empty_seats(current: Round) -> None:
    empty = [seat.label for seat in current.seats if not current.desk.actors(seat)]
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
    """A body that was told confirms it has read the decision. Whoever finds it under 知会我 may, once is enough."""
    filing = Filing.objects.select_for_update().filter(pk=filing_id).first()
    if filing is None or not told_to(acting_user).filter(pk=filing_id).exists():
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


def _signatures(sign_off: SignOff, user: User, request_key: str) -> tuple[list[Signature], Signature | None]:
    """The round's signatures, and the one that this very request made before."""
    try:
        check_key(request_key)
    except Refused:
        outsiders_out(sign_off, user)
        raise
    rows = Signature.objects.filter(Q(sign_off=sign_off) | Q(request_key=request_key))
    signatures = [row for row in rows if row.sign_off_id == sign_off.pk]
    earlier = next((row for row in rows if row.request_key == request_key), None)
    if earlier is not None and (earlier.sign_off_id != sign_off.pk or earlier.signer_id != user.person_id):
        raise Conflict("key_reused", "这个页面已经用过，刷新后再办")
    return signatures, earlier


def _sign(
    current: Round, user: User, decision: str, note: str, page_hash: str, request_key: str, *, voice: str
) -> Signature:
    sign_off, registered, desk = current.sign_off, current.registered, current.desk
    if user.person_id is None or not user.is_active:
        raise NotYours("not_yours", "没有这一件")
    if user.person_id in desk.recused(sign_off.pk):
        raise Refused("recused", "这一件与您本人有关，由其他人办理")
    if not sign_off.is_open:
        _refuse_settled(sign_off, user)
    authority = desk.best(current.waiting, user.person_id)
    if authority is None:
        _refuse_outsider(sign_off, user)
    subject = registered.locked(sign_off.subject_id)
    actual = content_hash(registered.content(subject), sign_off.plan, sign_off.round)
    if page_hash != sign_off.content_hash or actual != sign_off.content_hash:
        raise Conflict("stale", "内容已有变化，看过最新内容再办")
    if authority.seat.voice != voice:
        raise Refused("wrong_voice", WRONG_VOICE[Seat.Voice(authority.seat.voice)])
    words = registered.words
    if decision == Signature.Decision.REFUSE and not words.refuses:
        raise Refused("decision", f"这一件没有“不同意”，有不对的地方写明理由，{words.send_back}")
    if decision in NEEDS_NOTE and not note:
        raise Refused(
            "note_missing", NEEDS_NOTE[Signature.Decision(decision)].format(asker=words.asker), field="note"
        )
    note = written(note, field="note", most=500, label="意见")
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
            **({"delegation": authority.delegation.pk} if authority.delegation else {}),
        },
        place=registered.place(subject) if registered.place else None,
    )
    current.advance(signature, subject, user)
    signature.subject = subject  # type: ignore[attr-defined]  # so that the page need not read it again
    return signature


def _close(subject_kind: str, subject_id: int, user: User, state: str, why: str) -> None:
    sign_off = lock_for(subject_kind, subject_id)
    if sign_off is None:
        raise Conflict("not_open", "这一件已经办结，看过结果再说")
    close(sign_off, state, why)
    audit.record(
        action=f"sign_off.{state}",
        actor=user,
        subject_kind=subject_kind,
        subject_id=subject_id,
        after={"round": sign_off.round, "why": why},
    )


def _refuse_settled(sign_off: SignOff, user: User) -> NoReturn:
    outsiders_out(sign_off, user)
    last = sign_off.signatures.select_related("signer", "seat").last()
    if last is not None and sign_off.state != SignOff.State.WITHDRAWN:
        assigned = last.decision == Signature.Decision.ASSIGN
        word = "指定了批准人" if assigned else last.said(subjects.words(sign_off.subject_kind))
        raise Conflict("settled", f"{last.signer} {clock_words(last.at)} 已{word}，您不用再办")
    raise Conflict("settled", f"这一件{sign_off.get_state_display()}，您不用再办")


def _refuse_outsider(sign_off: SignOff, user: User) -> NoReturn:
    outsiders_out(sign_off, user)
    mine = sign_off.signatures.filter(signer=user.person_id).select_related("seat").first()
    if mine is not None:
        word = mine.said(subjects.words(sign_off.subject_kind))
        raise Conflict("signed_already", f"您 {clock_words(mine.at)} 已{word}，不用再办")
    raise Conflict("not_your_step", "现在不由您办理，看下面的流程")


def outsiders_out(sign_off: SignOff, user: User) -> None:
    if not subjects.subject(sign_off.subject_kind).visible_to(user).filter(pk=sign_off.subject_id).exists():
        raise NotYours("not_yours", "没有这一件")


def clock_words(moment: datetime) -> str:
    """``10:05`` today, ``11月20日 10:05`` otherwise."""
    local = timezone.localtime(moment)
    same_day = local.date() == clock.today()
    return f"{local:%H:%M}" if same_day else f"{local.month}月{local.day}日 {local:%H:%M}"

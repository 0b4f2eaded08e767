"""The bar at the foot of a subject's page: what the viewer may do now, or what he has just done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from approvals import selectors
from approvals.models import Filing, Seat, Signature, SignOff
from core import clock, subjects, web
from core.templatetags.zhubang import cn_datetime
from teams.models import User

D = Signature.Decision


@dataclass(frozen=True)
class Bar:
    """The parameters of ``components/actions.html``."""

    action: str = ""
    main: str = ""
    main_name: str = ""
    main_value: str = ""
    fields: list[dict[str, str]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    done: str = ""
    next_url: str = ""
    next_label: str = ""


def decision_bar(
    user: User, card: selectors.Card, told: Filing | None, special: dict[str, str] | None = None
) -> Bar | None:
    """The bar for this viewer, or None. ``special`` gives the subject's own address for a voice (``assign``)."""
    if card.mine is not None and card.sign_off is not None:
        return _to_decide(card, card.sign_off, card.mine.seat, special or {})
    if told is not None:
        word = "知悉备案" if told.kind == Filing.Kind.FILING else "知悉"
        return Bar(action=reverse("approvals:acknowledge", args=[told.pk]), main=word)
    return _just_done(user, card)


def _to_decide(card: selectors.Card, sign_off: SignOff, seat: Seat, special: dict[str, str]) -> Bar:
    fields = [
        {"name": "page_hash", "value": sign_off.content_hash},
        {"name": "request_key", "value": web.form_key()},
    ]
    action = special.get(seat.voice) or reverse("approvals:sign", args=[sign_off.pk])
    if seat.voice == Seat.Voice.ASSIGN:
        return Bar(action=action, main="指定批准人", fields=fields)
    if seat.voice == Seat.Voice.OPINION:
        return Bar(
            action=action, main="提交意见", main_name="decision", main_value=D.OPINION.value, fields=fields
        )
    words = subjects.words(sign_off.subject_kind)
    refuse = {
        "label": "不同意",
        "url": reverse("approvals:reason", args=[sign_off.pk, D.REFUSE.value]),
        "danger": True,
    }
    send_back = {
        "label": words.send_back,
        "url": reverse("approvals:reason", args=[sign_off.pk, D.RETURN.value]),
    }
    return Bar(
        action=action,
        main=_agree_label(card, words.agree(seat.post), seat),
        main_name="decision",
        main_value=D.AGREE.value,
        fields=fields,
        others=[refuse, send_back] if words.refuses else [send_back],
    )


def _agree_label(card: selectors.Card, word: str, seat: Seat) -> str:
    """``同意，转市委组织部``; in a joint step how many are still to sign; plain 同意 when this one is the last."""
    if not card.next_label:
        return word
    here = next(step for step in card.steps if any(item["seat"].pk == seat.pk for item in step.seats))
    rest = [item for item in here.seats if item["signature"] is None and item["seat"].pk != seat.pk]
    if here.need == Seat.Need.ALL and rest:
        return f"{word}（还等 {len(rest)} 方签）"
    return f"{word}，转{card.next_label}"


def _just_done(user: User, card: selectors.Card) -> Bar | None:
    """``您已同意 · 11:05 · 已批准`` for the rest of the day, with the next thing that waits."""
    mine = [
        row
        for sign_off in card.rounds
        for row in sign_off.signatures.all()
        if row.signer_id == user.person_id
    ]
    if not mine or timezone.localtime(mine[-1].at).date() != clock.today():
        return None
    last = mine[-1]
    word = last.said(subjects.words(last.sign_off.subject_kind))
    said = [f"您已{word}", cn_datetime(last.at, "clock"), _since(card, last)]
    waiting = selectors.todo_of(user)
    if waiting:
        url, label = waiting[0].summary["url"], f"下一件（共 {len(waiting)} 件）"
    else:
        url, label = reverse("approvals:todo"), "回待办"
    return Bar(done=" · ".join(part for part in said if part), next_url=url, next_label=label)


def _since(card: selectors.Card, mine: Signature) -> str:
    """What came of it, as the card stands now."""
    assert card.sign_off is not None
    waiting = [
        item["seat"].label
        for step in card.steps
        if step.state == "now"
        for item in step.seats
        if item["signature"] is None
    ]
    return since(card.sign_off, mine, waiting, card.filings)


def since(latest: SignOff, mine: Signature, waiting: list[str], filings: Iterable[Filing]) -> str:
    """What came of a signature: where it went, or how it ended. ``waiting``: labels of the step's unsigned seats."""
    if latest.is_open:
        word = "还等" if mine.sign_off_id == latest.pk and mine.step == latest.step else "已转"
        return f"{word}{'、'.join(waiting)}" + ("签" if word == "还等" else "")
    words = subjects.words(latest.subject_kind)
    ended = {
        SignOff.State.AGREED: words.agreed,
        SignOff.State.REFUSED: f"已告知{words.asker}",
        SignOff.State.RETURNED: words.sent_back,
        SignOff.State.WITHDRAWN: f"{words.asker}已撤回",
        SignOff.State.VOIDED: "内容有改动，签字作废",
    }
    told = "、".join(filing.label for filing in filings if filing.kind == Filing.Kind.FILING)
    text = ended.get(SignOff.State(latest.state), "")
    return f"{text}，已报{told}备案" if told else text

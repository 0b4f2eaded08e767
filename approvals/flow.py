"""What has happened to a subject, who has it now and what comes next: the rows of ``components/flow.html``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from approvals.models import Filing, Seat, Signature, SignOff
from approvals.selectors import Card, Step
from core import subjects
from core.subjects import Words
from core.templatetags.zhubang import cn_datetime, remaining

Row = dict[str, Any]
D = Signature.Decision
ROW_STATE: dict[str, str] = {D.REFUSE: "refused", D.RETURN: "returned"}
VERBS: dict[str, str] = {Seat.Voice.OPINION: "提意见", Seat.Voice.ASSIGN: "指定批准人"}
CLOSED: dict[str, str] = {SignOff.State.WITHDRAWN: "", SignOff.State.VOIDED: "内容有改动，签字作废"}


def _does(seat: Seat, words: Words) -> str:
    return VERBS.get(seat.voice) or words.act(seat.post)


def timeline(card: Card, asked_by: str, now: datetime) -> list[Row]:
    """All rounds in order of time, the newest with its open and later steps, then who is told."""
    rows: list[Row] = []
    if not card.rounds:
        return rows
    words = subjects.words(card.rounds[0].subject_kind)
    for number, sign_off in enumerate(card.rounds):
        if number == 0 or card.rounds[number - 1].state != SignOff.State.ASSIGNED:
            title = words.again if number else words.asked
            rows.append(
                {"state": "done", "title": title, "who": asked_by, "at": cn_datetime(sign_off.opened_at)}
            )
        if sign_off is not card.sign_off:
            rows += [_signed(row, words) for row in sign_off.signatures.all()]
            rows += _closing(sign_off, words)
    if card.sign_off is None:
        return rows
    for step in card.steps:
        if step.state != "dropped" or any(seat["signature"] for seat in step.seats):
            made = _joint if len(step.seats) > 1 else _single
            rows += made(step, card, now, words)
    return rows + _closing(card.sign_off, words) + _told(card, words)


def _signed(signature: Signature, words: Words) -> Row:
    return {
        "state": ROW_STATE.get(signature.decision, "done"),
        "title": signature.said(words),
        "who": signature.by,
        "at": cn_datetime(signature.at),
        "note": signature.note,
    }


def _closing(sign_off: SignOff, words: Words) -> list[Row]:
    if sign_off.state not in CLOSED:
        return []
    title = CLOSED[sign_off.state] or words.withdrawn
    note = "" if sign_off.settled_why == title else sign_off.settled_why
    return [{"state": "returned", "title": title, "at": cn_datetime(sign_off.settled_at), "note": note}]


def _single(step: Step, card: Card, now: datetime, words: Words) -> list[Row]:
    seat, signature = step.seats[0]["seat"], step.seats[0]["signature"]
    if signature is not None:
        return [_signed(signature, words)]
    row: Row = {
        "state": step.state,
        "title": f"{seat.label}{_does(seat, words)}",
        "who": step.seats[0]["holders"],
    }
    return [row | _left(step, card, now)]


def _joint(step: Step, card: Card, now: datetime, words: Words) -> list[Row]:
    verb = _does(step.seats[0]["seat"], words)
    how = "共同" if step.need == Seat.Need.ALL else "中任一方"
    seats, notes = [], []
    for item in step.seats:
        signature = item["signature"]
        if signature is None:
            who = f"{item['seat'].label}：{item['holders']}"
            seats.append({"state": "now" if step.state == "now" else "later", "who": who})
            continue
        other = "" if signature.decision == D.AGREE else f"（{signature.said(words)}）"
        state = ROW_STATE.get(signature.decision, "done")
        seats.append(
            {
                "state": state,
                "who": f"{item['seat'].label}：{signature.signer}{other}",
                "at": cn_datetime(signature.at),
            }
        )
        if signature.note:
            notes.append(f"{signature.signer}：{signature.note}")
    state = "refused" if step.state == "dropped" else step.state
    row: Row = {"state": state, "title": f"{len(step.seats)} 方{how}{verb}", "seats": seats}
    return [row | {"note": "\n".join(notes)} | _left(step, card, now)]


def _left(step: Step, card: Card, now: datetime) -> Row:
    if step.state != "now" or card.due is None:
        return {}
    return {"left": remaining(card.due, now), "overdue": now > card.due}


def _told(card: Card, words: Words) -> list[Row]:
    """Who was told and has seen it; before the decision, who will be told."""
    sign_off = card.sign_off
    assert sign_off is not None
    rows: list[Row] = []
    for kind, title in ((Filing.Kind.FILING, "报备案"), (Filing.Kind.COPY, "知会")):
        told = [filing for filing in card.filings if filing.kind == kind]
        if told:
            rows.append({"state": "done", "title": title, "seats": [_seen(filing) for filing in told]})
            continue
        names = "、".join(spec["label"] for spec in sign_off.plan.get("filings", []) if spec["kind"] == kind)
        if names and sign_off.is_open:
            rows.append({"state": "later", "title": f"{words.after}{title}", "who": names})
    return rows


def _seen(filing: Filing) -> Row:
    if filing.seen_at is None:
        return {"state": "later", "who": f"{filing.label}（未阅）"}
    return {
        "state": "done",
        "who": f"{filing.label}：{filing.seen_by} 已阅",
        "at": cn_datetime(filing.seen_at),
    }

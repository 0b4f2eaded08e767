"""批量同意: several things that wait, agreed to from one page that was read. Each is a transaction of its own.

Only what a kind offers for review may go this way, only in seats that decide, and only to agree; whoever wants to
refuse, to send back or to write opens the card. What was not done says why, and does not hold up the rest.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from approvals import bar, selectors, services
from approvals.models import Filing, Seat, Signature, SignOff
from core import subjects
from core.errors import Declined, Refused
from teams.models import User

#: So many at once; a person reads no more.
MOST = 50
_log = logging.getLogger("zhubang.batch")


@dataclass(frozen=True)
class Chosen:
    """One thing to agree to, as the review page showed it."""

    sign_off_id: int
    page_hash: str
    request_key: str


@dataclass(frozen=True)
class Item:
    """One thing on the review page: the task, what to read about it, and what follows when he agrees."""

    task: selectors.Task
    rows: list[dict[str, Any]]
    then: str


@dataclass(frozen=True)
class Outcome:
    """What came of one: ``summary`` is empty where the user may not see it."""

    summary: dict[str, Any]
    done: bool
    words: str


def may_be_chosen(task: selectors.Task) -> bool:
    """Does this task ask for a decision of a kind that may be read beside others?"""
    decides = task.authority.seat.voice == Seat.Voice.DECIDE
    return decides and subjects.subject(task.sign_off.subject_kind).review is not None


def review(user: User, picked: Collection[int]) -> list[Item]:
    """What the user picked, as far as it waits for him and may be chosen, in the order of 待办; set-based."""
    tasks = [
        task for task in selectors.waiting_for(user) if task.sign_off.pk in picked and may_be_chosen(task)
    ]
    wanted: dict[str, list[int]] = defaultdict(list)
    for task in tasks:
        wanted[task.sign_off.subject_kind].append(task.sign_off.subject_id)
    rows = {(kind, pk): said for kind, ids in wanted.items() for pk, said in _read(kind, ids, user).items()}
    seats, signed = _seats([task.sign_off.pk for task in tasks])
    return [
        Item(
            task,
            rows.get((task.sign_off.subject_kind, task.sign_off.subject_id), []),
            _then(task, seats[task.sign_off.pk], signed),
        )
        for task in tasks
    ]


def agree_to_each(*, acting_user: User, chosen: Iterable[Chosen]) -> list[Outcome]:
    """Agree to one after the other, each under its own key, and say what came of each.

    Sent twice, it answers twice the same: a key that has signed answers with its first outcome.
    """
    chosen = list(chosen)[:MOST]
    known = SignOff.objects.in_bulk([each.sign_off_id for each in chosen])
    signatures: dict[int, Signature] = {}
    refusals: dict[int, str] = {}
    for each in chosen:
        try:
            signatures[each.sign_off_id] = _agree(acting_user, each, known.get(each.sign_off_id))
        except Declined as refused:
            refusals[each.sign_off_id] = refused.sentence
        except DatabaseError:
            _log.exception("one of a batch failed")
            refusals[each.sign_off_id] = "系统没有办成这一件，过一会儿再试"
    words = _what_came(signatures)
    shown = _seen(acting_user, known.values())
    return [
        Outcome(
            shown.get(each.sign_off_id, {}),
            each.sign_off_id in signatures,
            words.get(each.sign_off_id) or refusals.get(each.sign_off_id, ""),
        )
        for each in chosen
    ]


def _agree(user: User, each: Chosen, sign_off: SignOff | None) -> Signature:
    if sign_off is not None and subjects.subject(sign_off.subject_kind).review is None:
        services.outsiders_out(sign_off, user)
        raise Refused("one_by_one", "这一类要逐件看过再签")
    return services.sign(
        sign_off_id=each.sign_off_id,
        acting_user=user,
        decision=Signature.Decision.AGREE,
        page_hash=each.page_hash,
        request_key=each.request_key,
    )


def _read(kind: str, ids: list[int], user: User) -> dict[int, list[dict[str, Any]]]:
    read = subjects.subject(kind).review
    return read(ids, user) if read is not None else {}


def _seats(ids: Collection[int]) -> tuple[dict[int, list[Seat]], set[int]]:
    """The seats of each sign-off in their order, and the ids of those that are signed; two questions."""
    seats: dict[int, list[Seat]] = defaultdict(list)
    for seat in Seat.objects.filter(sign_off__in=ids).order_by("sign_off", "step", "pk"):
        seats[seat.sign_off_id].append(seat)
    signed = Signature.objects.filter(sign_off__in=ids).values_list("seat", flat=True)
    return seats, set(signed)


def _then(task: selectors.Task, seats: list[Seat], signed: set[int]) -> str:
    """``还等县委组织部签``, ``转县农业农村局``; ``批准，报县委组织部备案`` where this agreement is the last."""
    sign_off, mine = task.sign_off, task.authority.seat
    open_seats = [seat for seat in seats if seat.pk not in signed and seat.pk != mine.pk]
    beside = [seat.label for seat in open_seats if seat.step == sign_off.step and seat.need == Seat.Need.ALL]
    if beside:
        return f"还等{'、'.join(beside)}签"
    following = [seat.label for seat in open_seats if seat.step == sign_off.step + 1]
    if following:
        return f"转{'、'.join(following)}"
    told = [spec["label"] for spec in sign_off.plan.get("filings", []) if spec["kind"] == Filing.Kind.FILING]
    return f"批准，报{'、'.join(told)}备案" if told else "批准"


def _what_came(signatures: dict[int, Signature]) -> dict[int, str]:
    """``已同意 · 已转县委组织部`` for each signed, read back from the database."""
    ids = list(signatures)
    latest = SignOff.objects.in_bulk(ids)
    seats, signed = _seats(ids)
    filings: dict[int, list[Filing]] = defaultdict(list)
    for filing in Filing.objects.filter(sign_off__in=ids).order_by("kind", "pk"):
        filings[filing.sign_off_id].append(filing)
    found = {}
    for pk, mine in signatures.items():
        step = latest[pk].step
        waiting = [seat.label for seat in seats[pk] if seat.step == step and seat.pk not in signed]
        since = bar.since(latest[pk], mine, waiting, filings[pk])
        found[pk] = " · ".join(part for part in ("已同意", since) if part)
    return found


def _seen(user: User, sign_offs: Iterable[SignOff]) -> dict[int, dict[str, Any]]:
    """The rows of those whose subjects the user may see."""
    by_kind: dict[str, dict[int, int]] = defaultdict(dict)
    for row in sign_offs:
        by_kind[row.subject_kind][row.subject_id] = row.pk
    found = {}
    for kind, ids in by_kind.items():
        seen = subjects.subject(kind).visible_to(user).filter(pk__in=list(ids)).values_list("pk", flat=True)
        for (_, pk), summary in selectors.summaries({(kind, pk) for pk in seen}).items():
            found[ids[pk]] = summary
    return found

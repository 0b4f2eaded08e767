"""Writing messages, claiming them, sending them.

A message is written in the transaction that causes it. After the commit a worker is woken; where that fails, beat
finds the row within a minute. Whoever sends claims the row first, for some minutes, so two workers never hold the
same one. A worker that dies before it sends loses nothing; one that dies between sending and writing "sent" makes
the next one send again, at most once for each death: an e-mail then carries the same Message-ID.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core import clock
from core.context import origin
from core.outbox import kinds, night, robots
from core.outbox.kinds import NotNow, Parcel, ToAddress, ToRobot
from core.outbox.mail import Post
from core.outbox.models import OutboxMessage
from core.outbox.wake import wake
from core.outbox.words import Undelivered

S = OutboxMessage.State
Channel = OutboxMessage.Channel
logger = logging.getLogger(__name__)

#: Pauses before another try; after the last one the message has failed and is shown.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_TRIES = len(PAUSES) + 1
#: How long a claim holds: longer than the slowest single sending (timeouts of some ten seconds).
LEASE = timedelta(minutes=5)
#: One run sends for so long at most; what is left is the next run's.
RUN_SECONDS = 240
TASK = "core.send_outbox"


def put(
    *,
    kind: str,
    channel: str,
    keys: dict[int | None, str],
    reference: str = "",
    due_at: datetime | None = None,
) -> None:
    """Write one message for each recipient (None for a robot), in the caller's transaction.

    ``keys`` holds recipient → key; a key that exists already writes nothing. A kind that waits for the morning is
    due then.
    """
    moment = clock.now()
    due = due_at or moment
    if kinds.kind(kind).quiet_at_night:
        due = night.awake(due)
    rows = [
        OutboxMessage(
            kind=kind,
            channel=channel,
            recipient_id=recipient,
            reference=reference,
            key=key,
            created_at=moment,
            due_at=due,
        )
        for recipient, key in keys.items()
    ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if due <= moment:
        wake_after_commit()


def wake_after_commit() -> None:
    """Wake a worker once the caller's transaction stands. A command, which may run before any is up, leaves it to beat."""
    if origin().source != "command":
        transaction.on_commit(lambda: wake(TASK))


def claimable(moment: datetime) -> QuerySet[OutboxMessage]:
    """What may be sent at ``moment``: due, unclaimed or claimed by a worker that is gone; by night only what may."""
    rows = OutboxMessage.objects.filter(
        Q(state=S.PENDING, due_at__lte=moment) | Q(state=S.SENDING, claimed_until__lte=moment)
    )
    return rows.filter(kind__in=kinds.wakeful()) if night.is_night(moment) else rows


def claim(blocked: Iterable[str] = ()) -> OutboxMessage | None:
    """The longest due message, held for this worker alone; None when nothing is due.

    PostgreSQL skips rows another worker has just locked; SQLite admits one writer at a time anyway.
    """
    while True:
        with transaction.atomic():
            moment = clock.now()
            row = (
                claimable(moment)
                .exclude(channel__in=list(blocked))
                .select_for_update(skip_locked=True)
                .order_by("due_at", "pk")
                .first()
            )
            if row is None:
                return None
            if row.attempts < MOST_TRIES:
                row.state, row.attempts = S.SENDING, row.attempts + 1
                row.claim, row.claimed_until = uuid.uuid4().hex, moment + LEASE
                row.save(update_fields=["state", "attempts", "claim", "claimed_until"])
                return row
            # Whoever sent it died each time; the last try's end was never written.
            row.state, row.claimed_until, row.settled_at = S.FAILED, None, moment
            row.last_error = "发送的进程每次都中断，没有一次写下结果"
            row.save(update_fields=["state", "claimed_until", "settled_at", "last_error"])


def drain(seconds: float = RUN_SECONDS) -> dict[str, int]:
    """Send what is due until nothing is, or time is up. Returns counts by outcome."""
    until = time.monotonic() + seconds
    counts: dict[str, int] = {}
    blocked: set[str] = set()
    with Post() as post:
        while time.monotonic() < until:
            row = claim(blocked)
            if row is None:
                break
            outcome = _deliver(row, post, blocked)
            counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def _deliver(row: OutboxMessage, post: Post, blocked: set[str]) -> str:
    """Send one claimed message and write what came of it."""
    try:
        parcel = kinds.kind(row.kind).render(row)
        if isinstance(parcel, NotNow):
            return _write(row, state=S.DROPPED, last_error=parcel.why)
        number = _send(parcel, row.key, post)
    except Undelivered as error:
        if error.way:
            # The server is down, not this letter wrong: the others need not find out one by one.
            blocked.add(row.channel)
        return _failed(row, error.sentence, final=error.final)
    except Exception as error:
        logger.exception("outbox message %s could not be made", row.pk)
        return _failed(row, f"程序出错（{type(error).__name__}），告诉开发人员")
    return _write(row, state=S.SENT, message_id=number, last_error="")


def _send(parcel: Parcel, key: str, post: Post) -> str:
    match parcel.to:
        case ToAddress(email):
            return post.send(to=email, letter=parcel.letter, key=key)
        case ToRobot(provider, token, secret):
            robots.send(provider, token, secret, f"{parcel.letter.subject}\n{parcel.letter.text()}")
            return ""


def _failed(row: OutboxMessage, sentence: str, *, final: bool = False) -> str:
    """Another try after a pause, or the end."""
    if final or row.attempts >= MOST_TRIES:
        return _write(row, state=S.FAILED, last_error=sentence)
    due = clock.now() + PAUSES[row.attempts - 1]
    return _write(row, state=S.PENDING, last_error=sentence, due_at=due)


def _write(row: OutboxMessage, *, state: str, **changes: object) -> str:
    """Write the outcome, unless the claim has run out and another worker holds the row now."""
    over = state != S.PENDING
    OutboxMessage.objects.filter(pk=row.pk, state=S.SENDING, claim=row.claim).update(
        state=state, claimed_until=None, settled_at=clock.now() if over else None, **changes
    )
    return str(state)


def prune(keep: timedelta) -> int:
    """Remove what was settled long ago; failed messages stay until somebody decides about them."""
    old = OutboxMessage.objects.filter(state__in=[S.SENT, S.DROPPED], settled_at__lt=clock.now() - keep)
    return old.delete()[0]


def replace_older(kind: str, recipients: Iterable[int], before: datetime, why: str) -> int:
    """Drop messages of ``kind`` that still wait and were due before ``before``: a newer one says more."""
    waiting = OutboxMessage.objects.filter(
        kind=kind, state=S.PENDING, due_at__lt=before, recipient__in=list(recipients)
    )
    return waiting.update(state=S.DROPPED, settled_at=clock.now(), last_error=why)

"""The seal: committed events become links of one chain, so that no later change, loss or insertion goes unseen.

Verbs insert their events unchained, because a chain head inside every verb would serialise all writing. One sealer
chains them every few seconds, in the order in which it meets them. An id below one already sealed may still appear
when a slower transaction commits: every run looks back over the newest links, and :func:`seal` with ``everything``
over the whole trail, so a late event is sealed late but never left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, QuerySet

from core import clock
from core.models import AuditAnchor, AuditEvent, AuditSeal

#: What stands before the first link.
GENESIS = "0" * 64
#: Events of one statement, and how many links back a run looks for stragglers.
BATCH, LOOK_BACK = 1000, 10_000
#: Names the sealer's lock among PostgreSQL's advisory locks.
LOCK = 0x7A68_7562

_log = logging.getLogger("zhubang.audit")

COLUMNS = (
    "id",
    "at",
    "actor_id",
    "actor_name",
    "capacity",
    "action",
    "outcome",
    "subject_kind",
    "subject_id",
    "place",
    "before",
    "after",
    "source",
    "address",
    "request_id",
)


def digest(event: dict[str, Any]) -> str:
    """The hash of an event's every column; the same on both databases."""
    said = {**event, "at": event["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def link(position: int, event_id: int, digest_: str, previous: str) -> str:
    """The hash of one link."""
    return hashlib.sha256(f"{position}:{event_id}:{digest_}:{previous}".encode()).hexdigest()


def head() -> tuple[int, str]:
    """Position and hash of the newest link; the anchor's, or zeros, where there is none."""
    newest = AuditSeal.objects.order_by("-position").values_list("position", "hash").first()
    return newest or start()


def start() -> tuple[int, str]:
    """What the first link that is left stands on."""
    anchor = AuditAnchor.objects.order_by("-position").values_list("position", "hash").first()
    return anchor or (0, GENESIS)


def unsealed(*, everything: bool = True) -> QuerySet[AuditEvent]:
    """Events without a link, oldest id first; without ``everything`` only those near the head."""
    rows = AuditEvent.objects.filter(~Exists(AuditSeal.objects.filter(event_id=OuterRef("pk"))))
    if not everything:
        recent = AuditSeal.objects.filter(position__gt=head()[0] - LOOK_BACK)
        floor = recent.aggregate(lowest=Min("event_id"))["lowest"]
        rows = rows.filter(pk__gt=floor) if floor is not None else rows
    return rows.order_by("pk")


def seal(*, everything: bool = False) -> int:
    """Chain what is committed and not sealed yet; returns how many events that were.

    Two sealers at once: on PostgreSQL the second finds the lock taken and leaves at once; on SQLite it waits for
    the first one's transaction. Unique position and event refuse whatever would slip past both.
    """
    done = 0
    while count := _seal_batch(everything):
        done += count
        if count < BATCH:
            break
    if done:
        position, hash_ = head()
        # The log is kept elsewhere: what it says of the head cannot be unsaid in the database.
        _log.info("audit sealed up to %s:%s", position, hash_)
    return done


@transaction.atomic
def _seal_batch(everything: bool) -> int:
    if not _locked():
        return 0
    events = list(unsealed(everything=everything).values(*COLUMNS)[:BATCH])
    position, previous = head()
    now = clock.machine_now()
    links = []
    for event in events:
        position += 1
        event_digest = digest(event)
        hash_ = link(position, event["id"], event_digest, previous)
        links.append(
            AuditSeal(
                position=position,
                event_id=event["id"],
                digest=event_digest,
                previous=previous,
                hash=hash_,
                sealed_at=now,
            )
        )
        previous = hash_
    AuditSeal.objects.bulk_create(links)
    return len(links)


def _locked() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]

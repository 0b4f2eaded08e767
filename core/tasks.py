"""Jobs of the ground floor: the sealer of the audit trail and checks of its chain; sending what is due."""

from __future__ import annotations

import time
from datetime import timedelta

from core import seal as sealer
from core.api import idempotency
from core.backup import nightly
from core.jobs import job
from core.models import AuditCheck
from core.outbox import queue
from core.trail_care import go_on

#: Seconds one run may spend on checks; the next run goes on from there.
CHECKING = 60
#: Sent messages are kept for as long as anybody may ask about them.
KEEP = timedelta(days=180)


@job("core.seal", expires=60)
def seal() -> int:
    """Chain what has been committed since the last run, and walk on along checks that are under way."""
    sealed = sealer.seal()
    until = time.monotonic() + CHECKING
    for check in AuditCheck.objects.filter(finished_at=None).values_list("pk", flat=True):
        while time.monotonic() < until and not go_on(check):
            pass
    return sealed


@job("core.seal_everything")
def seal_everything() -> int:
    """Look over the whole trail for events that a slow transaction left far behind the head."""
    return sealer.seal(everything=True)


@job(queue.TASK)
def send_outbox() -> dict[str, int]:
    """Send what is due. Asked for by every message and swept each minute; several at once share the work."""
    return queue.drain()


@job("core.prune_outbox")
def prune_outbox() -> int:
    """Remove messages settled half a year ago; returns how many."""
    return queue.prune(KEEP)


@job("core.forget_outcomes")
def forget_outcomes() -> int:
    """Remove what programs were answered more than a day ago; returns how many answers."""
    return idempotency.forget()


@job(nightly.TASK, expires=55)
def make_backups() -> int:
    """Take the night's backup and those somebody asked for, remove the old ones; returns how many were taken."""
    return nightly.run()

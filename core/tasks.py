"""Jobs of the ground floor: the sealer of the audit trail, and checks of its chain that are under way."""

from __future__ import annotations

import time

from celery import shared_task

from core import seal as sealer
from core.models import AuditCheck
from core.trail_care import go_on

#: Seconds one run may spend on checks; the next run goes on from there.
CHECKING = 60


@shared_task(name="core.seal", expires=60)
def seal() -> int:
    """Chain what has been committed since the last run, and walk on along checks that are under way."""
    sealed = sealer.seal()
    until = time.monotonic() + CHECKING
    for check in AuditCheck.objects.filter(finished_at=None).values_list("pk", flat=True):
        while time.monotonic() < until and not go_on(check):
            pass
    return sealed


@shared_task(name="core.seal_everything")
def seal_everything() -> int:
    """Look over the whole trail for events that a slow transaction left far behind the head."""
    return sealer.seal(everything=True)

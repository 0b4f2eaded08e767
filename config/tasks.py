"""Jobs of the house itself."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.utils import timezone

from core.jobs import BEAT, WORKER, job
from core.models import Heartbeat

logger = logging.getLogger(__name__)


@job("config.heartbeat", expires=120)
def heartbeat() -> None:
    """Write the sign of life that /readyz reads: beat, broker, worker and database all took part in it.

    The time is the machine's own, not the movable business clock.
    """
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def beat_lives() -> None:
    """Write beat's own sign of life. A database that is away must not stop beat."""
    try:
        Heartbeat.objects.update_or_create(name=BEAT, defaults={"at": timezone.now()})
    except DatabaseError as error:
        # A broken connection would stay broken; the next sign opens a new one.
        connection.close()
        logger.warning("beat could not leave its sign of life (%s)", type(error).__name__)

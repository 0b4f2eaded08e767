"""Jobs of the house itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

HEARTBEAT = "worker"


@shared_task(name="config.heartbeat", expires=120)
def heartbeat() -> None:
    """Write the sign of life that /readyz reads: beat, broker, worker and database all took part in it.

    The time is the machine's own, not the movable business clock.
    """
    from core.models import Heartbeat

    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": timezone.now()})

"""Jobs about accounts."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from axes.models import AccessAttempt
from django.conf import settings

from core.jobs import job
from teams.sessions import SessionStore


@job("teams.sweep_sessions")
def sweep_sessions() -> None:
    """Remove sessions that have run out and wrong passwords that lock nothing any more."""
    SessionStore.clear_expired()
    since = datetime.fromtimestamp(time.time(), UTC) - settings.AXES_COOLOFF_TIME
    AccessAttempt.objects.filter(attempt_time__lt=since).delete()

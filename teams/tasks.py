"""Jobs about accounts, grants and rosters that wait."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from axes.models import AccessAttempt
from django.conf import settings

from core.jobs import job
from teams import grants
from teams.imports import services as imports
from teams.sessions import SessionStore


@job("teams.sweep_sessions")
def sweep_sessions() -> None:
    """Remove sessions that have run out and wrong passwords that lock nothing any more."""
    SessionStore.clear_expired()
    since = datetime.fromtimestamp(time.time(), UTC) - settings.AXES_COOLOFF_TIME
    AccessAttempt.objects.filter(attempt_time__lt=since).delete()


@job("teams.clear_grants")
def clear_grants() -> int:
    """Lift guardian's rows of grants that ran out; they have given nothing since midnight, by their dates."""
    return grants.clear_expired(acting_user=None)


@job("teams.expire_rosters")
def expire_rosters() -> int:
    """Clear the workbooks of imports that nobody has confirmed in thirty days."""
    return imports.expire_rosters(acting_user=None)

"""Jobs of attendance."""

from __future__ import annotations

from attendance import evidence
from core.jobs import job


@job("attendance.forget_positions")
def forget_positions() -> int:
    """Remove what sign-ins came with once the region's days are over; returns how many."""
    return evidence.forget(acting_user=None)

"""Jobs that need to know what waits for whom."""

from __future__ import annotations

from core import clock
from core.jobs import job
from overview import digest


@job("overview.plan_digests")
def plan_digests() -> int:
    """Write the digests whose hour has come; returns how many. A second run writes nothing."""
    return digest.plan(clock.now())

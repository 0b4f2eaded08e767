"""Nobody is written to at night: what falls due then waits for the morning."""

from __future__ import annotations

from datetime import datetime, timedelta

from core import clock

#: From the first hour of the evening to the first of the morning nothing that can wait goes out.
EVENING, MORNING = 21, 7


def is_night(moment: datetime) -> bool:
    """``moment`` is in Beijing time, as :func:`core.clock.now` gives it."""
    return not MORNING <= moment.hour < EVENING


def awake(moment: datetime) -> datetime:
    """``moment`` itself by day, else seven o'clock of the morning that follows."""
    if not is_night(moment):
        return moment
    day = moment.date() if moment.hour < MORNING else moment.date() + timedelta(days=1)
    return clock.at(day, MORNING)

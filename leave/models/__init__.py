from __future__ import annotations

from leave.models.consents import Consent
from leave.models.feeds import CalendarFeed
from leave.models.requests import LeaveRequest, LeaveRequestQuerySet, Phase
from leave.models.trips import OfficialTrip, OfficialTripQuerySet, TripPhase

__all__ = [
    "CalendarFeed",
    "Consent",
    "LeaveRequest",
    "LeaveRequestQuerySet",
    "OfficialTrip",
    "OfficialTripQuerySet",
    "Phase",
    "TripPhase",
]

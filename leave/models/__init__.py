from __future__ import annotations

from leave.models.requests import LeaveRequest, LeaveRequestQuerySet, Phase
from leave.models.trips import OfficialTrip, OfficialTripQuerySet, TripPhase

__all__ = [
    "LeaveRequest",
    "LeaveRequestQuerySet",
    "OfficialTrip",
    "OfficialTripQuerySet",
    "Phase",
    "TripPhase",
]

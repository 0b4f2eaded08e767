from __future__ import annotations

from leave.models.consents import Consent
from leave.models.feeds import CalendarFeed
from leave.models.requests import LeaveRequest, LeaveRequestQuerySet, Phase
from leave.models.rotas import HolidayRota, HolidayRotaQuerySet, RotaDay, RotaDuty, duties_between
from leave.models.trips import OfficialTrip, OfficialTripQuerySet, TripPhase

__all__ = [
    "CalendarFeed",
    "Consent",
    "HolidayRota",
    "HolidayRotaQuerySet",
    "LeaveRequest",
    "LeaveRequestQuerySet",
    "OfficialTrip",
    "OfficialTripQuerySet",
    "Phase",
    "RotaDay",
    "RotaDuty",
    "TripPhase",
    "duties_between",
]

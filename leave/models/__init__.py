from __future__ import annotations

from leave.models.requests import LeaveRequest, LeaveRequestQuerySet, Phase

__all__ = ["LeaveRequest", "LeaveRequestQuerySet", "Phase"]

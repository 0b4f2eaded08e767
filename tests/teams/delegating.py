"""What the tests of delegations share: somebody who gives his decisions to another for some days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from approvals import selectors
from leave.models import LeaveRequest
from teams.delegations import delegate
from teams.models import Delegation
from tests.cast import World
from tests.drive import MONDAY, Drive

FRIDAY = MONDAY + timedelta(days=4)


def give(world: World, of: str, to: str, first: date = MONDAY, days: int = 5, **changes: Any) -> Delegation:
    fields: dict[str, Any] = {
        "of_id": world.appointments[of].pk,
        "to_id": world.appointments[to].pk,
        "valid_from": first,
        "valid_to": first + timedelta(days=days - 1),
        "why": "外出开会",
        "acting_user": world.user(of),
    }
    return delegate(**{**fields, **changes})


def waits_for(drive: Drive, who: str) -> list[str]:
    return [task.authority.via for task in selectors.waiting_for(drive.world.user(who))]


def sees(drive: Drive, who: str, request: LeaveRequest) -> bool:
    return LeaveRequest.objects.visible_to(drive.world.user(who)).filter(pk=request.pk).exists()

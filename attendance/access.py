"""The access words of this room."""

from __future__ import annotations

from typing import Any

from core.access import declare
from teams.scope import scope_of


def _sees_a_month(user: Any) -> bool:
    scope = scope_of(user)
    return scope.posting is not None or scope.sees_others


#: Who has a month of his own or looks after somebody's. 财政 sees money only.
declare("attendance", _sees_a_month)
#: Who looks after others: the register.
declare("register", lambda user: scope_of(user).sees_others)

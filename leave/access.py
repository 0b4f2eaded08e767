"""The access words of this room."""

from __future__ import annotations

from typing import Any

from core.access import declare
from teams.scope import scope_of


def _sees_who_is_away(user: Any) -> bool:
    scope = scope_of(user)
    return scope.sees_others or scope.posting is not None or bool(scope.own_team_ids)


#: Who belongs to a team or looks after somebody: 谁不在岗. 财政 sees money only.
declare("whereabouts", _sees_who_is_away)

"""The access words that appointments give a meaning."""

from __future__ import annotations

from typing import Any

from core.access import declare
from teams.robots import may_keep
from teams.scope import scope_of
from teams.words import REGISTER_POSTS, Duty

#: A person's own login: neither an administrative account nor one without a person.
declare("person", lambda user: scope_of(user).person_id is not None)
declare("serving", lambda user: bool(scope_of(user).appointments) or scope_of(user).granted)
declare("posting", lambda user: scope_of(user).posting is not None)
declare("reporter", lambda user: scope_of(user).posting is not None or bool(scope_of(user).team_ids))
declare("people_office", lambda user: bool(scope_of(user).paths))
declare("clerk", lambda user: scope_of(user).has_post(REGISTER_POSTS))
declare("overseer", lambda user: scope_of(user).sees_others)

declare("robot_keeper", lambda user: may_keep(scope_of(user)))
declare("keeps_numbers", lambda user: bool(scope_of(user).number_paths) or _keeps(user, Duty.SYSTEM))

# 三员分立: what one of the three administers, the other two cannot.
declare("system_admin", lambda user: _keeps(user, Duty.SYSTEM))
#: What holds for the whole installation: its calendar, its backups.
declare("installation_keeper", lambda user: _keeps(user, Duty.SYSTEM) and user.duty_region_id is None)
declare("security_admin", lambda user: _keeps(user, Duty.SECURITY))
declare("auditor", lambda user: _keeps(user, Duty.AUDIT))


def _keeps(user: Any, duty: Duty) -> bool:
    return user.is_authenticated and user.is_active and user.duty == duty

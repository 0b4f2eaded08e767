"""The access words that appointments give a meaning."""

from __future__ import annotations

from core.access import declare
from teams.scope import scope_of

declare("serving", lambda user: bool(scope_of(user).appointments))
declare("posting", lambda user: scope_of(user).posting is not None)
declare("overseer", lambda user: scope_of(user).sees_others)

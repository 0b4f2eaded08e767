"""The access word of those who register local rules."""

from __future__ import annotations

from core.access import declare
from rules.desks import desks

declare("registrar", lambda user: bool(desks(user)))

"""What the database refuses of attendance past the verbs, and in which words."""

from __future__ import annotations

from attendance.models import Fact
from core.errors import say
from core.triggers import append_only, register

register(*append_only("attendance_fact"))

say(
    Fact,
    "one_fact_a_revision",
    code="stale",
    sentence="别人刚刚登记了同一天，看过最新的情况再改",
)

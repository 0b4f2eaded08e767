"""What the database refuses of attendance past the verbs, and in which words."""

from __future__ import annotations

from attendance.models import Fact, SignIn
from core.errors import say
from core.triggers import append_only, register

register(*append_only("attendance_fact"), *append_only("attendance_postpoint"))

say(
    Fact,
    "one_fact_a_revision",
    code="stale",
    sentence="别人刚刚登记了同一天，看过最新的情况再改",
)
say(SignIn, "one_sign_in_a_key", code="stale", sentence="这次签到已经收到，刷新再看")

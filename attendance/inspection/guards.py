"""What the database refuses of checks past the verbs, and in which words."""

from __future__ import annotations

from attendance.inspection.models import SpotCheck, SpotTarget
from core.errors import say
from core.triggers import Trigger, changed, register

_CHECK, _TARGET = "attendance_spotcheck", "attendance_spottarget"


_PLAN = changed("office_id", "year", "serial", "clause", "day", "time", "pool", "pool_hash", "seed_from", "seed_basis",
                 "by_town")  # fmt: skip
_ONWARDS = (
    "OLD.state = NEW.state OR (OLD.state = 'planned' AND NEW.state IN ('drawn', 'cancelled')) "
    "OR (OLD.state = 'drawn' AND NEW.state IN ('closed', 'cancelled'))"
)
_STATE = f"(SELECT c.state FROM {_CHECK} c WHERE c.id = NEW.check_of_id)"

register(
    Trigger(f"{_CHECK}_no_delete", _CHECK, "DELETE"),
    Trigger(f"{_CHECK}_born_planned", _CHECK, "INSERT", "NEW.state <> 'planned'"),
    Trigger(f"{_CHECK}_frozen", _CHECK, "UPDATE", f"{_PLAN} OR NOT ({_ONWARDS})"),
    # A seed is written once, and never after the draw.
    Trigger(
        f"{_CHECK}_one_seed",
        _CHECK,
        "UPDATE",
        "NEW.seed <> OLD.seed AND (OLD.seed <> '' OR OLD.state <> 'planned')",
    ),
    Trigger(f"{_TARGET}_no_delete", _TARGET, "DELETE"),
    # Nobody is added to a list that has been drawn.
    Trigger(f"{_TARGET}_only_drawn", _TARGET, "INSERT", f"{_STATE} <> 'planned'"),
    Trigger(
        f"{_TARGET}_frozen",
        _TARGET,
        "UPDATE",
        f"{changed('check_of_id', 'posting_id', 'code', 'digest')} "
        f"OR (({changed('outcome', 'note', 'found_at')}) AND {_STATE} <> 'drawn')",
    ),
)
say(SpotCheck, f"{_CHECK}_frozen", code="wrong_state", sentence="这次查岗刚刚有变化，看过最新的情况再办")
say(SpotCheck, f"{_CHECK}_one_seed", code="seeded", sentence="种子已经填过，不能再改")
say(SpotTarget, f"{_TARGET}_frozen", code="wrong_state", sentence="这次查岗刚刚有变化，看过最新的情况再办")

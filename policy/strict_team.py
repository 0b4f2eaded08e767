"""Whether a local row about the team asks at least as much as the row of the document it stands on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from policy.team_topics import (
    AssessmentRule,
    CompositionRule,
    DisciplineRule,
    EligibilityRule,
    FilingRule,
    FundRule,
    SupportRule,
)
from policy.topics import Clock

# What may differ freely: names, dates, and what explains.
_FREE = {"label", "clause", "clauses", "note", "from_", "to"}
# What a local row may add to but not take from.
_MORE: dict[type, tuple[str, ...]] = {
    FundRule: ("covers", "route"),
    SupportRule: ("items",),
    AssessmentRule: ("deciders", "joined_by", "hears", "helped_by", "told", "evidence", "used_for"),
    FilingRule: ("reviewed_by", "approved_by", "file_with"),
    DisciplineRule: ("items", "by", "about"),
    EligibilityRule: ("phrases",),
}
# Figures that may only grow: more money, more often, more people.
_HIGHER: dict[type, tuple[str, ...]] = {
    FundRule: ("amount",),
    SupportRule: ("amount", "at_least"),
    CompositionRule: ("least",),
}
# Figures that may only fall: sooner, fewer at most.
_LOWER: dict[type, tuple[str, ...]] = {
    SupportRule: ("after_months",),
    CompositionRule: ("most",),
}
_STRENGTH = {"may": 0, "prefer": 1, "generally": 2, "in_principle": 2, "must": 3, "must_not": 3}


def team_rule_as_strict(base: Any, local: Any, as_short: Callable[[Clock, Clock], bool]) -> bool:
    """True when `local` asks at least as much as `base`; what has no more or less must be equal.

    `as_short` compares two clocks.
    """
    kind = type(base)
    if type(local) is not kind:
        return False
    compared = {*_MORE.get(kind, ()), *_HIGHER.get(kind, ()), *_LOWER.get(kind, ())}
    if any(not set(getattr(base, name)) <= set(getattr(local, name)) for name in _MORE.get(kind, ())):
        return False
    if any(not _reaches(getattr(base, name), getattr(local, name), 1) for name in _HIGHER.get(kind, ())):
        return False
    if any(not _reaches(getattr(base, name), getattr(local, name), -1) for name in _LOWER.get(kind, ())):
        return False
    if hasattr(base, "modality"):
        compared.add("modality")
        if _STRENGTH[local.modality] < _STRENGTH[base.modality]:
            return False
    if isinstance(base, EligibilityRule):
        compared.add("number")
        if not _reaches(base.number, local.number, -1 if base.check == "age_max" else 1):
            return False
    if isinstance(base, FilingRule):
        compared.add("clock")
        if base.clock is not None and (local.clock is None or not as_short(base.clock, local.clock)):
            return False
    skipped = _FREE | compared
    return bool(base.model_dump(exclude=skipped) == local.model_dump(exclude=skipped))


def _reaches(base: float | None, local: float | None, way: int) -> bool:
    """Whether `local` is at least (`way` 1) or at most (-1) `base`; a bound the document has may not go."""
    return base is None or (local is not None and local * way >= base * way)

"""The rule book in force: the packs that ship with the system."""

from __future__ import annotations

from policy.book import RuleBook
from policy.loader import load_all


def rule_book() -> RuleBook:
    """Every pack, loaded once per process."""
    return load_all()

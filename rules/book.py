"""The rule book in force: the packs that ship with the system, and the local rules that have been confirmed.

A book never changes. Each process keeps the one it has made (:mod:`core.editions`): a rule confirmed in one process
is known to all at once.
"""

from __future__ import annotations

import logging

from core import editions
from policy.book import RuleBook
from policy.errors import PolicyError
from policy.loader import load_all
from policy.schema import Pack
from rules.models import LocalRule
from rules.packs import pack_of_rule

log = logging.getLogger("zhubang.rules")

#: Under which the processes keep the book.
EDITION = "rules"

#: Packs made before, by what makes them what they are.
_packs: dict[tuple[int, str, str], Pack] = {}


def shipped_book() -> RuleBook:
    """The packs that ship with the system, loaded once per process."""
    return load_all()


def rule_book() -> RuleBook:
    """The book in force. One cheap question to the database per request or verb, none otherwise."""
    return editions.kept(EDITION, lambda: shipped_book().with_packs(*_local_packs()), unset=shipped_book)


def leave_types_known() -> list[tuple[str, str]]:
    """(code, label) of every type of leave that some document or law knows, each once."""
    book = rule_book()
    found = {kind.code: kind.label for kind in book.common.leave_type}
    for pack in book.packs.values():
        found.update({kind.code: kind.label for kind in pack.leave_type})
    return list(found.items())


def new_edition() -> None:
    """The rules in force have changed, in the caller's transaction: every process makes its book anew."""
    editions.renew(EDITION)


def _local_packs() -> list[Pack]:
    """Every confirmed rule as a pack, in force or over: an earlier decision still names the one it rests on."""
    rows = LocalRule.objects.filter(state=LocalRule.State.CONFIRMED, repeals=False)
    keys = {
        (pk, body_hash, str(valid_to))
        for pk, body_hash, valid_to in rows.values_list("pk", "body_hash", "valid_to").order_by()
    }
    missing = [key[0] for key in keys - set(_packs)]
    for rule in rows.filter(pk__in=missing).select_related("region").order_by():
        try:
            _packs[rule.pk, rule.body_hash, str(rule.valid_to)] = pack_of_rule(rule, shipped_book())
        except PolicyError as error:
            # One rule that no longer loads must not stop every other decision; the doctor names it.
            log.error("local rule %s does not load: %s", rule.pk, error)
    return [_packs[key] for key in sorted(keys) if key in _packs]

"""The rule book in force: the packs that ship with the system, and the local rules that have been confirmed.

A book never changes. Each process keeps the one it has made together with the stamp under which it was made, and
asks for the stamp once per request (or verb): a rule confirmed in one process is known to all at once.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from uuid import uuid4

from django.db import OperationalError, ProgrammingError

from core.context import SHELL, Origin, origin, remembered
from policy.book import RuleBook
from policy.errors import PolicyError
from policy.loader import load_all
from policy.schema import Pack
from rules.models import LocalRule, RuleEdition
from rules.packs import pack_of_rule

log = logging.getLogger("zhubang.rules")

_made: tuple[str, RuleBook] | None = None
#: Packs made before, by what makes them what they are.
_packs: dict[tuple[int, str, str], Pack] = {}
#: The book this request has been using, with the origin that names the request.
_of_request: ContextVar[tuple[Origin, RuleBook] | None] = ContextVar("zhubang_book", default=None)


def shipped_book() -> RuleBook:
    """The packs that ship with the system, loaded once per process."""
    return load_all()


def rule_book() -> RuleBook:
    """The book in force. One cheap question to the database per request or verb, none otherwise."""
    here = origin()
    if here is SHELL:
        return remembered("rules.book", _current)
    known = _of_request.get()
    if known is None or known[0] is not here:
        known = here, _current()
        _of_request.set(known)
    return known[1]


def new_edition() -> None:
    """The rules in force have changed, in the caller's transaction: every process makes its book anew."""
    RuleEdition.objects.update_or_create(pk=1, defaults={"stamp": uuid4().hex})
    _of_request.set(None)


def _current() -> RuleBook:
    global _made
    try:
        stamp = RuleEdition.objects.filter(pk=1).values_list("stamp", flat=True).first() or ""
    except (OperationalError, ProgrammingError):  # the tables have not been made yet
        return shipped_book()
    if not stamp:
        return shipped_book()
    made = _made
    if made is None or made[0] != stamp:
        made = _made = stamp, shipped_book().with_packs(*_local_packs())
    return made[1]


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

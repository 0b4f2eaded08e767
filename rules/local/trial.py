"""试算 on a draft: what a leave would get under it, beside what it gets now. Nothing is stored."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core import clock
from core.calendar import statutory_calendar
from policy.book import RuleBook
from policy.compare import NOTHING, Line, compare
from policy.days import Span, parse_days
from policy.errors import PolicyError
from policy.schema import Pack
from rules import trial as trials
from rules.book import rule_book
from rules.models import LocalRule
from rules.packs import pack_of_rule
from rules.places import Place, codes_of


def leave_kinds(rule: LocalRule) -> list[tuple[str, str]]:
    """The types of leave of the place, with those the draft itself adds or changes."""
    types = rule_book().leave_types(codes_of(rule.region), rule.team_kinds[0], clock.today())
    found = {code: each.label for code, each in types.items()}
    found |= {row["code"]: row["label"] for row in rule.body.get("leave_type", ())}
    return list(found.items())


def both(rule: LocalRule, pack: Pack | None, *, role: str, type: str, days: str) -> dict[str, Any]:
    """``now`` and ``then``: the same leave decided by the rules of today and by the draft from its first day on."""
    today = clock.today()
    first = max(rule.valid_from or today, today)
    place = Place("", rule.region.name, codes_of(rule.region), rule.team_kinds[0])
    book = rule_book()

    def ask(of: RuleBook, on: date) -> dict[str, Any]:
        question = trials.Question(
            place=place,
            role=role,
            also_first_secretary=False,
            dispatched_by="county",
            type=type,
            span=Span.of_halves(on, parse_days(days)),
            asked_on=on,
        )
        found = trials.answer(of, question, statutory_calendar())
        return found | {"text": found["decision"].text}

    now, then = ask(book, today), ask(with_draft(book, rule, pack, first), first)
    return {
        "now": now,
        "then": then,
        "first": first,
        "same": now["tiers"] == then["tiers"] and now["heading"] == then["heading"],
        "asked": f"{now['who']}，{now['type']} {now['length']} 天",
    }


def with_draft(book: RuleBook, rule: LocalRule, pack: Pack | None, first: date) -> RuleBook:
    """The book as it would be with the draft in force and the version it supersedes over."""
    added = []
    if pack is not None:
        header = pack.pack.model_copy(update={"from_": rule.valid_from or first})
        added.append(pack.model_copy(update={"pack": header}))
    before = earlier_pack(rule)
    if before is not None and rule.state != LocalRule.State.CONFIRMED:
        header = before.pack.model_copy(
            update={"to": max((rule.valid_from or first) - timedelta(days=1), before.pack.from_ or date.min)}
        )
        added.append(before.model_copy(update={"pack": header}))
    return book.with_packs(*added)


def earlier_pack(rule: LocalRule) -> Pack | None:
    """The version it supersedes, as a pack."""
    if rule.supersedes is None or rule.supersedes.repeals:
        return None
    try:
        return pack_of_rule(rule.supersedes, rule_book())
    except PolicyError:
        return None


def changes(rule: LocalRule, pack: Pack | None) -> list[Line]:
    """Line by line what the draft changes: against the version it supersedes, else against its document."""
    book = rule_book()
    earlier, document = earlier_pack(rule), book.packs.get(rule.under)
    if document is None or (pack is None and not rule.repeals):
        return []
    lines = compare(earlier or document, pack or document, book.common)
    # Of a document that says much else, only what the local rule takes up; the rest holds as before.
    topics = set(rule.topics) or set(rule.supersedes.topics if rule.supersedes else ())
    if pack is None:  # repealed: what the document says anyway is no change
        return [line for line in lines if line.topic in topics and line.before != NOTHING]
    return [line for line in lines if line.topic in topics and (earlier or line.after != NOTHING)]

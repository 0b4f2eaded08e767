"""Whom a rule is asked for, and which rules of a topic hold for him: yields first, then the place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from policy.book import RuleBook
from policy.schema import Pack, YieldRule


@dataclass(frozen=True, slots=True)
class Whom:
    """A member, or a team when the rule is about teams.

    `region_codes`: 12 digits each, from the team's own region upwards. `role`: captain, member or
    first_secretary. `dispatched_by`: central, province, partner_city, city, county or town. `task`: the
    team's task where the region has tasks (weak_branch …).
    """

    region_codes: tuple[str, ...]
    team_kind: str
    role: str = "member"
    also_first_secretary: bool = False
    dispatched_by: str = "county"
    task: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """The rules of one topic that hold for somebody on a date.

    `outcome`: rules; unspecified (the document is silent: `says` and `clauses`); yields (another rule
    holds that is not registered, `yield_to` names it); none (no document says anything). `yield_to` also
    names the rules given way to in vain, when the document then applies.
    """

    topic: str
    outcome: Literal["rules", "unspecified", "yields", "none"]
    pack: Pack | None
    rules: tuple[Any, ...] = ()
    clauses: tuple[str, ...] = ()
    yield_to: tuple[str, ...] = ()
    says: str = ""


def rules_for(book: RuleBook, topic: str, whom: Whom, on: date) -> Holding:
    """The rules of `topic` in force for `whom` on a date: yields, then the most specific region upwards.

    `on` is the day that decides: of a quota the period's first day, of an obligation or report the
    period's start, of a deadline or chain the event's day. Leave is asked with `policy.leave`.
    """
    key = (topic, whom, on)
    found: Holding | None = book.memory.get(key)
    if found is None:
        if len(book.memory) >= _MEMORY:
            book.memory.clear()
        found = book.memory[key] = _rules_for(book, topic, whom, on)
    return found


_MEMORY = 20_000


def _rules_for(book: RuleBook, topic: str, whom: Whom, on: date) -> Holding:
    standing = book.standing(whom.region_codes, whom.team_kind, on)
    notes: list[YieldRule] = []
    for pack in standing:
        if pack.pack.answers:
            continue
        for row in pack.yields:
            if topic not in row.topics or not row.in_force(on) or not _concerns(row, whom):
                continue
            for other in standing:
                rules = book.rules_in_force(other, topic, on) if row.target in other.pack.answers else ()
                if rules:
                    return _holding(topic, other, rules, [*notes, row])
            if row.if_none == "by_hand":
                says = f"按{row.label}执行，系统里还没有登记这套制度"
                return Holding(topic, "yields", pack, (), (row.clause,), (row.label,), says)
            notes.append(row)
    found = book.resolve(topic, whom.region_codes, whom.team_kind, on)
    if found.rules and found.pack is not None:
        return _holding(topic, found.pack, found.rules, notes)
    yielded = tuple(row.label for row in notes)
    if found.unspecified is not None:
        row_ = found.unspecified
        return Holding(topic, "unspecified", found.pack, (), (row_.clause,), yielded, row_.says)
    return Holding(topic, "none", found.pack, (), (), yielded, "文件没有这方面的规定")


def _holding(topic: str, pack: Pack, rules: tuple[Any, ...], notes: list[YieldRule]) -> Holding:
    clauses = dict.fromkeys([*(rule.clause for rule in rules), *(row.clause for row in notes)])
    return Holding(topic, "rules", pack, rules, tuple(clauses), tuple(row.label for row in notes))


def _concerns(row: YieldRule, whom: Whom) -> bool:
    when = row.when
    first_secretary = whom.also_first_secretary or whom.role == "first_secretary"
    return (
        (not when.roles or whom.role in when.roles)
        and (when.first_secretary is None or when.first_secretary == first_secretary)
        and (not when.dispatched_by or whom.dispatched_by in when.dispatched_by)
    )

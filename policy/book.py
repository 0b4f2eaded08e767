"""The rule book: every pack together, and which one holds for a place, a team kind and a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from policy.errors import PolicyError
from policy.schema import Clause, Common, Delegable, Interpretation, LeaveType, Pack, Unspecified


@dataclass(frozen=True, slots=True)
class Resolution:
    """The rules of one topic that hold: the most specific pack that has any in force.

    `rules` is empty when nothing holds; then `unspecified` is the row by which a document is known to
    be silent, and `pack` the most specific document in force (None when there is none).
    """

    topic: str
    pack: Pack | None
    rules: tuple[Any, ...]
    unspecified: Unspecified | None = None

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses cited."""
        if self.unspecified and not self.rules:
            return (self.unspecified.clause,)
        return tuple(dict.fromkeys(rule.clause for rule in self.rules if hasattr(rule, "clause")))


class RuleBook:
    """Packs by id with what stands above them. A book never changes; `with_packs` makes another."""

    def __init__(self, packs: Iterable[Pack], common: Common) -> None:
        self.common = common
        self._packs: dict[str, Pack] = {}
        self._by_region: dict[str, list[Pack]] = {}
        self._clauses: dict[str, tuple[Clause, Pack]] = {}
        for pack in packs:
            if pack.id in self._packs:
                raise PolicyError(f"两份制度用了同一个代号：{pack.id}")
            self._packs[pack.id] = pack
            self._by_region.setdefault(pack.pack.region.code, []).append(pack)
            for clause in pack.clause:
                self._clauses[clause.id] = (clause, pack)
        for pack in self._packs.values():
            if pack.pack.under and pack.pack.under not in self._packs:
                raise PolicyError(f"本地制度 {pack.id} 所依的制度 {pack.pack.under} 不存在")
        for standing in self._by_region.values():
            standing.sort(key=_precedence)
        # Plain answers remembered by the functions that decide; emptied when it grows large.
        self.memory: dict[Any, Any] = {}

    @property
    def packs(self) -> Mapping[str, Pack]:
        """Every pack by id."""
        return MappingProxyType(self._packs)

    def with_packs(self, *packs: Pack) -> RuleBook:
        """This book with local rules added; a pack of the same id takes the place of the old one."""
        merged = {**self._packs, **{pack.id: pack for pack in packs}}
        return RuleBook(merged.values(), self.common)

    def pack(self, pack_id: str) -> Pack:
        """The pack of that id. Raises KeyError."""
        return self._packs[pack_id]

    def has_clause(self, clause_id: str) -> bool:
        """True when some pack has the clause."""
        return clause_id in self._clauses

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id. Raises KeyError."""
        return self._clauses[clause_id][0]

    def pack_of(self, clause_id: str) -> Pack:
        """The pack that has the clause. Raises KeyError."""
        return self._clauses[clause_id][1]

    def clauses(self) -> tuple[Clause, ...]:
        """Every clause, pack by pack, as written."""
        return tuple(clause for clause, _ in self._clauses.values())

    def interpretations(self, pack: Pack | None = None) -> dict[str, Interpretation]:
        """Those of `pack`, or of every pack, after the common ones."""
        found = dict(self.common.interpretation)
        for each in self._packs.values() if pack is None else (pack,):
            found.update(each.interpretation)
        return found

    def interpretations_of(self, clause_id: str) -> dict[str, Interpretation]:
        """The readings that concern one clause."""
        return {key: each for key, each in self.interpretations().items() if clause_id in each.clauses}

    def applicable(self, region_codes: Iterable[str], team_kind: str) -> tuple[Pack, ...]:
        """Packs of these regions (most specific first) for that kind of team, whatever their dates."""
        return tuple(
            pack
            for code in region_codes
            for pack in self._by_region.get(code, ())
            if team_kind in pack.pack.team_kinds
        )

    def standing(self, region_codes: Iterable[str], team_kind: str, on: date) -> tuple[Pack, ...]:
        """Packs in force, most specific first; a local rule before the document it stands on."""
        return tuple(pack for pack in self.applicable(region_codes, team_kind) if pack.pack.in_force(on))

    def resolve(self, topic: str, region_codes: Iterable[str], team_kind: str, on: date) -> Resolution:
        """The rules of a topic in force on a date, from the most specific region upwards.

        Yields are followed by `policy.whom.rules_for`; leave is decided by `policy.leave.decide_leave`.
        """
        # A pack that answers a yield holds only for those who yield to it: see `policy.whom`.
        standing = [p for p in self.standing(region_codes, team_kind, on) if not p.pack.answers]
        for pack in standing:
            rules = self.rules_in_force(pack, topic, on)
            if rules:
                return Resolution(topic, pack, rules)
        for pack in standing:
            for row in pack.unspecified:
                if row.topic == topic and not row.codes and row.in_force(on):
                    return Resolution(topic, pack, (), row)
        return Resolution(topic, standing[0] if standing else None, ())

    def rules_in_force(self, pack: Pack, topic: str, on: date) -> tuple[Any, ...]:
        """The pack's rows in force; a local rule keeps the rows of its document that it does not restate."""
        rules = tuple(rule for rule in pack.rules(topic) if rule.in_force(on))
        if not (rules and pack.pack.under) or pack.pack.answers or topic == "leave":
            return rules
        base = self._packs[pack.pack.under]
        opening = self.delegation(base, topic, pack.pack.region.level, on)
        if opening is not None and opening.how == "replace":
            return rules
        restated = {getattr(rule, "code", None) for rule in rules}
        kept = (rule for rule in base.rules(topic) if rule.in_force(on) and base.pack.in_force(on))
        return rules + tuple(rule for rule in kept if getattr(rule, "code", None) not in restated)

    def leave_types(self, region_codes: Iterable[str], team_kind: str, on: date) -> dict[str, LeaveType]:
        """Leave types by code: the common ones, replaced or joined by the region's own."""
        found = {each.code: each for each in self.common.leave_type if each.in_force(on)}
        for pack in reversed(self.standing(region_codes, team_kind, on)):
            found.update({each.code: each for each in pack.leave_type if each.in_force(on)})
        return found

    def delegation(self, pack: Pack, topic: str, level: str, on: date) -> Delegable | None:
        """The row by which `pack` lets that level make its own rule on a topic."""
        for row in pack.delegable:
            if level in row.levels and (not row.topics or topic in row.topics) and row.in_force(on):
                return row
        return None


def _precedence(pack: Pack) -> tuple[int, int]:
    started = pack.pack.from_ or date.min
    return (0 if pack.pack.under else 1, -started.toordinal())

"""What every answer rests on: its clauses as a sentence cites them, our readings of them, and plain data to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy.book import RuleBook


@dataclass(frozen=True, slots=True)
class InterpretationShown:
    """A reading of ours that affects an answer."""

    id: str
    says: str
    why: str


def cite(book: RuleBook, clauses: Iterable[str]) -> str:
    """普市农办函〔2024〕4号第六条、第十条; the document alone where the clause is its silence."""
    articles: dict[str, dict[str, None]] = {}
    for clause in clauses:
        article = book.clause(clause).article
        cited = articles.setdefault(book.pack_of(clause).pack.citation, {})
        if article != "（无）":
            cited[article] = None
    return "；".join(citation + "、".join(each) for citation, each in articles.items())


def readings(
    book: RuleBook, clauses: Iterable[str], parties: Iterable[str] = ()
) -> tuple[InterpretationShown, ...]:
    """Our readings of these clauses; one shown only with certain parties needs one of `parties`."""
    named = set(parties)
    found = {
        key: each
        for clause in clauses
        for key, each in book.interpretations_of(clause).items()
        if not each.shown.parties or named.intersection(each.shown.parties)
    }
    return tuple(InterpretationShown(key, each.says, each.why) for key, each in found.items())


def plain(value: Any) -> Any:
    """An answer as plain JSON: what a record keeps for good."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list | set | frozenset):
        return [plain(each) for each in value]
    return value


def yuan(amount: int) -> str:
    """5 万元; 2000 元."""
    return f"{amount // 10_000} 万元" if amount % 10_000 == 0 else f"{amount} 元"

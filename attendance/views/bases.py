"""What a page of attendance rests on: the clauses in our words, and how we read them, as the packs say it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from policy.basis import cite
from rules.book import rule_book


def bases(clauses: Iterable[str]) -> list[dict[str, str]]:
    """Each clause once, with its place in 制度库."""
    book = rule_book()
    return [
        {
            "text": f"{cite(book, [clause])}：{book.clause(clause).text}",
            "url": reverse("rules:clause", args=[clause]),
        }
        for clause in dict.fromkeys(clauses)
    ]


def basis_of(clause: str) -> dict[str, str]:
    """One clause as ``components/clause.html`` takes it."""
    book = rule_book()
    return {
        "document": cite(book, [clause]),
        "text": book.clause(clause).text,
        "url": reverse("rules:clause", args=[clause]),
    }


def readings(clauses: Iterable[str]) -> list[str]:
    """How these clauses are read, each reading once; why stands in 制度库."""
    book = rule_book()
    found = {
        code: reading.says
        for clause in dict.fromkeys(clauses)
        for code, reading in book.interpretations_of(clause).items()
    }
    return list(dict.fromkeys(found.values()))

"""Chinese names in pinyin: for sorting, for search, for telling people apart."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace
from pypinyin import Style, lazy_pinyin


def pinyin_of(text: str) -> str:
    """Full pinyin without tones, for sorting: ``王建国`` → ``wang jian guo``."""
    return " ".join(lazy_pinyin(text)).lower()


def initials_of(text: str) -> str:
    """First letters, for quick search: ``王建国`` → ``wjg``."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


def so_named(rows: QuerySet[Any], text: str, person: str = "", *, also: Q | None = None) -> QuerySet[Any]:
    """Rows whose person is so named, all of them for an empty text.

    By part of the name, by the beginning of the pinyin with or without spaces, or by first letters. ``person`` leads
    from a row to the person, ``""`` where the rows are people; ``also`` is what else may be meant.
    """
    text = text.strip()
    if not text:
        return rows
    to = f"{person}__" if person else ""
    joined = text.lower().replace(" ", "")
    return rows.alias(joined=Replace(f"{to}pinyin", Value(" "), Value(""))).filter(
        Q(**{f"{to}name__icontains": text})
        | Q(joined__startswith=joined)
        | Q(**{f"{to}initials__startswith": joined})
        | (also or Q(pk__in=[]))
    )

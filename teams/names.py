"""Chinese names in pinyin: for sorting, for search, for telling people apart."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def pinyin_of(text: str) -> str:
    """Full pinyin without tones, for sorting: ``王建国`` → ``wang jian guo``."""
    return " ".join(lazy_pinyin(text)).lower()


def initials_of(text: str) -> str:
    """First letters, for quick search: ``王建国`` → ``wjg``."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()

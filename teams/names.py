"""Chinese names in pinyin: for sorting, for search, for telling people apart."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from pypinyin import lazy_pinyin

#: Surnames that sound otherwise than the character does in most words. Those of two characters pypinyin knows.
SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "翟": "zhai", "乐": "yue", "员": "yun", "缪": "miao", "么": "yao", "召": "shao", "覃": "qin", "繁": "po",
    "折": "she", "祭": "zhai", "种": "chong", "秘": "bi", "洗": "xian", "卜": "bu", "句": "gou", "隗": "wei",
    "藏": "zang", "佴": "nai", "郇": "xun", "薄": "bo", "能": "nai", "都": "du", "黑": "he", "郗": "chi",
    "莘": "shen", "尉": "wei", "宓": "fu",
}  # fmt: skip
#: Surnames of two characters that begin with one of those: 单于, 尉迟.
DOUBLE = frozenset({"单于", "尉迟"})


def syllables_of(name: str) -> list[str]:
    """The pinyin of a person's name, a syllable each, without tones; the surname as a surname sounds."""
    if name[:1] in SURNAMES and name[:2] not in DOUBLE:
        return [SURNAMES[name[0]], *lazy_pinyin(name[1:])]
    return lazy_pinyin(name)


def pinyin_of(name: str) -> str:
    """Full pinyin of a person's name without tones, for sorting: ``王建国`` → ``wang jian guo``."""
    return " ".join(syllables_of(name)).lower()


def initials_of(name: str) -> str:
    """First letters of a person's name, for quick search: ``王建国`` → ``wjg``."""
    return "".join(each[:1] for each in syllables_of(name)).lower()


def person_words(name: str) -> dict[str, str]:
    """The columns that keep how a person's name sounds."""
    return {
        "pinyin": pinyin_of(name),
        "spelling": pinyin_of(name).replace(" ", ""),
        "initials": initials_of(name),
    }


def place_words(name: str) -> dict[str, str]:
    """The columns that keep how a place is spelled: ``洪阳镇`` → ``hongyangzhen``, ``hyz``."""
    syllables = lazy_pinyin(name)
    return {
        "spelling": "".join(syllables).lower(),
        "initials": "".join(each[:1] for each in syllables).lower(),
    }


def unit_words(name: str) -> dict[str, str]:
    """The columns that keep how a unit is spelled, and by what it is sorted."""
    return {"pinyin": " ".join(lazy_pinyin(name)).lower(), **place_words(name)}


def letters(text: str) -> str:
    """What was typed as pinyin or first letters, joined; empty where it is something else."""
    joined = "".join(text.lower().split()).replace("'", "")
    return joined if joined.isascii() and joined.isalpha() else ""


def so_named(rows: QuerySet[Any], text: str, person: str = "", *, also: Q | None = None) -> QuerySet[Any]:
    """Rows whose person is so named, all of them for an empty text.

    By part of the name, by the beginning of the pinyin with or without spaces, or by first letters. ``person`` leads
    from a row to the person, ``""`` where the rows are people; ``also`` is what else may be meant.
    """
    text = text.strip()
    if not text:
        return rows
    return rows.filter(named_q(text, person) | (also or Q(pk__in=[])))


def named_q(text: str, person: str = "") -> Q:
    """The condition of :func:`so_named`: letters ask the indexes of the pinyin, anything else the name itself."""
    to, typed = f"{person}__" if person else "", letters(text)
    if typed:
        return Q(**{f"{to}spelling__begins": typed}) | Q(**{f"{to}initials__begins": typed})
    return Q(**{f"{to}name__contains": "".join(text.split())})

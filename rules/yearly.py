"""A season that comes back every year, as a region sets it: ``04-15 至 10-15``, both days included."""

from __future__ import annotations

import re
from datetime import date

_SEASON = re.compile(r"(\d\d)-(\d\d)\s*(?:至|到|~|～|—)\s*(\d\d)-(\d\d)")
#: A leap year, so that 29 February can be a bound.
_ANY = 2024

Bound = tuple[int, int]


def read(text: str) -> tuple[Bound, Bound] | None:
    """((month, day), (month, day)) of the first and the last day, or None where the text is no season."""
    found = _SEASON.fullmatch(text.strip())
    if found is None:
        return None
    first, last = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    try:
        date(_ANY, *first)
        date(_ANY, *last)
    except ValueError:
        return None
    return first, last


def words(text: str) -> str:
    """``4月15日至10月15日``; empty for what is no season."""
    season = read(text)
    if season is None:
        return ""
    (month, day), (last_month, last_day) = season
    return f"{month}月{day}日至{last_month}月{last_day}日"


def covers(text: str, day: date) -> bool:
    """Is the day in the season? One that ends before it begins lasts over the turn of the year."""
    season = read(text)
    if season is None:
        return False
    first, last = season
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last

"""Months: how tables write them (202611), their days, their names, and the one an address asks for."""

from __future__ import annotations

import re
from datetime import date, timedelta

from policy.periods import month_end

#: Months that a page shows; anything else in the address is this month.
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def month_number(day: date) -> int:
    """How tables write the month of a day: 202611."""
    return day.year * 100 + day.month


def day_of(number: int, day: int = 1) -> date:
    """A day of the month that tables write ``number``, the first where none is named. ValueError: no such day."""
    return date(number // 100, number % 100, day)


def month_words(month: date | int) -> str:
    """``2026年11月``, of any day of the month or of its number."""
    day = month if isinstance(month, date) else day_of(month)
    return f"{day.year}年{day.month}月"


def day_words(day: date) -> str:
    """``11月24日``."""
    return f"{day.month}月{day.day}日"


def bounds(month: date) -> tuple[date, date]:
    """The first and last day of a month."""
    return month.replace(day=1), month_end(month)


def beside(month: date) -> tuple[date, date]:
    """The first days of the months before and after."""
    first, last = bounds(month)
    return (first - timedelta(days=1)).replace(day=1), last + timedelta(days=1)


def month_asked(text: str, today: date) -> date:
    """The first day of the month the address names (``2026-11``), of this month where it names none."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)

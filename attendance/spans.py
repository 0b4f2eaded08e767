"""Which week, month or year an address asks for, and the one before and after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from core.months import beside, month_asked, month_number
from policy.periods import Period, following, period_of, previous

DAY = re.compile(r"20\d\d-\d\d-\d\d")
YEAR = re.compile(r"20\d\d")
#: Earlier and later than this no page turns.
FIRST, LAST = date(2001, 1, 1), date(2098, 12, 31)
NAMES = {"week": "周", "month": "月", "year": "年"}
TURNS = {"week": ("上一周", "下一周"), "month": ("上个月", "下个月"), "year": ("上一年", "下一年")}


def day_asked(text: str, today: date) -> date:
    """The day the address names (2026-11-23), today where it names none."""
    if not DAY.fullmatch(text):
        return today
    try:
        return min(max(date.fromisoformat(text), FIRST), LAST)
    except ValueError:
        return today


def period_asked(said: Mapping[str, str], today: date) -> Period:
    """``week`` (any of its days), ``year`` or ``month`` of the address; the present month where it names none."""
    if said.get("week"):
        return period_of("week", day_asked(said["week"], today))
    if YEAR.fullmatch(said.get("year", "")):
        return period_of("year", date(min(max(int(said["year"]), FIRST.year), LAST.year), 1, 1))
    return period_of("month", month_asked(said.get("month", ""), today))


def named(period: Period) -> dict[str, str]:
    """The period as an address names it."""
    form = {"week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[period.per]
    return {period.per: period.first.strftime(form)}


def neighbours(period: Period, today: date) -> tuple[Period, Period | None]:
    """The period before and the one after; none after the present one."""
    after = following(period)
    return previous(period), after if after.first <= today else None


def months_of(period: Period) -> list[int]:
    """The months the period touches, as tables write them (202611)."""
    assert period.last is not None
    return months_between(period.first, period.last)


def months_between(first: date, last: date) -> list[int]:
    """The months of these days, as tables write them (202611)."""
    found, day = [], first
    while day <= last:
        found.append(month_number(day))
        day = beside(day)[1]
    return found

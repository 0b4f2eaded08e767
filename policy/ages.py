"""Whole months and years between dates, as documents about people count them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from policy.errors import PolicyInputError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def add_months(day: date, count: int) -> date:
    """The same day `count` months later; where that month is too short, its last day."""
    whole = day.year * 12 + day.month - 1 + count
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: float) -> date:
    """The same day `years` later; years in whole months (1.5 is 18 months)."""
    return add_months(day, round(years * 12))


def last_day_of_term(first: date, years: float) -> date:
    """The last day of a term of `years` that begins on `first`: 2024-09-01 and 2 years → 2026-08-31."""
    return add_years(first, years) - timedelta(days=1)


def born_month(written: str) -> tuple[int, int]:
    """Year and month of an archive's `YYYY-MM`. Raises PolicyInputError for anything else."""
    found = _MONTH.fullmatch(written.strip())
    if found is None:
        raise PolicyInputError(f"出生年月要写成 1974-09 这样（现在是“{written}”）", field="born")
    return int(found[1]), int(found[2])


def age_on(born: str, on: date) -> int:
    """Full years of age by the archive's birth month, which itself completes the year.

    Raises PolicyInputError for a birth month that is no month or lies after `on`.
    """
    year, month = born_month(born)
    months = (on.year - year) * 12 + on.month - month
    if months < 0:
        raise PolicyInputError(f"出生年月（{born}）不能晚于 {on.isoformat()}", field="born")
    return months // 12


def full_years(since: date, on: date) -> int:
    """Full years from `since` to `on`: the same day of a later year completes one; below 0 when it is later."""
    years = on.year - since.year
    return years if add_years(since, years) <= on else years - 1

"""Sets of days as the bits of one whole number: a month of somebody is counted in a few machine instructions.

Bit 0 is 1 January 2000; earlier days are cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

DayBits = int
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
_BASE = FIRST.toordinal()
NONE: DayBits = 0


def place(day: date) -> int:
    """The number of the day's bit; negative before :data:`FIRST`."""
    return day.toordinal() - _BASE


def one(day: date) -> DayBits:
    """The set of this day alone."""
    at = place(day)
    return 1 << at if at >= 0 else NONE


def stretch(first: date, last: date | None = None) -> DayBits:
    """The days from ``first`` to ``last``, both included; without a last the rest of the century."""
    start = max(place(first), 0)
    length = place(min(last or LAST, LAST)) - start + 1
    return ((1 << length) - 1) << start if length > 0 else NONE


def shared(since: date, until: date | None, first: date, last: date) -> DayBits:
    """The days from ``first`` to ``last`` of what lasts from ``since`` until ``until``; None: it lasts."""
    return stretch(max(since, first), last if until is None else min(until, last))


def of(days: Iterable[date]) -> DayBits:
    """These days."""
    found = NONE
    for day in days:
        found |= one(day)
    return found


def days_in(bits: DayBits) -> Iterator[date]:
    """The days of a set, in order."""
    for at in places_in(bits):
        yield date.fromordinal(_BASE + at)


def places_in(bits: DayBits) -> Iterator[int]:
    """The numbers of the bits that are set, in order."""
    if not bits:
        return
    # What lies below the first day is shifted away once, so that the numbers stay small.
    low = (bits & -bits).bit_length() - 1
    bits >>= low
    while bits:
        least = bits & -bits
        yield low + least.bit_length() - 1
        bits ^= least

"""The statutory calendar as a plain value: which days are working days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


class Calendar:
    """Working days of a country whose holidays are announced year by year.

    `exceptions` maps a date to True (a weekend worked in exchange) or False (a holiday); every other
    date follows the week. `published` names the years whose announcement is known: dates of other
    years are answered from the week alone and are estimates.
    """

    __slots__ = ("_exceptions", "_published")

    def __init__(
        self, exceptions: Mapping[date, bool] | None = None, published: frozenset[int] = frozenset()
    ) -> None:
        self._exceptions = dict(exceptions or {})
        self._published = frozenset(published)

    def is_workday(self, day: date) -> bool:
        """True when `day` is a working day."""
        known = self._exceptions.get(day)
        return day.weekday() < 5 if known is None else known

    def is_estimate(self, day: date) -> bool:
        """True when the holidays of the year of `day` are not announced yet."""
        return day.year not in self._published

    def next_workday(self, day: date, count: int = 1) -> date:
        """The `count`-th working day after `day` (not counting `day`; the day itself when 0).

        Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError("count must not be negative")
        while count:
            day += ONE_DAY
            if self.is_workday(day):
                count -= 1
        return day

    def previous_workday(self, day: date, count: int = 1) -> date:
        """The `count`-th working day before `day` (the day itself when 0)."""
        if count < 0:
            raise ValueError("count must not be negative")
        while count:
            day -= ONE_DAY
            if self.is_workday(day):
                count -= 1
        return day

    def workdays(self, first: date, last: date) -> Iterator[date]:
        """The working days from `first` to `last`, both included; none when `last` is earlier."""
        day = first
        while day <= last:
            if self.is_workday(day):
                yield day
            day += ONE_DAY

    def count_workdays(self, first: date, last: date) -> int:
        """How many working days there are from `first` to `last`, both included."""
        return sum(1 for _ in self.workdays(first, last))

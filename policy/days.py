"""Leave in half days: spans, their length, their parts. Lengths are integers of halves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from policy.calendar import ONE_DAY, Calendar
from policy.errors import PolicyInputError


class Half(StrEnum):
    """Morning or afternoon."""

    AM = "am"
    PM = "pm"

    @property
    def label(self) -> str:
        """上午 or 下午."""
        return "上午" if self is Half.AM else "下午"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of half days, both ends included, at most 366 days.

    Raises PolicyInputError when the end comes before the start.
    """

    start: date
    start_half: Half
    end: date
    end_half: Half

    def __post_init__(self) -> None:
        if not isinstance(self.start_half, Half) or not isinstance(self.end_half, Half):
            object.__setattr__(self, "start_half", Half(self.start_half))
            object.__setattr__(self, "end_half", Half(self.end_half))
        if self.end < self.start:
            raise PolicyInputError(
                f"结束日期不能早于开始日期（{self.start.month}月{self.start.day}日）", field="end"
            )
        if self.first_index > self.last_index:
            raise PolicyInputError("同一天里，结束不能早于开始：改成上午到下午", field="end_half")
        if self.halves > 2 * MAX_DAYS:
            raise PolicyInputError(f"一次最多 {MAX_DAYS} 天，分成几次填写", field="end")

    @property
    def first_index(self) -> int:
        """The number of the first half day, counted from the calendar's beginning."""
        return 2 * self.start.toordinal() + (self.start_half is Half.PM)

    @property
    def last_index(self) -> int:
        """The number of the last half day."""
        return 2 * self.end.toordinal() + (self.end_half is Half.PM)

    @property
    def halves(self) -> int:
        """Calendar length from the first to the last half day, in halves (离岗天数 × 2)."""
        return (
            2 * (self.end - self.start).days + (self.end_half is Half.PM) - (self.start_half is Half.PM) + 1
        )

    @property
    def days(self) -> Decimal:
        """Calendar length in days."""
        return Decimal(self.halves) / 2

    def __iter__(self) -> Iterator[tuple[date, Half]]:
        return (_half_at(index) for index in range(self.first_index, self.last_index + 1))

    def dates(self) -> Iterator[date]:
        """Every date touched, in order."""
        day = self.start
        while day <= self.end:
            yield day
            day += ONE_DAY

    def overlaps(self, other: Span) -> bool:
        """True when the two share a half day."""
        return self.first_index <= other.last_index and other.first_index <= self.last_index

    def by_month(self) -> tuple[Span, ...]:
        """The same half days cut at month ends, in order."""
        parts: list[Span] = []
        start, start_half = self.start, self.start_half
        while (start.year, start.month) != (self.end.year, self.end.month):
            following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
            parts.append(Span(start, start_half, following - ONE_DAY, Half.PM))
            start, start_half = following, Half.AM
        parts.append(Span(start, start_half, self.end, self.end_half))
        return tuple(parts)

    def to_json(self) -> list[str]:
        """`[start, half, end, half]`, for storing."""
        return [self.start.isoformat(), self.start_half.value, self.end.isoformat(), self.end_half.value]

    @classmethod
    def from_json(cls, stored: list[str]) -> Span:
        """The span stored by `to_json`."""
        start, start_half, end, end_half = stored
        return cls(date.fromisoformat(start), Half(start_half), date.fromisoformat(end), Half(end_half))

    @classmethod
    def of_halves(cls, start: date, halves: int, start_half: Half = Half.AM) -> Span:
        """The span of `halves` half days beginning at `start`."""
        last = 2 * start.toordinal() + (start_half is Half.PM) + halves - 1
        return cls(start, start_half, *_half_at(last))


MAX_DAYS = 366


def _half_at(index: int) -> tuple[date, Half]:
    ordinal, afternoon = divmod(index, 2)
    return date.fromordinal(ordinal), Half.PM if afternoon else Half.AM


def format_days(halves: int) -> str:
    """Halves as days in words: 7 → "3.5", 8 → "4"."""
    whole, odd = divmod(halves, 2)
    return f"{whole}.5" if odd else str(whole)


def parse_days(days: float | str | Decimal) -> int:
    """Days, in steps of half a day, as halves.

    Raises PolicyInputError unless the number is above 0, at most 366 and a multiple of 0.5.
    """
    try:
        number = Decimal(str(days).strip())
    except InvalidOperation:
        raise PolicyInputError(f"天数要写成数字，例如 3 或 3.5，不能写“{days}”", field="days") from None
    if not number.is_finite():
        raise PolicyInputError(f"天数要写成数字，例如 3 或 3.5，不能写“{days}”", field="days")
    if number <= 0:
        raise PolicyInputError(f"天数要大于 0（现在是 {days}）", field="days")
    if number > MAX_DAYS:
        raise PolicyInputError(f"天数最多 {MAX_DAYS} 天（现在是 {days}）", field="days")
    halves = number * 2
    if halves != halves.to_integral_value():
        raise PolicyInputError(f"天数以半天为单位，例如 3 或 3.5（现在是 {days}）", field="days")
    return int(halves)


def touching(one: Span, other: Span, calendar: Calendar) -> bool:
    """True when the two do not overlap and no half of a working day lies between them."""
    if one.overlaps(other):
        return False
    before, after = (one, other) if one.last_index < other.first_index else (other, one)
    gap = range(before.last_index + 1, after.first_index)
    if len(gap) > 2 * _LONGEST_REST:
        return False
    return not any(calendar.is_workday(date.fromordinal(index // 2)) for index in gap)


# No announced holiday comes near this; a longer gap cannot be rest alone, and is not worth walking.
_LONGEST_REST = 31


def charged_halves(span: Span, counting: str, calendar: Calendar) -> int:
    """Halves charged to the balance (计假天数 × 2): every half day, or those of working days only.

    `counting` is "calendar" or "workdays".
    """
    if counting == "calendar":
        return span.halves
    total = 2 * calendar.count_workdays(span.start, span.end)
    if span.start_half is Half.PM and calendar.is_workday(span.start):
        total -= 1
    if span.end_half is Half.AM and calendar.is_workday(span.end):
        total -= 1
    return total

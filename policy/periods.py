"""How often: the weeks, months, quarters, half-years and years in which something is owed, and by when."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from policy.calendar import ONE_DAY

PER_LABELS: dict[str, str] = {
    "week": "每周", "month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年",
    "two_years": "每两年", "once": "一次", "unstated": "没有写次数",
}  # fmt: skip
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "two_years": 24}
# In which year a period of two years begins where nobody says.
_FIRST_YEAR = 2024
# A night belongs to its evening until this hour of the morning.
MORNING = time(6)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Dates from `first` to `last`, both included; no `last` is open."""

    first: date
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Period:
    """One period: `key` sorts and names it for a machine (2024-H1), `label` for a person (2024年上半年).

    Only something owed once has no `last`.
    """

    per: str
    first: date
    last: date | None
    key: str
    label: str

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    @property
    def window(self) -> Window:
        """Its dates."""
        return Window(self.first, self.last)

    @property
    def days(self) -> int:
        """How many calendar days it has. Raises ValueError for an open one."""
        if self.last is None:
            raise ValueError("an open period has no length")
        return (self.last - self.first).days + 1


def period_of(per: str, day: date, *, first_year: int | None = None) -> Period:
    """The period of `day`: a week runs from Monday to Sunday, the others follow the calendar year.

    `first_year` is a year in which a period of two years begins. Raises ValueError for once and unstated,
    which have no rhythm.
    """
    if per == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
        year, number, _ = first.isocalendar()
        return Period(per, first, last, f"{year}-W{number:02d}", _week_label(first, last))
    if per not in _MONTHS:
        raise ValueError(f"no rhythm: {per}")
    if per == "two_years":
        start = day.year - (day.year - (first_year or _FIRST_YEAR)) % 2
        first, last = date(start, 1, 1), date(start + 1, 12, 31)
        return Period(per, first, last, f"{start}-{start + 1}", f"{start}—{start + 1}年")
    length = _MONTHS[per]
    index = (day.month - 1) // length
    first = date(day.year, index * length + 1, 1)
    last = month_end(date(day.year, (index + 1) * length, 1))
    key, label = f"{day.year}", f"{day.year}年"
    if per == "month":
        key, label = f"{key}-{day.month:02d}", f"{label}{day.month}月"
    elif per == "quarter":
        key, label = f"{key}-Q{index + 1}", f"{label}第{'一二三四'[index]}季度"
    elif per == "half_year":
        key, label = f"{key}-H{index + 1}", f"{label}{'上下'[index]}半年"
    return Period(per, first, last, key, label)


def once(start: date, end: date | None = None) -> Period:
    """The one period of something owed once, from the day the rule or the team begins."""
    return Period("once", start, end, "once", "一次性")


def periods(per: str, first: date, last: date, *, first_year: int | None = None) -> tuple[Period, ...]:
    """Every period that shares a day with `first` to `last`, in order; none when `last` is earlier."""
    found: list[Period] = []
    day = first
    while day <= last:
        period = period_of(per, day, first_year=first_year)
        found.append(period)
        assert period.last is not None
        day = period.last + ONE_DAY
    return tuple(found)


def judged_in(per: str, month: Period, *, by: str = "last_day") -> tuple[Period, ...]:
    """The periods judged in a month: a week in that of its Sunday, or with `by = "first_day"` of its Monday."""
    assert month.last is not None
    return tuple(
        period
        for period in periods(per, month.first, month.last)
        if ((period.first if by == "first_day" else period.last) or period.first) in month
    )


def previous(period: Period) -> Period:
    """The period before."""
    first_year = period.first.year if period.per == "two_years" else None
    return period_of(period.per, period.first - ONE_DAY, first_year=first_year)


def following(period: Period) -> Period:
    """The period after. Raises ValueError for something owed once."""
    if period.last is None:
        raise ValueError("nothing follows something owed once")
    first_year = period.first.year if period.per == "two_years" else None
    return period_of(period.per, period.last + ONE_DAY, first_year=first_year)


def clip(windows: Iterable[Window], period: Period) -> tuple[Window, ...]:
    """The parts of `windows` inside the period, in order, joined where they touch or overlap."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda each: each.first):
        first = max(window.first, period.first)
        last = min(filter(None, (window.last, period.last)), default=None)
        if last is not None and last < first:
            continue
        before = found[-1] if found else None
        if before is not None and (before.last is None or first <= before.last + ONE_DAY):
            if before.last is not None and (last is None or last > before.last):
                found[-1] = Window(before.first, last)
        else:
            found.append(Window(first, last))
    return tuple(found)


def without(windows: Iterable[Window], taken: Iterable[Window]) -> tuple[Window, ...]:
    """The parts of closed `windows` that no window of `taken` covers. Raises ValueError for an open one."""
    left = list(windows)
    for hole in taken:
        kept: list[Window] = []
        for window in left:
            if window.last is None:
                raise ValueError("only closed windows can be cut")
            if window.first < hole.first:
                kept.append(Window(window.first, min(window.last, hole.first - ONE_DAY)))
            if hole.last is not None and hole.last < window.last:
                kept.append(Window(max(window.first, hole.last + ONE_DAY), window.last))
        left = kept
    return tuple(left)


def dates(windows: Iterable[Window]) -> Iterator[date]:
    """Every date of closed windows, in order. Raises ValueError for an open one."""
    for window in windows:
        if window.last is None:
            raise ValueError("an open window has no end to count to")
        for ordinal in range(window.first.toordinal(), window.last.toordinal() + 1):
            yield date.fromordinal(ordinal)


def due_day(due: str, due_after: int, period: Period) -> date | None:
    """By when: the period's last day, so many days after it, or a month and day in its last year.

    None for something owed once without an end. 29 February falls on the 28th of a common year.
    """
    if period.last is None:
        return None
    if due == "period_end":
        return period.last + timedelta(days=due_after)
    return month_day(period.last.year, due)


def month_day(year: int, written: str) -> date:
    """The date of `MM-DD` in a year; a day the month does not have becomes its last."""
    month, day = int(written[:2]), int(written[3:])
    return date(year, month, min(day, monthrange(year, month)[1]))


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def evening_of(moment: datetime) -> date:
    """The evening a night's moment (local time) belongs to: before 06:00 it is the day before's."""
    return moment.date() - ONE_DAY if moment.time() < MORNING else moment.date()


def _week_label(first: date, last: date) -> str:
    if first.year != last.year:
        return f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"
    if first.month != last.month:
        return f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{last.day}日"

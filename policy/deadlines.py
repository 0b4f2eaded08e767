"""By when: clocks that start with an event, the deadlines of the documents, and when to remind.

Moments are plain local times (Asia/Shanghai) without a zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from policy.book import RuleBook
from policy.calendar import ONE_DAY, Calendar
from policy.periods import month_day, month_end
from policy.topics import Clock, DeadlineRule
from policy.whom import Whom, rules_for

# Days before a due day on which somebody is reminded; after it every day.
REMIND_BEFORE = (30, 7, 1)
_UNITS = {"hours": "小时", "days": "天", "workdays": "个工作日", "weeks": "个星期", "months": "个月"}


@dataclass(frozen=True, slots=True)
class Due:
    """By when. `day` is the last day that is in time, `at` the moment its clock runs out.

    Both are None for what is to be done promptly, without a number in the text. `estimate`: the holidays
    of that year are not announced yet, so a working day may still move.
    """

    started: datetime
    day: date | None
    at: datetime | None
    words: str
    estimate: bool = False

    def late(self, moment: datetime) -> bool:
        """True when `moment` is past the due time."""
        return self.at is not None and moment > self.at


def due_of(clock: Clock, moment: datetime, calendar: Calendar) -> Due:
    """By when a clock started by an event at `moment` runs out.

    Days, working days and weeks count from the day after. A day of the month or year that is no working day
    moves as `shift` says; an event after that day belongs to the next period when `cutoff_next`, else it is
    due at once. Events on the due day itself still belong to it.
    """
    words = clock_words(clock)
    if clock.promptly:
        return Due(moment, None, None, words)
    if clock.unit == "hours" and clock.within is not None:
        at = moment + timedelta(hours=clock.within)
        return Due(moment, at.date(), at, words)
    start = moment.date()
    day = _fixed(clock, start, calendar) if clock.within is None else _within(clock, start, calendar)
    by_workdays = clock.shift != "none" or clock.unit == "workdays"
    estimate = by_workdays and (calendar.is_estimate(day) or calendar.is_estimate(start))
    return Due(moment, day, datetime.combine(day, time.max), words, estimate)


def _within(clock: Clock, start: date, calendar: Calendar) -> date:
    count = clock.within or 0
    if clock.unit == "workdays":
        return calendar.next_workday(start, count)
    if clock.unit == "months":
        whole = start.year * 12 + start.month - 1 + count
        day = date(whole // 12, whole % 12 + 1, 1)
        day = day.replace(day=min(start.day, month_end(day).day))
    else:
        day = start + timedelta(days=count * (7 if clock.unit == "weeks" else 1))
    return max(start, _shifted(clock, day, calendar))


def _fixed(clock: Clock, start: date, calendar: Calendar) -> date:
    if clock.same_day:
        return start
    day = _day_in(clock, start, calendar)
    if day < start and clock.cutoff_next:
        later = month_end(start) + ONE_DAY if clock.by_day is not None else date(start.year + 1, 1, 1)
        day = _day_in(clock, later, calendar)
    return max(start, day)


def _day_in(clock: Clock, day: date, calendar: Calendar) -> date:
    """The due day in the month, or year, of `day`; a month too short for it has its last day."""
    if clock.by_day is None:
        return _shifted(clock, month_day(day.year, clock.by_date or "12-31"), calendar)
    return _shifted(clock, day.replace(day=min(clock.by_day, month_end(day).day)), calendar)


def _shifted(clock: Clock, day: date, calendar: Calendar) -> date:
    if clock.shift == "none" or calendar.is_workday(day):
        return day
    return calendar.previous_workday(day) if clock.shift == "workday_before" else calendar.next_workday(day)


def clock_words(clock: Clock) -> str:
    """当天; 3 个工作日内; 每月 25日前，遇休息日提前到前一个工作日; 及时（文件没有写几天）."""
    if clock.promptly:
        return "及时（文件没有写几天）"
    if clock.same_day:
        return "当天"
    if clock.within is not None and clock.unit is not None:
        words = f"{clock.within} {_UNITS[clock.unit]}内"
    elif clock.by_day is not None:
        words = f"每月 {clock.by_day}日前"
    else:
        month, _, day = (clock.by_date or "").partition("-")
        words = f"每年 {int(month)}月{int(day)}日前"
    moved = {
        "workday_before": "，遇休息日提前到前一个工作日",
        "workday_after": "，遇休息日顺延到下一个工作日",
    }
    return words + moved.get(clock.shift, "")


@dataclass(frozen=True, slots=True)
class RuleDue:
    """A deadline of a document that an event has started."""

    rule: DeadlineRule
    pack_id: str
    due: Due


def deadlines_for(
    book: RuleBook, whom: Whom, event: str, moment: datetime, calendar: Calendar
) -> tuple[RuleDue, ...]:
    """The deadlines started by an event at `moment`, by the rules of that day.

    Those that are a step of the event's own chain are left to `policy.chains.follow`, so that nothing is
    asked for twice.
    """
    on = moment.date()
    holding = rules_for(book, "deadline", whom, on)
    chained = {
        step.clause
        for chain in rules_for(book, "chain", whom, on).rules
        if chain.event == event
        for step in chain.steps
    }
    return tuple(
        RuleDue(rule, holding.pack.id, due_of(rule.clock, moment, calendar))
        for rule in holding.rules
        if holding.pack is not None and rule.event == event and rule.clause not in chained
    )


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder, for `day`: so many `days` ahead of the due day, or late; `of` its end or its beginning."""

    day: date
    kind: Literal["ahead", "overdue"]
    days: int
    of: Literal["end", "beginning"] = "end"


def reminder(due: date, *, begins: date, since: date | None, today: date) -> Reminder | None:
    """The one reminder to send today, when the job last ran on `since` (None: never).

    30, 7 and 1 days ahead, none before the period `begins`, then daily. After an outage only the latest of
    those missed is sent; one of today or `since` is never repeated.
    """
    if since is not None and since >= today:
        return None
    if today > due:
        return Reminder(today, "overdue", (today - due).days)
    missed = [due - timedelta(days=days) for days in REMIND_BEFORE]
    passed = [day for day in missed if begins <= day <= today and (since is None or day > since)]
    if not passed:
        return None
    return Reminder(max(passed), "ahead", (due - today).days)


def reminder_days(due: date, *, begins: date, until: date) -> Iterator[date]:
    """Every day with a reminder up to `until`, when no run is missed, in order."""
    ahead = (due - timedelta(days=days) for days in REMIND_BEFORE)
    yield from (day for day in ahead if begins <= day <= until)
    day = due + ONE_DAY
    while day <= until:
        yield day
        day += ONE_DAY

"""What is owed so often: the periods of every duty and report, what was done, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from policy.base import WAIVABLE
from policy.book import RuleBook
from policy.calendar import Calendar
from policy.deadlines import Reminder, reminder
from policy.periods import PER_LABELS, Period, Window, clip, dates, due_day, month_day, once, periods
from policy.topics import Obligation, ReportRule
from policy.whom import Holding, Whom, rules_for

TOPICS = ("obligation", "report")
SOON = timedelta(days=7)


class DutyState(StrEnum):
    """How one period of a duty stands."""

    DONE = "done"
    DONE_LATE = "done_late"
    OPEN = "open"
    NOT_BEGUN = "not_begun"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"

    @property
    def label(self) -> str:
        """已完成, 逾期完成, 未到期, 该启动没有启动, 快到期 or 已逾期."""
        return _STATES[self]


_STATES = {
    DutyState.DONE: "已完成", DutyState.DONE_LATE: "逾期完成", DutyState.OPEN: "未到期",
    DutyState.NOT_BEGUN: "该启动没有启动", DutyState.DUE_SOON: "快到期", DutyState.OVERDUE: "已逾期",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """One period of one duty or report: `at_least` times by `due` (None: no date in the text).

    `begin_by`: the day by which it must have begun. `part`: the team was there for a part of the period.
    """

    topic: str
    pack_id: str
    rule: Obligation | ReportRule
    period: Period
    at_least: int
    due: date | None
    begin_by: date | None
    part: bool

    @property
    def key(self) -> str:
        """Names it for a machine: topic, pack, code and period."""
        return f"{self.topic}:{self.pack_id}:{self.rule.code}:{self.period.key}"

    @property
    def waivable(self) -> bool:
        """True where the text lets it be missed with a reason and a name (原则上, 力争)."""
        return isinstance(self.rule, Obligation) and self.rule.modality in WAIVABLE

    @property
    def words(self) -> str:
        """每年累计 4 次; 每月 1 次; 一次."""
        if self.period.per == "once":
            return PER_LABELS["once"]
        total = "累计 " if isinstance(self.rule, Obligation) and self.rule.sum_over else " "
        return f"{PER_LABELS[self.period.per]}{total}{self.at_least} 次"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing done. `doer`: the person for a duty of people, the body for a duty of a body.

    `days`: how long it lasted. `complete`: who, date, place and evidence are all there; otherwise its cell
    stays grey. `period`: the key of the period a report is for, which may be filed after it.
    """

    day: date
    doer: str
    days: int = 1
    complete: bool = True
    period: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the records of one period come to. `grey`: records that do not count for want of particulars."""

    count: int
    grey: int
    first: date | None
    met_on: date | None


def expected(
    book: RuleBook, whom: Whom, first: date, last: date, calendar: Calendar, there: Iterable[Window] = ()
) -> tuple[Expected, ...]:
    """Every period from `first` to `last` of every duty and report of a place, by the rules of its start.

    `there`: when the team (or unit) was there; always when empty. A part of a period owes its share of the
    times, at least one. A week without a working day owes nothing.
    """
    windows = tuple(there)
    found: list[Expected] = []
    for topic in TOPICS:
        for pack_id, rule, period in _periods(book, topic, whom, first, last, windows):
            if (
                period.per == "week"
                and period.last
                and not calendar.count_workdays(period.first, period.last)
            ):
                continue
            inside = clip(windows, period) if windows else (period.window,)
            if inside:
                found.append(_expected(topic, pack_id, rule, period, inside))
    return tuple(sorted(found, key=lambda each: (each.period.first, each.due or date.max, each.key)))


def _periods(
    book: RuleBook, topic: str, whom: Whom, first: date, last: date, windows: tuple[Window, ...]
) -> Iterator[tuple[str, Obligation | ReportRule, Period]]:
    for per in ("week", "month", "quarter", "half_year", "year"):
        for period in periods(per, first, last):
            for pack_id, rule in _rules(rules_for(book, topic, whom, period.first), per, whom):
                yield pack_id, rule, period
    for first_year in (2024, 2025):
        for period in periods("two_years", first, last, first_year=first_year):
            for pack_id, rule in _rules(rules_for(book, topic, whom, period.first), "two_years", whom):
                if ((rule.first_year or first_year) - first_year) % 2 == 0:
                    yield pack_id, rule, period
    holding = rules_for(book, topic, whom, last)
    for pack_id, rule in _rules(holding, "once", whom):
        starts = [
            rule.from_,
            holding.pack.pack.from_ if holding.pack else None,
            min((each.first for each in windows), default=None),
        ]
        start = max(filter(None, starts), default=first)
        if start <= last:
            yield pack_id, rule, once(start)


def _rules(holding: Holding, per: str, whom: Whom) -> Iterator[tuple[str, Obligation | ReportRule]]:
    for rule in holding.rules:
        task = rule.team_task if isinstance(rule, Obligation) else ()
        if rule.per == per and (not task or whom.task in task) and holding.pack is not None:
            yield holding.pack.id, rule


def _expected(
    topic: str, pack_id: str, rule: Obligation | ReportRule, period: Period, inside: tuple[Window, ...]
) -> Expected:
    at_least, begin_by, part = 1, None, False
    if isinstance(rule, Obligation):
        at_least = rule.at_least
        if rule.starts is not None and period.last is not None:
            begin_by = month_day(period.last.year, rule.starts)
    if period.last is not None and inside != (period.window,):
        part = True
        there = sum(1 for _ in dates(inside))
        at_least = -(-at_least * there // period.days)
    due = due_day(rule.due, rule.due_after, period)
    return Expected(topic, pack_id, rule, period, at_least, due, begin_by, part)


def unscheduled(book: RuleBook, whom: Whom, on: date) -> tuple[Obligation | ReportRule, ...]:
    """Duties and reports the text gives no rhythm for (定期, 及时): recorded, never late."""
    return tuple(
        rule for topic in TOPICS for _, rule in _rules(rules_for(book, topic, whom, on), "unstated", whom)
    )


def monthly_work_report(book: RuleBook, whom: Whom, on: date, *, turned_on: bool = False) -> bool:
    """Whether members file monthly work reports: where the document asks, or the county has turned it on."""
    rules = rules_for(book, "report", whom, on).rules
    return turned_on or any(rule.form == "work_report" and rule.default_on for rule in rules)


def progress(duty: Expected, records: Iterable[Record]) -> Progress:
    """What counts of the records for one period.

    With `sum_over` everybody's are added; otherwise one doer must reach the number alone. Records shorter
    than the rule's `min_days` do not count.
    """
    rule = duty.rule
    shortest = (rule.min_days or 1) if isinstance(rule, Obligation) else 1
    adds = isinstance(rule, Obligation) and rule.sum_over
    mine = [
        each
        for each in records
        if (each.period == duty.period.key if each.period else each.day in duty.period)
        and each.days >= shortest
    ]
    days: dict[str, list[date]] = {}
    for each in mine:
        if each.complete:
            days.setdefault("" if adds else each.doer, []).append(each.day)
    reached = [sorted(found)[duty.at_least - 1] for found in days.values() if len(found) >= duty.at_least]
    return Progress(
        count=max((len(found) for found in days.values()), default=0),
        grey=sum(not each.complete for each in mine),
        first=min((day for found in days.values() for day in found), default=None),
        met_on=min(reached, default=None),
    )


def state(duty: Expected, made: Progress, today: date) -> DutyState:
    """How one period stands on `today`; the due day itself is in time."""
    if made.met_on is not None:
        late = duty.due is not None and made.met_on > duty.due
        return DutyState.DONE_LATE if late else DutyState.DONE
    if duty.due is not None and today > duty.due:
        return DutyState.OVERDUE
    if duty.begin_by is not None and today > duty.begin_by and made.first is None:
        return DutyState.NOT_BEGUN
    if duty.due is not None and today >= duty.due - SOON:
        return DutyState.DUE_SOON
    return DutyState.OPEN


def reminder_for(duty: Expected, made: Progress, *, since: date | None, today: date) -> Reminder | None:
    """The one reminder to send today for a period not done: of its beginning while that is due, else of its end."""
    if made.met_on is not None or duty.due is None or today < duty.period.first:
        return None
    if duty.begin_by is not None and made.first is None and today <= duty.due:
        begin = reminder(duty.begin_by, begins=duty.period.first, since=since, today=today)
        if begin is not None:
            return replace(begin, of="beginning")
    return reminder(duty.due, begins=duty.period.first, since=since, today=today)

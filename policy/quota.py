"""How much somebody must be there, how much he was, and what that comes to.

All amounts are whole numbers of halves: a day is 2, half a day 1, a night 2. Three steps that can be used
apart: what is owed (`need_of`), what the facts count to (`tally`, or any other way of counting), and the
finding (`judge`). Facts are sets of days, so the order in which they arrived never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from policy import dayset
from policy.book import RuleBook
from policy.calendar import ONE_DAY, Calendar
from policy.days import Half, format_days
from policy.dayset import DayBits
from policy.periods import Period, Window, clip, dates, judged_in, without
from policy.topics import QuotaRule
from policy.whom import Whom, rules_for

HalfDay = tuple[date, Half]
Halves = tuple[DayBits, DayBits]
# Slack that is called a risk once something has been missed: 2 days, or 2 nights.
RISK_MARGIN = 4


class QuotaState(StrEnum):
    """What a quota has come to. `explained` is never in a bulletin and never in an assessment."""

    MET = "met"
    REACHABLE = "reachable"
    AT_RISK = "at_risk"
    MISSED = "missed"
    EXPLAINED = "explained"

    @property
    def label(self) -> str:
        """达到, 可达, 有风险, 未达 or 有因未达."""
        return _STATES[self]


_STATES = {
    QuotaState.MET: "达到", QuotaState.REACHABLE: "可达", QuotaState.AT_RISK: "有风险",
    QuotaState.MISSED: "未达", QuotaState.EXPLAINED: "有因未达",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """One full-time posting: `county` is whatever names the county it lies in (the path decides, not a code)."""

    whom: Whom
    county: str
    window: Window


@dataclass(frozen=True, slots=True)
class Waived:
    """A recorded exemption: the reason's code as the rule lists it, and its dates."""

    code: str
    window: Window


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person, as sets of days (:mod:`policy.dayset`); of halves a pair: mornings, afternoons.

    `on_post`: half-days there. `nights`: evenings of nights stayed in the village; `stays`: the same in the
    village or the town's offices. `away`: half-days absent on paper, by kind (leave, trip, duty, training),
    in the past or ahead; no half-day has two kinds. `pending`, `pending_nights`: not verified yet, neither there
    nor absent.
    """

    on_post: Halves = (0, 0)
    nights: DayBits = 0
    stays: DayBits = 0
    away: Mapping[str, Halves] = field(default_factory=dict)
    pending: Halves = (0, 0)
    pending_nights: DayBits = 0


def halves_of(days: Iterable[HalfDay]) -> Halves:
    """Half-days as a pair of sets."""
    days = list(days)
    return (
        dayset.of(day for day, half in days if half is Half.AM),
        dayset.of(day for day, half in days if half is Half.PM),
    )


@dataclass(frozen=True, slots=True)
class Need:
    """What one person owes under one rule in one period.

    `halves`: the need. `capacity`: the most that could count. `windows`: the dates that count, recorded
    exemptions taken out. `part`: the posting covers only a part of the period.
    """

    rule: QuotaRule
    pack_id: str
    period: Period
    windows: tuple[Window, ...]
    halves: int
    capacity: int
    part: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counted halves: there; absent with a reason that explains; not verified; still to come and free.

    `causes`: the excused halves by reason (leave, trip, duty, training), in that order.
    """

    done: int
    excused: int = 0
    pending: int = 0
    ahead: int = 0
    causes: tuple[tuple[str, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class QuotaResult:
    """The finding. `missing` halves lack so far; `reachable` is the most there can still be."""

    need: Need
    tally: Tally
    state: QuotaState

    @property
    def missing(self) -> int:
        """Halves that lack of the need so far."""
        return max(0, self.need.halves - self.tally.done)

    @property
    def reachable(self) -> int:
        """Halves there will be at most: done, not verified and still to come."""
        return self.tally.done + self.tally.pending + self.tally.ahead

    @property
    def text(self) -> str:
        """One sentence of figures: 应在岗 20 天，已在岗 12.5 天，还差 7.5 天；后面还有 9 天可计."""
        there, unit, free = _WORDS[self.need.rule.measure]
        days = "个工作日" if self.need.rule.on == "workdays" and unit == "天" else unit

        def said(halves: int, of: str = unit) -> str:
            return f"{format_days(halves)} {of}"

        parts = [f"应{there} {said(self.need.halves, days)}，已{there} {said(self.tally.done)}"]
        if self.missing:
            parts[0] += f"，还差 {said(self.missing)}"
            if self.tally.ahead:
                parts.append(f"后面还有 {said(self.tally.ahead)}{free}")
            if self.tally.pending:
                parts.append(f"待核 {said(self.tally.pending)}")
            if self.tally.excused:
                parts.append(f"有因 {said(self.tally.excused)}")
        return "；".join(parts)


_WORDS = {
    "on_post": ("在岗", "天", "可计"), "night": ("住村", "夜", "可住"), "stay": ("住下", "天", "可计"),
}  # fmt: skip


def need_of(
    rule: QuotaRule, pack_id: str, period: Period, posted: Iterable[Window], calendar: Calendar,
    waived: Iterable[Waived] = (),
) -> Need:  # fmt: skip
    """What is owed by somebody posted in `posted` (all inside one county, so that transfers sum).

    The cap is that of the whole period; a part of it owes its share, by working days where the rule is about
    them, else by calendar days, rounded down to half a day or a night. Exact arithmetic.
    """
    there = clip(posted, period)
    reasons = {each.code for each in rule.waived_for}
    let_off = clip((each.window for each in waived if each.code in reasons), period)
    open_ = without(there, let_off)
    by_workdays = rule.on == "workdays" or rule.cap != "none"
    whole_workdays = _count((period.window,), calendar, workdays=True)
    amount = Fraction(rule.at_least) * 2
    if rule.cap != "none":
        spare = 1 if rule.cap == "workdays_minus_one" else 0
        amount = min(amount, Fraction(2 * max(0, whole_workdays - spare)))
    by_workdays = by_workdays and whole_workdays > 0
    base = (period.window,) if rule.part_period == "scale" else there
    owed, whole = (_count(each, calendar, workdays=by_workdays) for each in (open_, base))
    share = Fraction(owed, whole) if whole else Fraction(0)
    grain = 1 if rule.measure == "on_post" else 2
    halves = int(amount * share // grain) * grain
    capacity = 2 * _count(open_, calendar, workdays=rule.on == "workdays")
    return Need(rule, pack_id, period, open_, halves, capacity, part=open_ != (period.window,))


def _count(windows: Iterable[Window], calendar: Calendar, *, workdays: bool) -> int:
    found = dates(windows)
    return sum(1 for day in found if calendar.is_workday(day)) if workdays else sum(1 for _ in found)


def tally(
    need: Need, facts: Facts, calendar: Calendar, *, known_through: date, closed: bool = False,
    count_trip: bool | None = None,
) -> Tally:  # fmt: skip
    """Count one person's facts for one need.

    Dates after `known_through` are still to come. `closed`: the month is closed, what was never verified
    does not count any more. `count_trip`: the region's setting whether official trips count as on post
    (nights never), the rule's own when None.
    """
    rule = need.rule
    days = _counted(need.windows, calendar, workdays=rule.on == "workdays")
    coming = days & dayset.stretch(known_through + ONE_DAY)
    done = pending = ahead = 0
    causes: dict[str, int] = dict.fromkeys(rule.exempt, 0)
    if rule.measure == "on_post":
        trips = rule.count_trip if count_trip is None else count_trip
        for half in (0, 1):
            there = facts.on_post[half]
            if trips and "trip" in facts.away:
                there |= facts.away["trip"][half]
            left = days & ~there
            done += (days & there).bit_count()
            for kind, halves in facts.away.items():
                if kind in causes:
                    causes[kind] += (left & halves[half]).bit_count()
                left &= ~halves[half]
            ahead += (left & coming).bit_count()
            if not closed:
                pending += (left & ~coming & facts.pending[half]).bit_count()
    else:
        stayed = facts.nights | facts.stays if rule.measure == "stay" else facts.nights
        # A part of another quota counts only on a day that counts there.
        there = facts.on_post[0] | facts.on_post[1] if rule.within else days
        left = days & ~(stayed & there)
        done = 2 * (days & stayed & there).bit_count()
        for kind, halves in facts.away.items():
            if kind in causes:
                causes[kind] += 2 * (left & halves[1]).bit_count()
            left &= ~halves[1]
        ahead = 2 * (left & coming).bit_count()
        if not closed:
            perhaps = (stayed | facts.pending_nights) & (there | facts.pending[0] | facts.pending[1])
            pending = 2 * (left & ~coming & perhaps).bit_count()
    known = tuple((kind, halves) for kind, halves in causes.items() if halves)
    return Tally(done, sum(causes.values()), pending, ahead, known)


@lru_cache(maxsize=512)
def _counted(windows: tuple[Window, ...], calendar: Calendar, *, workdays: bool) -> DayBits:
    """The days that can count, the same for everybody posted alike."""
    return dayset.of(day for day in dates(windows) if not workdays or calendar.is_workday(day))


def judge(need: Need, counted: Tally) -> QuotaResult:
    """The finding on one need.

    Reached: met. Still possible: reachable, or at risk when something has been missed and at most 2 days
    (2 nights) are to spare, or when only what is not verified can help. Not possible any more: explained when
    approved absences make up for it, else missed.
    """
    reachable = counted.done + counted.pending + counted.ahead
    if counted.done >= need.halves:
        state = QuotaState.MET
    elif reachable >= need.halves:
        lost = need.capacity - reachable
        unsure = counted.done + counted.ahead < need.halves
        risky = unsure or (lost > 0 and reachable - need.halves <= RISK_MARGIN)
        state = QuotaState.AT_RISK if risky else QuotaState.REACHABLE
    elif reachable + counted.excused >= need.halves:
        state = QuotaState.EXPLAINED
    else:
        state = QuotaState.MISSED
    return QuotaResult(need, counted, state)


def owed_in_period(
    book: RuleBook, postings: Iterable[Posting], period: Period, calendar: Calendar,
    waived: Iterable[Waived] = (),
) -> tuple[Need, ...]:  # fmt: skip
    """Every quota a person owes for one period, by the rules of the period's first day.

    Postings inside one county make one quota, under the rule of the last of them; of two counties each asks
    its share. A day two postings share belongs to the later one.
    """
    waived = tuple(waived)
    found: dict[tuple[str, str], tuple[QuotaRule, str, list[Window]]] = {}
    for posting in _received(postings, period):
        holding = rules_for(book, "quota", posting.whom, period.first)
        for rule in holding.rules:
            if rule.per != period.per or not _concerns(rule, posting.whom) or holding.pack is None:
                continue
            key = (posting.county, rule.code)
            windows = found[key][2] if key in found else []
            found[key] = (rule, holding.pack.id, [*windows, posting.window])
    return tuple(
        need_of(rule, pack_id, period, windows, calendar, waived) for rule, pack_id, windows in found.values()
    )


def owed_in_month(
    book: RuleBook, postings: Iterable[Posting], month: Period, calendar: Calendar,
    waived: Iterable[Waived] = (),
) -> tuple[Need, ...]:  # fmt: skip
    """What a month's sheet judges: its own quotas, then those of the weeks that belong to it."""
    postings, waived = tuple(postings), tuple(waived)
    needs = list(owed_in_period(book, postings, month, calendar, waived))
    weeks = {each.key: each for by in ("first_day", "last_day") for each in judged_in("week", month, by=by)}
    for week in sorted(weeks.values(), key=lambda each: each.first):
        needs.extend(
            need
            for need in owed_in_period(book, postings, week, calendar, waived)
            if week in judged_in("week", month, by=need.rule.judged_in)
        )
    return tuple(needs)


def _received(postings: Iterable[Posting], period: Period) -> list[Posting]:
    """Postings that touch the period, in order, each ending before the next begins."""
    ordered = sorted(
        (each for each in postings if clip((each.window,), period)), key=lambda each: each.window.first
    )
    kept: list[Posting] = []
    for number, posting in enumerate(ordered, start=1):
        first, last = posting.window.first, posting.window.last
        if number < len(ordered):
            last = min(filter(None, (last, ordered[number].window.first - ONE_DAY)))
        if last is None or last >= first:
            kept.append(Posting(posting.whom, posting.county, Window(first, last)))
    return kept


def _concerns(rule: QuotaRule, whom: Whom) -> bool:
    return (
        not rule.roles
        or whom.role in rule.roles
        or (whom.also_first_secretary and "first_secretary" in rule.roles)
    )

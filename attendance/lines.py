"""A month's lines as they stand now: what a sheet freezes, and how a frozen one differs from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from attendance.derive import people_of, standing
from attendance.frozen import frozen_days
from attendance.sheets import MonthLine
from attendance.standing import Quotas
from core.calendar import statutory_calendar
from core.digest import checksum
from core.months import bounds, day_of, month_number
from leave.models import LeaveRequest
from leave.whereabouts.grid import Day, days_of
from policy import dayset
from policy.attendance import NOTHING_SAID, PARTS, VISIT, PersonDays, Shown, said, shown
from policy.dayset import DayBits
from policy.periods import period_of
from teams.models import Appointment, Away
from teams.words import AwayKind

#: Halves of days that are counted by what they are called.
_COUNTED = ("duty", "comp_rest", "training", "unverified", "unexcused", VISIT)
NOTHING = ("", "", "")


def postings_of(team_ids: Iterable[int], month: date) -> list[Appointment]:
    """The full-time postings of the teams that touch the month, by unit and pinyin."""
    first, last = bounds(month)
    rows = Appointment.objects.full_time().filter(body__in=list(team_ids), void=False, valid_from__lte=last)
    rows = rows.exclude(valid_to__lt=first).select_related("person", "body__region", "unit", "stationed_at")
    return list(rows.order_by("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk"))


def lines_of(postings: Sequence[Appointment], month: date, *, closed: bool) -> list[MonthLine]:
    """The lines of these postings, not saved; a fixed number of queries however many they are.

    ``closed``: what was never verified does not count any more.
    """
    people = people_of(postings)
    number = month_number(month)
    known = standing(people, [number])
    quotas = Quotas(people, period_of("month", month), closed=closed)
    kinds = _leave_by_kind(people, number)
    days = days_of(month)
    lines = []
    orders: Counter[int] = Counter()
    for row in postings:
        orders[row.body_id] += 1
        stands = known.get(row.person_id, NOTHING_SAID)
        inside = dayset.shared(row.valid_from, row.valid_to, *bounds(month))
        own = stands.among(inside)
        found = own.totals
        said_of, marks = cells(own, inside, days)
        totals: dict[str, Any] = {
            "on_post": found.on_post,
            "village": 2 * found.village,
            "town": 2 * found.town,
            "leave": found.leave,
            "trip": found.trip,
        }
        totals |= {
            name: sum(own.having(half, name).bit_count() for half in ("am", "pm")) for name in _COUNTED
        }
        by_kind: Counter[str] = Counter()
        for (day, half), label in kinds.get(row.person_id, {}).items():
            if own.having(half, AwayKind.LEAVE.value) & dayset.one(day):
                by_kind[label] += 1
        totals["leave_by_kind"] = dict(sorted(by_kind.items()))
        owed = next(
            (each for each in quotas.of(row.person_id, stands) if each.need.rule.measure == "on_post"), None
        )
        if owed is not None:
            totals |= {"owed": owed.need.halves, "counted": owed.tally.done, "missing": owed.missing}
        lines.append(
            MonthLine(
                appointment=row,
                order=orders[row.body_id],
                name=row.person.name,
                post=row.post_name,
                unit=str(row.unit) if row.unit else "",
                place=str(row.stationed_at or row.body.region),
                totals=totals,
                days=said_of,
                marks=marks,
            )
        )
    return lines


def cells(
    own: PersonDays, inside: DayBits, days: Sequence[Day]
) -> tuple[dict[str, list[str]], list[str | None]]:
    """(the day's number → what is said of its three parts, the mark of each day; None outside the posting).

    ``own``: what stands of the days ``inside``; ``days``: those of the month, in order. Days alike are looked at once.
    """
    first = dayset.place(days[0].date)
    open_ = inside >> first
    marks = [_glyph(NOTHING, day.rest) if open_ >> at & 1 else None for at, day in enumerate(days)]
    said_at: dict[int, tuple[str, str, str]] = {}
    for parts, alike in own.alike():
        glyph = _glyph(parts, False)
        for at in dayset.places_in(alike >> first):
            said_at[at], marks[at] = parts, glyph
    return {str(at + 1): list(said_at[at]) for at in sorted(said_at)}, marks


@cache
def _glyph(parts: tuple[str, str, str], rest: bool) -> str:
    return shown(dict(zip(PARTS, parts, strict=True)), workday=not rest).glyph


def _leave_by_kind(people: Any, month: int) -> dict[int, dict[tuple[date, str], str]]:
    """person → (day, half) → the kind of leave that holds it; two queries."""
    rows = list(
        Away.objects.filter(month=month, person__in=people, firm=True, kind=AwayKind.LEAVE.value).values_list(
            "person", "day", "half", "source_id"
        )
    )
    asked = LeaveRequest.objects.in_bulk({source for *_, source in rows}) if rows else {}
    found: dict[int, dict[tuple[date, str], str]] = defaultdict(dict)
    for person, day, half, source in rows:
        request = asked.get(source)
        label = request.kind_label if request is not None else "请假"
        found[person][day_of(month, day), half] = label
    return found


def hash_of(lines: Iterable[MonthLine]) -> str:
    """The checksum of lines, over everything they say."""
    return checksum([line.content for line in sorted(lines, key=lambda line: line.order)])


def mark_of(line: MonthLine, day: int) -> Shown | None:
    """How a frozen day looks; None outside the posting. Rest by itself is the one glyph without a word said."""
    glyph = line.marks[day - 1]
    if glyph is None:
        return None
    parts = dict(zip(PARTS, line.days.get(str(day), ("", "", "")), strict=True))
    return shown(parts, workday=not (glyph and not any(parts.values())))


@dataclass(frozen=True)
class Difference:
    """One day of which something else is said now than when it was frozen."""

    line: MonthLine
    day: date
    before: str
    after: str


def differences(lines: Sequence[MonthLine], month: date) -> list[Difference]:
    """Where frozen lines differ from what stands now, in the order of lines and days; at most two queries."""
    if not lines:
        return []
    people = people_of(line.appointment for line in lines)
    known = standing(people, [month_number(month)])
    found = []
    for line in lines:
        now = known.get(line.appointment.person_id, NOTHING_SAID)
        inside, then = frozen_days(month_number(month), line.days, line.marks)
        for day in dayset.days_in(now.settled_as(then, inside).differs):
            texts = (
                said(*(each.among(dayset.one(day)).values.get(day, {}).get(part, "") for part in PARTS))
                for each in (then, now)
            )
            found.append(Difference(line, day, *(text or "没有登记" for text in texts)))
    return found


def unsaid(lines: Iterable[MonthLine], month: date) -> int:
    """Working days of which nothing is said at all, over all lines."""
    calendar = statutory_calendar()
    working = {day.date.day for day in days_of(month) if calendar.is_workday(day.date)}
    return sum(
        1
        for line in lines
        for number in working
        if line.marks[number - 1] is not None and not any(line.days.get(str(number), ("", ""))[:2])
    )

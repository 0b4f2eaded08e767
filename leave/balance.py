"""余额: how many days of a type somebody may take in a year where his place has said so, and what is left of them.

Days are those charged to the balance (计假天数), each in the year it falls into; coming back early gives days back.
Going over warns and never blocks: the law gives some of these days to the person himself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import clock
from core.calendar import statutory_calendar
from core.months import day_of
from leave import links
from leave.models import LeaveRequest
from policy.calendar import Calendar
from policy.days import Span, charged_halves, format_days
from rules.book import leave_types_known
from rules.settings import values_at
from teams.models import Appointment, Away
from teams.words import AwayKind

S = LeaveRequest.State
ALLOWANCE = "leave.allowance"
#: Requests that take days, or ask for them.
COUNTS = (S.DRAFT, S.RETURNED, S.VOICE, S.PENDING, S.APPROVED, S.BACK)
OVER = "超出 {days} 天。系统只作提醒，由批准的人定"


@dataclass(frozen=True)
class Taken:
    """Half-days charged to one type in one year: firmly, and asked for but not decided."""

    firm: int = 0
    pending: int = 0


@dataclass(frozen=True)
class Balance:
    """One type in one year; lengths in halves. ``this`` is what the request at hand takes."""

    type: str
    label: str
    year: int
    allowance: int
    firm: int
    pending: int
    this: int = 0

    @property
    def left(self) -> int:
        """Below 0 where it goes over."""
        return self.allowance - self.firm - self.pending - self.this

    @property
    def left_words(self) -> str:
        """``还剩 1`` or ``超出 2``, in days."""
        return f"还剩 {format_days(self.left)}" if self.left >= 0 else f"超出 {format_days(-self.left)}"

    @property
    def words(self) -> str:
        """``年休假 2026 年：可休 10 天，已批 4 天，待批 2 天，这次 3 天，还剩 1 天``."""
        parts = [f"可休 {format_days(self.allowance)} 天", f"已批 {format_days(self.firm)} 天"]
        if self.pending:
            parts.append(f"待批 {format_days(self.pending)} 天")
        if self.this:
            parts.append(f"这次 {format_days(self.this)} 天")
        parts.append(f"{self.left_words} 天")
        return f"{self.label} {self.year} 年：{'，'.join(parts)}"

    @property
    def warning(self) -> str:
        """Empty where days are left."""
        return OVER.format(days=format_days(-self.left)) if self.left < 0 else ""


def taken(
    person_ids: Collection[int], years: Iterable[int], *, leaving_out: Collection[int] = ()
) -> dict[tuple[int, str, int], Taken]:
    """(person, type, year) → what was charged; two questions for any number of people.

    ``leaving_out``: ids of requests that do not count.
    """
    years = set(years)
    if not years or not person_ids:
        return {}
    rows = list(
        Away.objects.filter(
            person__in=person_ids,
            kind=AwayKind.LEAVE,
            month__gte=min(years) * 100,
            month__lt=(max(years) + 1) * 100,
        )
        .exclude(source_id__in=leaving_out)
        .values_list("person", "source_id", "month", "day", "firm")
    )
    kinds = _kinds({row[1] for row in rows})
    calendar = statutory_calendar()
    firm: dict[tuple[int, str, int], int] = defaultdict(int)
    pending: dict[tuple[int, str, int], int] = defaultdict(int)
    for person, source, month, day, is_firm in rows:
        type_code, every_day = kinds.get(source, ("", True))
        if every_day or calendar.is_workday(day_of(month, day)):
            (firm if is_firm else pending)[person, type_code, month // 100] += 1
    return {key: Taken(firm[key], pending[key]) for key in {*firm, *pending} if key[2] in years}


def _kinds(ids: Collection[int]) -> dict[int, tuple[str, bool]]:
    """Request → its type, and whether every day of it is charged or working days alone."""
    rows = LeaveRequest.objects.order_by().filter(pk__in=ids)
    return {
        pk: (type_code, absence == charged)
        for pk, type_code, absence, charged in rows.values_list(
            "pk", "type", "absence_halves", "charged_halves"
        )
    }


def for_wish(
    posting: Appointment,
    type_code: str,
    span: Span,
    *,
    absence: int,
    charged: int,
    leaving_out: Collection[int] = (),
) -> list[Balance]:
    """What a wish would leave, one line for each year it touches; nothing where the place has set nothing."""
    this = _by_year(span, every_day=absence == charged, calendar=statutory_calendar())
    return _balances(posting, type_code, this, leaving_out)


def for_request(request: LeaveRequest) -> list[Balance]:
    """The same of a request as it stands; once its person is back, of the days really taken."""
    if request.state not in COUNTS:
        return []
    own = {request.pk, *links.member_ids(request.replaces_id)} - {None}
    every_day = request.absence_halves == request.charged_halves
    this = _by_year(request.span, every_day=every_day, calendar=statutory_calendar())
    if request.state == S.BACK:
        this = _really(request, every_day)
    return _balances(request.posting, request.type, this, own)


def of_person(posting: Appointment, year: int) -> list[Balance]:
    """Every type for which the place has set a number of days, as somebody's year stands."""
    return of_people([posting], year)[posting.person_id]


def of_people(postings: Sequence[Appointment], year: int) -> dict[int, list[Balance]]:
    """The same for a page of people; three questions, whatever their number."""
    allowed = values_at({row.body.region.path for row in postings}, ALLOWANCE, _standing_on(year))
    used = taken([row.person_id for row in postings], [year]) if any(allowed.values()) else {}
    labels = leave_types_known()
    return {
        row.person_id: [
            Balance(code, label, year, 2 * days, each.firm, each.pending)
            for code, label in labels
            if (days := allowed[row.body.region.path].get(code))
            for each in [used.get((row.person_id, code, year), Taken())]
        ]
        for row in postings
    }


def _balances(
    posting: Appointment, type_code: str, this: dict[int, int], leaving_out: Collection[int]
) -> list[Balance]:
    path, label = posting.body.region.path, dict(leave_types_known()).get(type_code, type_code)
    allowed = {
        year: values_at([path], ALLOWANCE, _standing_on(year))[path].get(type_code, 0)
        for year in sorted(this)
    }
    years = [year for year, days in allowed.items() if days]
    used = taken([posting.person_id], years, leaving_out=leaving_out)
    found = []
    for year in years:
        each = used.get((posting.person_id, type_code, year), Taken())
        found.append(Balance(type_code, label, year, 2 * allowed[year], each.firm, each.pending, this[year]))
    return found


def _by_year(span: Span, *, every_day: bool, calendar: Calendar) -> dict[int, int]:
    """Half-days charged in each year a span touches."""
    counting = "calendar" if every_day else "workdays"
    found: dict[int, int] = defaultdict(int)
    for part in span.by_month():
        found[part.start.year] += charged_halves(part, counting, calendar)
    return dict(found)


def _really(request: LeaveRequest, every_day: bool) -> dict[int, int]:
    """The same of the half-days a leave that is over still holds."""
    calendar = statutory_calendar()
    found: dict[int, int] = defaultdict(int)
    rows: Any = Away.objects.filter(kind=AwayKind.LEAVE, source_id=request.pk)
    for month, day in rows.values_list("month", "day"):
        if every_day or calendar.is_workday(day_of(month, day)):
            found[month // 100] += 1
    return dict(found) or {request.start.year: 0}


def _standing_on(year: int) -> date:
    """The day whose setting counts for a year: today in this one, the first day of a later, the last of an earlier."""
    return min(max(clock.today(), date(year, 1, 1)), date(year, 12, 31))

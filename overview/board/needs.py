"""需要处理: what of a range is over time or still lacks, what is over time first; and the months not closed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from approvals import clocks
from approvals.models import Deadline
from approvals.selectors import summaries
from attendance.absence.chain import KIND as ABSENCE
from attendance.absence.models import AbsenceCase
from attendance.closing import KIND as SHEET
from attendance.sheets import MonthSheet
from core import clock
from core.months import beside, bounds, month_number
from leave.models import LeaveRequest
from leave.services import KIND as LEAVE
from overview.board.ranges import Range
from teams.models import Team, User

#: Rows of one part; the rest is a number with a way to the list.
FEW = 6
#: What a clock waits for.
WHAT = {"decide": "批准", "leave.return": "销假", "leave.paper": "补办书面手续"}
#: So many months back it is asked whether they were closed.
BACK = 2


@dataclass(frozen=True)
class Clocks:
    """Running clocks of a range that are over: rows as lists take them, and how many there are."""

    rows: list[dict[str, Any]]
    total: int


def cases(user: User, here: Range) -> QuerySet[AbsenceCase]:
    """The open cases of absence of the range's people, as far as the user sees them."""
    rows = AbsenceCase.objects.visible_to(user).filter(here.q("posting__"), joined=None)
    return rows.unsettled().order_by()


def late(user: User, here: Range) -> Clocks:
    """What should have been decided or done by now, the longest over first; five queries at most."""
    rows = _running(user, here).filter(due__lt=clock.now()).each_once()
    total = rows.count()
    shown = list(rows.order_by("due", "pk")[:FEW]) if total else []
    words = summaries({(row.subject_kind, row.subject_id) for row in shown})
    all_of = clocks.sharing(shown) if shown else {}
    found = [
        _late_row(row, words.get((row.subject_kind, row.subject_id), {}), all_of[clocks.thing(row)])
        for row in shown
    ]
    return Clocks(found, total)


def _running(user: User, here: Range) -> QuerySet[Deadline]:
    """Clocks on what concerns the people and teams of the range, whoever has to act."""
    leave = LeaveRequest.objects.filter(here.q("posting__")).order_by().values("pk")
    sheets = MonthSheet.objects.filter(team__in=teams_of(here)).order_by().values("pk")
    return Deadline.objects.filter(
        Q(subject_kind=LEAVE, subject_id__in=leave)
        | Q(subject_kind=SHEET, subject_id__in=sheets)
        | Q(subject_kind=ABSENCE, subject_id__in=cases(user, here).values("pk")),
        met__isnull=True,
    )


def teams_of(here: Range) -> QuerySet:
    """The ids of the range's teams; none for a unit, whose people stand in other people's teams."""
    if here.name == "unit":
        return Team.objects.none().values("pk")
    if here.name == "team":
        return Team.objects.filter(pk__in=here.ids).order_by().values("pk")
    low, high = here.bounds
    return Team.objects.filter(region__path__gte=low, region__path__lt=high).order_by().values("pk")


def _late_row(row: Deadline, summary: dict[str, Any], together: list[Deadline]) -> dict[str, Any]:
    who = "、".join("本人" if each.person_id else clocks.whose(each) for each in together)
    return {
        "url": summary.get("url", ""),
        "name": summary.get("person", ""),
        "post": summary.get("post", ""),
        "type": summary.get("what", ""),
        "span": "，".join(filter(None, (WHAT.get(row.kind, ""), f"等{who}办"))),
        "status_kind": "refused",
        "status_label": "超期",
        "due": row.due,
    }


@dataclass(frozen=True)
class Open:
    """A month that is over and of which some teams have not closed the register."""

    month: date
    teams: int
    sent: int
    closed: int
    url: str

    @property
    def left(self) -> int:
        return self.teams - self.closed


def months_open(here: Range) -> list[Open]:
    """The last months with teams that have not closed them, the older first; two queries, none for a unit."""
    if here.name == "unit":
        return []
    today = clock.today()
    months = [beside(today)[0]]
    while len(months) < BACK:
        months.append(beside(months[-1])[0])
    windows = list(
        here.rows(months[-1], today).order_by().values_list("body", "valid_from", "valid_to").distinct()
    )
    sheets: dict[int, dict[int, str]] = defaultdict(dict)
    held = MonthSheet.objects.standing().filter(
        team__in=teams_of(here), month__in=[month_number(month) for month in months]
    )
    for team, number, state in held.values_list("team", "month", "state"):
        sheets[number][team] = state
    found = []
    for month in reversed(months):
        first, last = bounds(month)
        teams = {
            body for body, since, until in windows if since <= last and (until is None or until >= first)
        }
        states = [sheets[month_number(month)].get(team) for team in teams]
        closed = sum(state == MonthSheet.State.CLOSED for state in states)
        if closed < len(teams):
            sent = sum(state == MonthSheet.State.PENDING for state in states)
            found.append(Open(month, len(teams), sent, closed, _register(here, month)))
    return found


def _register(here: Range, month: date) -> str:
    query = {"month": f"{month:%Y-%m}"}
    if here.name == "team":
        query["team"] = here.value
    elif not here.wide:
        query["town"] = here.value
    return f"{reverse('attendance:register')}?{urlencode(query)}"

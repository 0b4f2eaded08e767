"""出勤登记表 of chosen teams, made when it is asked for: for the captain, who sees his team alone, and whoever was
granted one. What is closed is printed as it was closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attendance import selectors
from attendance.lines import lines_of
from attendance.reports.workbook import TeamPage, town_workbook
from attendance.sheets import MonthLine, MonthSheet, standing_sheets
from core import audit
from core.calendar import statutory_calendar
from core.errors import NotYours, Refused
from core.months import bounds, month_number, month_words
from core.verbs import verb
from teams.models import Appointment, User

#: More teams than a town has are a county's report.
MOST_TEAMS = 100


@dataclass(frozen=True)
class Book:
    """A workbook and what it is called."""

    name: str
    content: bytes


@verb("month_report.team")
def team_book(*, acting_user: User, team_ids: Sequence[int], month: date) -> Book:
    """The register of these teams' month, of the people whose register the user sees; a fixed number of queries.

    Without ``team_ids`` of every team he sees. Raises NotYours where he sees nobody's in one of them, Refused for more
    teams than a town has. Recorded.
    """
    first, last = bounds(month)
    wanted = set(team_ids)
    teams = selectors.teams_between(acting_user, first, last)
    teams = [team for team in teams if team.pk in wanted] if wanted else teams
    if not teams or (wanted and {team.pk for team in teams} != wanted):
        raise NotYours("not_yours", "没有这支队")
    if len(teams) > MOST_TEAMS:
        raise Refused("too_many", f"一次最多导出 {MOST_TEAMS} 支队，选一个乡镇再导出；全县的在“出勤登记表”里")
    rows = selectors.rows_of(acting_user, teams, first, last, "body__region", "unit", "stationed_at")
    sheets = standing_sheets([team.pk for team in teams], month_number(month))
    lines = _lines(rows, sheets, month)
    pages = [
        TeamPage(team=str(team), said=_said(sheets.get(team.pk), month), lines=lines[team.pk])
        for team in teams
    ]
    of = str(teams[0]) if len(teams) == 1 else f"{len(teams)} 支工作队"
    name = f"{of}{month_words(month)}出勤登记表"
    audit.record(
        action="month_report.team",
        actor=acting_user,
        subject_kind="body",
        subject_id=teams[0].pk,
        after={"month": month_number(month), "lines": len(rows), "teams": len(teams)},
        place=teams[0].region.path,
    )
    return Book(f"{name}.xlsx", town_workbook(title=name, month=month, pages=pages))


def _lines(rows: Sequence[Appointment], sheets: dict[int, MonthSheet], month: date) -> dict[int, list[dict]]:
    """The lines of each team as a page takes them, numbered from one: frozen where it is being closed or closed."""
    seen = {row.pk for row in rows}
    kept = MonthLine.objects.filter(sheet__in=[sheet.pk for sheet in sheets.values()], appointment__in=seen)
    found: dict[int, list[MonthLine]] = defaultdict(list)
    for line in kept.select_related("sheet").order_by("sheet", "order"):
        found[line.sheet.team_id].append(line)
    live = [row for row in rows if row.body_id not in sheets]
    for line in lines_of(live, month, closed=False) if live else ():
        found[line.appointment.body_id].append(line)
    return defaultdict(
        list,
        {
            team: [{**line.content, "order": number} for number, line in enumerate(each, start=1)]
            for team, each in found.items()
        },
    )


def _said(sheet: MonthSheet | None, month: date) -> str:
    rest = "；放假安排还没有公布，按周末推算" if statutory_calendar().is_estimate(month) else ""
    if sheet is None:
        return f"没有关账，按现在的登记{rest}"
    if sheet.state == MonthSheet.State.CLOSED:
        return f"第 {sheet.version} 次关账的内容{rest}"
    return f"已送核对，还没有关账，按送核的内容{rest}"

"""出勤登记表 of chosen teams, made when it is asked for: for the captain, who sees his team alone, and whoever was
granted one. What is closed is printed as it was closed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from attendance import selectors
from attendance.lines import differences, lines_of
from attendance.reports.workbook import TeamPage, town_workbook
from attendance.sheets import MonthLine, MonthSheet, standing_sheets
from core import audit
from core.calendar import statutory_calendar
from core.errors import NotYours, Refused
from core.months import bounds, month_number, month_words
from core.templatetags.zhubang import cn_date
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
    kept = _frozen(rows, sheets)
    later: dict[int, list[date]] = defaultdict(list)
    for each in differences(kept, month):
        later[each.line.appointment_id].append(each.day)
    lines = _lines(rows, sheets, kept, month, later)
    changed = Counter(line.sheet_id for line in kept for _ in later[line.appointment_id])
    pages = [
        TeamPage(team=str(team), said=_said(sheets.get(team.pk), month, changed), lines=lines[team.pk])
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


def _frozen(rows: Sequence[Appointment], sheets: dict[int, MonthSheet]) -> list[MonthLine]:
    """The frozen lines of these people where their month is being closed or closed."""
    kept = MonthLine.objects.filter(
        sheet__in=[sheet.pk for sheet in sheets.values()], appointment__in={row.pk for row in rows}
    )
    return list(kept.select_related("sheet", "appointment").order_by("sheet", "order")) if sheets else []


def _lines(
    rows: Sequence[Appointment],
    sheets: dict[int, MonthSheet],
    kept: Sequence[MonthLine],
    month: date,
    later: Mapping[int, Sequence[date]],
) -> dict[int, list[dict]]:
    """The lines of each team as a page takes them, numbered from one: frozen where it is being closed or closed."""
    found: dict[int, list[MonthLine]] = defaultdict(list)
    for line in kept:
        found[line.sheet.team_id].append(line)
    live = [row for row in rows if row.body_id not in sheets]
    for line in lines_of(live, month, closed=False) if live else ():
        found[line.appointment.body_id].append(line)
    return defaultdict(
        list,
        {
            team: [
                {**line.content, "order": number, "remark": remark_of(later.get(line.appointment_id, ()))}
                for number, line in enumerate(each, start=1)
            ]
            for team, each in found.items()
        },
    )


def remark_of(days: Sequence[date]) -> str:
    """What stands beside a frozen line of which something else is said since: 20日、21日后有变动，没有计入."""
    return f"{'、'.join(f'{day.day}日' for day in days)}后有变动，没有计入" if days else ""


def _said(sheet: MonthSheet | None, month: date, changed: Mapping[int, int]) -> str:
    rest = "；放假安排还没有公布，按周末推算" if statutory_calendar().is_estimate(month) else ""
    if sheet is None:
        return f"没有关账，按现在的登记{rest}"
    later = f"有 {changed[sheet.pk]} 处变动，没有计入" if changed.get(sheet.pk) else ""
    if sheet.state == MonthSheet.State.CLOSED:
        when = cn_date(timezone.localtime(sheet.closed_at))
        return f"第 {sheet.version} 次关账的内容，{when}关账{f'；关账后{later}' if later else ''}{rest}"
    return f"已送核对，还没有关账，按送核的内容{f'；送核后{later}' if later else ''}{rest}"

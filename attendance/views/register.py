"""考勤台账: the month of a team, people by days; for a county the list of its towns."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance import selectors
from attendance.clauses import KEPT
from attendance.forms import ALL, RegisterForm
from attendance.grid import Register
from attendance.keepers import kept_among, kept_towns
from attendance.objections import unanswered
from attendance.sheets import MonthSheet, standing_sheets
from attendance.views import tabs
from attendance.views.closed import banners, later_than, send_links
from core import clock
from core.access import access
from core.calendar import statutory_calendar
from core.months import beside, bounds, month_asked, month_number
from policy.attendance import VISIT, Mark, marks_for
from policy.carries import carries
from rules.settings import standings
from teams.models import Region, Team
from teams.scope import KEEPING_FUNCTIONS, scope_of
from teams.words import Level


def _keys(marks: Iterable[Mark]) -> str:
    """What each key writes, as the page's script reads it."""
    return json.dumps({mark.key: [mark.code, mark.glyph, mark.label] for mark in marks}, ensure_ascii=False)


@access("register")
@require_safe
@carries(*KEPT)
def register(http: HttpRequest) -> HttpResponse:
    """The register of a team, a town's teams, or the towns to choose from."""
    today = clock.today()
    month = month_asked(http.GET.get("month", ""), today)
    first, last = bounds(month)
    teams = selectors.teams_between(http.user, first, last)
    towns = {team.region.town.path: team.region.town for team in teams}
    town = _town(http, towns)
    context: dict[str, Any] = {
        "month": month,
        "today": today,
        "pages": tabs.pages("register"),
        **_turns(http, month),
        "reports_url": _reports_url(http, month),
    }
    if town is None and len(towns) > 1:
        rest = not statutory_calendar().is_workday(today)
        context |= {"towns": selectors.towns_today(http.user, teams), "rest": rest, "several": True}
        return render(http, "attendance/towns.html", context)
    here = [team for team in teams if town is not None and team.region.town.path == town.path]
    writes = kept_among(http.user, here)
    chosen = _chosen(http.GET.get("team", ""), here, writes)
    form = RegisterForm(
        {
            "town": town.path if town else "",
            "team": ALL if len(chosen) > 1 else str(chosen[0].pk) if chosen else "",
            "month": f"{month:%Y-%m}",
        },
        towns={path: each.name for path, each in towns.items()},
        teams=here,
    )
    held = standing_sheets([team.pk for team in chosen], month_number(month))
    writes -= set(held)
    rows = selectors.rows_of(http.user, chosen, first, last)
    closed = {sheet.pk for sheet in held.values() if sheet.state == MonthSheet.State.CLOSED}
    book = Register(rows, month, scope_of(http.user).person_id, closed)
    present = [
        book.today(row, today)
        for row in rows
        if first <= today <= last and row.holds(today) and row.body_id in writes
    ]
    marks = marks_for(book.told_apart)
    context |= {
        "filters": form,
        "workbook_url": workbook_url(chosen, month) if rows else "",
        "imports_url": _imports_url(month) if writes or _keeps_county(http) else "",
        "week_url": _week_url(chosen, min(today, last)) if book.weekly else "",
        "town": town,
        "chosen": chosen,
        "grid": book.grid(chosen, writes),
        "may_write": any(team.pk in writes for team in chosen) and month <= today,
        "present": present,
        "closed": banners(http.user, chosen, month, held),
        "objections": unanswered(rows, month),
        "changed_before": _changed_before(chosen, month)
        if writes and month == today.replace(day=1)
        else None,
        "sends": send_links(http.user, chosen, month, held),
        "silent": [each for each in present if not each["said"] and not each["own"]],
        "own_month": scope_of(http.user).posting is not None,
        "keys": _keys(marks),
        "marks": marks,
        "visits": VISIT in book.told_apart,
        "mode": _mode(town),
        "estimate": f"{month.year} 年" if statutory_calendar().is_estimate(month) else "",
        "towns_url": reverse("attendance:register") if len(towns) > 1 else "",
    }
    return render(http, "attendance/register.html", context)


def _town(http: HttpRequest, towns: dict[str, Region]) -> Region | None:
    """The town the address names; else the first whose register the user keeps; else the only one."""
    asked = http.GET.get("town", "")
    if asked in towns:
        return towns[asked]
    wanted = http.GET.get("team", "")
    if wanted.isdecimal() and len(wanted) < 12:
        team = Team.objects.filter(pk=int(wanted)).select_related("region__parent").first()
        if team is not None and team.region.town.path in towns:
            return towns[team.region.town.path]
    kept = [town.path for town in kept_towns(http.user) if town.path in towns]
    if kept:
        return towns[kept[0]]
    return next(iter(towns.values())) if len(towns) == 1 else None


def _chosen(asked: str, teams: list[Team], writes: set[int]) -> list[Team]:
    if asked == ALL:
        return teams
    named = [team for team in teams if str(team.pk) == asked]
    return named or sorted(teams, key=lambda team: team.pk not in writes)[:1]


def _changed_before(teams: list[Team], month: date) -> dict[str, str] | None:
    """Word for who keeps the register that something came after the last month was closed; nobody else tells him."""
    before = beside(month)[0]
    held = standing_sheets([team.pk for team in teams], month_number(before)).values()
    closed = [sheet for sheet in held if sheet.state == MonthSheet.State.CLOSED]
    number = len(later_than(closed, before))
    if not number:
        return None
    return {
        "title": f"{before.month}月关账后有 {number} 处变动",
        "url": address(closed[0].team, before) if len(closed) == 1 else f"?team={ALL}&month={before:%Y-%m}",
    }


def _turns(http: HttpRequest, month: date) -> dict[str, str]:
    kept = {name: http.GET[name] for name in ("town", "team") if http.GET.get(name)}
    before, after = beside(month)
    return {
        "before_url": f"?{urlencode({**kept, 'month': f'{before:%Y-%m}'})}",
        "after_url": f"?{urlencode({**kept, 'month': f'{after:%Y-%m}'})}",
    }


def _mode(town: Region | None) -> str:
    """考勤方式 in one line, with its basis where the county has set it."""
    if town is None:
        return ""
    found = standings(town, ["attendance.mode"])["attendance.mode"]
    basis = f"，依据{found.row.basis}" if found.row else ""
    return f"考勤方式：{found.declared.words(found.value)}{basis}"


def address(team: Team, month: date) -> str:
    """Where a team's register of a month stands."""
    return f"{reverse('attendance:register')}?{urlencode({'team': team.pk, 'month': f'{month:%Y-%m}'})}"


def _week_url(teams: list[Team], day: date) -> str:
    """Where the week of that day is judged; of the one team, or of all one sees."""
    team = {"team": teams[0].pk} if len(teams) == 1 else {}
    return f"{reverse('attendance:quotas')}?{urlencode({'week': day.isoformat(), **team})}"


def _keeps_county(http: HttpRequest) -> bool:
    """Does the viewer's office keep a county's papers? Then it imports for its towns. No query."""
    scope = scope_of(http.user)
    return scope.holds_function(KEEPING_FUNCTIONS) and any(
        row.body.region.level == Level.COUNTY and row.body.region.path in scope.paths
        for row in scope.appointments
    )


def _imports_url(month: date) -> str:
    return f"{reverse('attendance:imports')}?month={month:%Y-%m}"


def workbook_url(teams: list[Team], month: date) -> str:
    """Where the register of these teams is had as a workbook."""
    asked = urlencode([*(("team", team.pk) for team in teams), ("month", f"{month:%Y-%m}")])
    return f"{reverse('attendance:workbook')}?{asked}"


def _reports_url(http: HttpRequest, month: date) -> str:
    """The month's workbooks, for whom a place is open."""
    if not scope_of(http.user).seen_paths:
        return ""
    return f"{reverse('attendance:reports')}?month={month:%Y-%m}"

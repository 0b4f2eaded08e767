"""每日汇总 and 调度: the figures of a day, a week or a month by town, to read and to print on A4."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance import checks, daily, selectors
from attendance.clauses import CHECKED, SUMMED_UP
from attendance.keepers import looked_after_rows
from attendance.spans import day_asked, named, period_asked
from attendance.tallies import Tally, by_team, by_town, one_day, total, workday_before
from attendance.totals.reading import totals
from attendance.views import tabs
from attendance.views.bases import bases, readings
from core import clock
from core.access import access
from core.calendar import statutory_calendar
from policy.carries import carries
from policy.periods import Period
from teams.models import Appointment


@access("register")
@require_safe
@carries(*SUMMED_UP)
def day(http: HttpRequest) -> HttpResponse:
    """What the towns entered of a day, and of whom nothing is entered; by division code, never by rate."""
    today, calendar = clock.today(), statutory_calendar()
    chosen = min(day_asked(http.GET.get("day", ""), today), today)
    rows, town = _rows(http, one_day(chosen))
    by, lines = _lines(rows, one_day(chosen), town)
    asked = daily.asked(checks.teams_of(rows), chosen) if rows else {}
    kept = {"town": town} if town else {}
    before, after = workday_before(chosen, calendar), chosen + timedelta(days=1)
    while after < today and not calendar.is_workday(after):
        after += timedelta(days=1)
    context: dict[str, Any] = {
        "pages": tabs.pages("daily"),
        "day": chosen,
        "rest": not calendar.is_workday(chosen),
        "lines": lines,
        "whole": total(lines),
        "by": by,
        "turns": [
            {"label": "前一个工作日", "url": _query(day=before.isoformat(), **kept)},
            *(
                [{"label": "后一个工作日", "url": _query(day=after.isoformat(), **kept)}]
                if chosen < today
                else []
            ),
        ],
        "told": bool(asked),
        "bases": bases(sorted({each.clause for each in asked.values() if each.clause})),
        "now": clock.now(),
        "all_url": _query(day=chosen.isoformat()) if town else "",
    }
    return render(http, "attendance/daily.html", context)


@access("register")
@require_safe
@carries(*CHECKED)
def check(http: HttpRequest) -> HttpResponse:
    """What a week or a month comes to for each town, or for the teams of one."""
    today = clock.today()
    asked_for = http.GET.dict()
    if not asked_for.get("month"):
        asked_for.setdefault("week", today.isoformat())
    asked_for.pop("year", None)
    period = period_asked(asked_for, today)
    assert period.last is not None
    teams = selectors.teams_between(http.user, period.first, period.last)
    towns = {team.region.town.path for team in teams}
    town = asked_for.get("town", "")
    town = town if town in towns else ""
    several = not town and len(towns) > 1
    found = totals(http.user, period, by="town" if several else "team", town=town)
    kept = {"town": town} if town else {}
    rules = checks.asked([team for team in teams if town in ("", team.region.town.path)], period.first)
    clauses = [each.rule.clause for each in rules if each.rule.per == period.per]
    whole = total(found.lines)
    context: dict[str, Any] = {
        "pages": tabs.pages("check"),
        "stretches": tabs.stretches(period, ("week", "month"), today, kept),
        "turns": tabs.turns(period, today, kept),
        "period": period,
        "lines": found.lines,
        "whole": whole,
        "measured": bool(whole.measured),
        "quotas_url": f"{reverse('attendance:quotas')}?{urlencode({**named(period), **kept})}",
        "by": "乡镇" if several else "工作队",
        "open": period.last is not None and period.last >= today,
        "bases": bases(clauses),
        "readings": readings(clauses),
        "now": found.as_of or clock.now(),
        "all_url": _query(**named(period)) if town else "",
        "estimate": f"{period.first.year} 年" if statutory_calendar().is_estimate(period.first) else "",
    }
    return render(http, "attendance/check.html", context)


def _rows(http: HttpRequest, period: Period) -> tuple[list[Appointment], str]:
    """The postings of the day the viewer looks after, of the town the address names, and that town."""
    assert period.last is not None
    rows = looked_after_rows(http.user, period.first, period.last)
    wanted = http.GET.get("town", "")
    if wanted:
        own = [row for row in rows if row.body.team.region.town.path == wanted]
        return (own, wanted) if own else (rows, "")
    return rows, ""


def _lines(rows: list[Appointment], period: Period, town: str) -> tuple[str, list[Tally]]:
    """(what a line is, the lines): towns where there are several, else teams."""
    if not town and len({row.body.team.region.town.path for row in rows}) > 1:
        return "乡镇", by_town(rows, period)
    return "工作队", by_team(rows, period)


def _query(**kept: str) -> str:
    return f"?{urlencode(kept)}"

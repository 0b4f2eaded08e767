"""每日汇总: the figures of a day by town, to read and to print on A4."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from attendance import daily, selectors
from attendance.clauses import SUMMED_UP
from attendance.spans import day_asked
from attendance.tallies import one_day, total, workday_before
from attendance.views import tabs
from attendance.views.bases import bases
from attendance.views.by_place import by_place
from core import clock
from core.access import access
from core.calendar import statutory_calendar
from policy.carries import carries


@access("register")
@require_safe
@carries(*SUMMED_UP)
def day(http: HttpRequest) -> HttpResponse:
    """What the towns entered of a day, and of whom nothing is entered; by division code, never by rate."""
    today, calendar = clock.today(), statutory_calendar()
    chosen = min(day_asked(http.GET.get("day", ""), today), today)
    here = by_place(http, one_day(chosen))
    lines, whole, kept = here.found.lines, total(here.found.lines), here.kept
    asked = daily.asked(here.shown, chosen)
    before, after = workday_before(chosen, calendar), chosen + timedelta(days=1)
    while after < today and not calendar.is_workday(after):
        after += timedelta(days=1)
    context: dict[str, Any] = {
        "pages": tabs.pages("daily"),
        "day": chosen,
        "rest": not calendar.is_workday(chosen),
        "lines": lines,
        "whole": whole,
        "place": selectors.name_of(here.teams, here.town),
        "unnamed": bool(whole.silent and not whole.names),
        "by": here.word,
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
        "now": here.found.as_of or clock.now(),
        "all_url": _query(day=chosen.isoformat()) if here.town else "",
    }
    return render(http, "attendance/daily.html", context)


def _query(**kept: str) -> str:
    return f"?{urlencode(kept)}"

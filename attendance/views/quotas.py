"""定额: how everybody's days and nights stand against what the document asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance import quotas
from attendance.clauses import COUNTED
from attendance.quota_forms import QuotaForm
from attendance.quotas import STATES, Counted
from attendance.spans import named, period_asked
from attendance.totals.quotas import standings_for
from attendance.views import tabs
from attendance.views.bases import bases, readings
from core import clock, web
from core.access import access
from core.calendar import statutory_calendar
from policy.carries import carries
from policy.periods import Period
from rules.desks import desks

PAGE_SIZE = 50


@access("register")
@require_safe
@carries(*COUNTED)
def index(http: HttpRequest) -> HttpResponse:
    """Everybody's quotas of a month, a week or a year; by place, unit and pinyin, never by rate."""
    today = clock.today()
    period = period_asked(http.GET.dict(), today)
    found = standings_for(http.user, period)
    form = QuotaForm({**http.GET.dict(), **named(period)}, found)
    clauses = found.clauses(form.picked)
    page = web.page_of(http, found.narrowed(form.picked), PAGE_SIZE)
    page.object_list = found.shown(page.object_list)
    here = reverse("attendance:quotas")
    kept = form.kept
    context: dict[str, Any] = {
        "period": period,
        "pages": tabs.pages("quotas"),
        "stretches": tabs.stretches(period, found.pers or {"month"}, today, kept),
        "turns": tabs.turns(period, today, kept),
        "filters": form,
        "here": here,
        "clear_url": f"{here}?{urlencode(named(period))}" if kept else "",
        "counts": [_counted(each, kept, period) for each in found.counted(form.picked)],
        "state_labels": list(STATES.values()),
        "page": page,
        "unasked": found.unasked_people,
        "asked": found.asked,
        "as_of": found.as_of,
        "others": [per for per in found.pers if per != period.per],
        "helpers": quotas.without_team(http.user, period),
        "bases": bases(clauses),
        "readings": readings(clauses),
        "estimate": f"{period.first.year} 年" if statutory_calendar().is_estimate(period.first) else "",
        "month": f"{(today if today in period else period.first):%Y-%m}",
        "register_url": reverse("rules:local_list") if desks(http.user) else "",
    }
    template = "attendance/quotas_rows.html" if web.wants_fragment(http) else "attendance/quotas.html"
    return render(http, template, context)


def _counted(each: Counted, kept: dict[str, str], period: Period) -> dict[str, Any]:
    """One rule's line of the table at the head; every figure leads to its rows."""

    def url(state: str) -> str:
        return f"?{urlencode({**named(period), **kept, 'measure': each.measure, 'state': state})}"

    return {
        "label": each.label,
        "states": [
            {"label": STATES[state], "number": number, "url": url(state)} for state, number in each.states
        ],
    }

"""谁不在岗: today, this week, or a month; of those the viewer sees, in one fixed number of queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import clock, web
from core.access import access
from core.months import beside, bounds, month_asked
from leave.models import duties_between
from leave.views import words
from leave.whereabouts import grid, lines, seen
from leave.whereabouts.forms import PlaceForm
from teams.models import Appointment
from teams.scope import scope_of

VIEWS = {"today": "今天", "week": "本周", "month": "月历"}
#: Teams of one page of the month.
TEAMS_A_PAGE = 6


@access("whereabouts")
@require_safe
def away(http: HttpRequest) -> HttpResponse:
    """Who is away, and from when until when; never why."""
    view = http.GET.get("view", "")
    view = view if view in VIEWS else "today"
    today = clock.today()
    month = month_asked(http.GET.get("month", ""), today)
    first, last = _days(view, today, month)
    rows = seen.postings(http.user, first, last)
    teams = list(seen.teams_of(rows))
    form = PlaceForm(
        {**http.GET.dict(), "view": view, "month": f"{month:%Y-%m}"},
        teams=teams,
        # Who is only a member knows by heart which unit his team-mates come from.
        units=list(seen.units_of(rows)) if scope_of(http.user).sees_others else [],
        monthly=view == "month",
    )
    teams = form.teams_in(teams)
    rows = rows.filter(body__in=[team.pk for team in teams])
    if form.chosen("unit"):
        rows = rows.filter(unit=form.chosen("unit"))
        kept = set(rows.order_by().values_list("body", flat=True))
        teams = [team for team in teams if team.pk in kept]
    here = reverse("leave:away")
    context: dict[str, Any] = {
        "view": view,
        "views": words.views(http.user, "away"),
        "stretches": [
            {"label": label, "url": f"{here}?{_query(form, view=key)}", "active": key == view}
            for key, label in VIEWS.items()
        ],
        "filters": form,
        "first": first,
        "last": last,
        "clear_url": f"{here}?{urlencode({'view': view})}" if form.any_chosen else "",
    }
    if view == "month":
        context |= _month(http, form, teams, rows, month)
    else:
        context |= _list(http, rows, first, last)
    fragment = web.wants_fragment(http)
    return render(http, "leave/away_rows.html" if fragment else "leave/away.html", context)


def _days(view: str, today: date, month: date) -> tuple[date, date]:
    if view == "month":
        return bounds(month)
    if view == "week":
        monday = today - timedelta(days=today.weekday())
        return monday, monday + timedelta(days=6)
    return today, today


def _query(form: PlaceForm, **changes: str) -> str:
    """The present choice of place, as an address carries it."""
    kept = {name: form.chosen(name) for name in ("town", "team", "unit") if form.chosen(name)}
    return urlencode({**changes, **kept})


def _list(http: HttpRequest, rows: Any, first: date, last: date) -> dict[str, Any]:
    gone = seen.away_in(rows, first, last)
    page = web.page_of(http, gone)
    shown: list[Appointment] = list(page.object_list)
    return {
        "page": page,
        "lines": lines.lines(shown, http.user, first, last),
        "people": rows.order_by().values("person").distinct().count(),
    }


def _month(http: HttpRequest, form: PlaceForm, teams: list, rows: Any, month: date) -> dict[str, Any]:
    page = web.page_of(http, teams, TEAMS_A_PAGE)
    shown = list(page.object_list)
    postings: list[Appointment] = list(rows.filter(body__in=[team.pk for team in shown]))
    away = list(seen.halves({row.person_id for row in postings}, *bounds(month)))
    may_open = seen.opened(http.user, {(each.kind, each.source_id) for each in away})
    days = grid.days_of(month)
    duties = duties_between({row.person_id for row in postings}, *bounds(month))
    before, after = beside(month)
    stretches = lines.stretches(away)
    return {
        "page": page,
        "month": month,
        "days": days,
        "towns": grid.blocks(
            shown, postings, away, may_open, days, {(each.person_id, each.day.day) for each in duties}
        ),
        # On a phone the same as a list; who stands in is said under 今天 and 本周.
        "lines": lines.lined(
            [row for row in postings if row.person_id in stretches], stretches, may_open, {}
        ),
        "before_url": f"?{_query(form, view='month', month=f'{before:%Y-%m}')}",
        "after_url": f"?{_query(form, view='month', month=f'{after:%Y-%m}')}",
    }

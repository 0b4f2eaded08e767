"""调度: the figures of a week or a month by town, to look at and to print; and what is recorded of having looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import checks, holding
from attendance.checks import Concerned
from attendance.clauses import CHECKED
from attendance.daily import figures_of
from attendance.held import HeldCheck
from attendance.selectors import name_of
from attendance.spans import named, period_asked
from attendance.tallies import Tally, total
from attendance.views import tabs
from attendance.views.bases import bases, readings
from attendance.views.by_place import ByPlace, by_place
from core import clock, web
from core.access import access
from core.calendar import statutory_calendar
from core.errors import Refused
from leave.forms import day_field
from policy.carries import carries
from policy.periods import Period


@dataclass(frozen=True)
class CheckLine:
    """One town or team, and on which days its week or month was looked at."""

    tally: Tally
    held: list[HeldCheck]


class HeldForm(forms.Form):
    """On which day, who presided, what was decided."""

    use_required_attribute = False

    held_on = day_field("调度日期", "填写调度的日期")
    chair = forms.CharField(label="主持人", help_text="姓名和职务", error_messages={"required": "写主持人"})
    decided = forms.CharField(
        label="议定的事",
        required=False,
        help_text="要谁做什么，什么时候做完",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@access("register")
@require_safe
@carries(*CHECKED)
def check(http: HttpRequest) -> HttpResponse:
    """What a week or a month comes to for each town, or for the teams of one."""
    return _page(http)


def _asked(http: HttpRequest) -> Period:
    """The week or month of the address, this week where it names none."""
    today, said = clock.today(), http.GET.dict()
    if not said.get("month"):
        said.setdefault("week", today.isoformat())
    said.pop("year", None)
    return period_asked(said, today)


def _page(http: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    today, period = clock.today(), _asked(http)
    assert period.last is not None
    here = by_place(http, period)
    found, kept = here.found, here.kept
    rules = checks.asked_per(here.shown, period)
    clauses = [each.rule.clause for each in rules]
    places = checks.places(rules) if rules else {}
    rows = (
        list(HeldCheck.objects.visible_to(http.user).filter(period=period.key).for_pages()) if places else []
    )
    held = {path: [row for row in rows if row.region.path == path] for path in places}
    counted = {path: [row for row in own if row.voided_at is None] for path, own in held.items()}
    by_town = here.several and any(team.region.town.path in places for team in here.teams)
    whole = total(found.lines)
    context: dict[str, Any] = {
        "pages": tabs.pages("check"),
        "stretches": tabs.stretches(period, ("week", "month"), today, kept),
        "turns": tabs.turns(period, today, kept),
        "period": period,
        "lines": [CheckLine(line, counted.get(line.path, [])) for line in found.lines],
        "whole": whole,
        "measured": bool(whole.measured),
        "quotas_url": f"{reverse('attendance:quotas')}?{urlencode({**named(period), **kept})}",
        "by": here.word,
        "place": _name(here, places),
        "open": period.last >= today,
        "by_town": by_town,
        "held": [] if by_town else [_held(http, period, place, held[path]) for path, place in places.items()],
        "bases": bases(clauses),
        "readings": readings(clauses),
        "now": found.as_of or clock.now(),
        "all_url": f"?{urlencode(named(period))}" if here.town else "",
        "estimate": f"{period.first.year} 年" if statutory_calendar().is_estimate(period.first) else "",
        "refusal": refusal,
        "query": urlencode({**named(period), **kept}),
    }
    return render(http, "attendance/check.html", context, status=refusal.status if refusal else 200)


def _name(here: ByPlace, places: dict[str, Concerned]) -> str:
    """Whose figures these are, where they are of one place."""
    if len(places) == 1:
        return next(iter(places.values())).region.name
    return name_of(here.teams, here.town)


def _held(http: HttpRequest, period: Period, place: Concerned, rows: list[HeldCheck]) -> dict[str, Any]:
    """What is recorded of one place, and where its office records more."""
    may = holding.may_record(http.user, place.region.path) and period.first <= clock.today()
    query = urlencode({**named(period), "place": place.region.path})
    return {
        "place": place.region,
        "rows": [(row, figures_of(row.figures)) for row in rows],
        "done": any(row.voided_at is None for row in rows),
        "may": may,
        "url": f"{reverse('attendance:check_record')}?{query}" if may else "",
    }


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*CHECKED)
def record(http: HttpRequest) -> HttpResponse:
    """登记调度 of a place and its week or month (``?week=2026-11-23&place=…``); 404 for whoever may not."""
    period, path = _asked(http), http.GET.get("place", "")
    assert period.last is not None
    place = holding.concerned(http.user, path, period)
    if period.first > clock.today():
        raise Http404
    posted = http.method == "POST"
    person = http.user.person
    begun = {"held_on": min(clock.today(), period.last), "chair": person.name if person else ""}
    form = HeldForm(http.POST if posted else None, initial=begun)
    back = f"{reverse('attendance:check')}?{urlencode(named(period))}"
    if posted and form.is_valid():
        try:
            holding.record(
                acting_user=http.user,
                path=path,
                period=period,
                held=holding.Held(**form.cleaned_data),
                form_key=http.POST.get("form_key", "")[:64],
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{back}&recorded#held")
    context = {
        "form": form,
        "form_key": http.POST.get("form_key", "")[:64] or web.form_key(),
        "place": place.region,
        "period": period,
        "back_url": back,
        "bases": bases([place.clause]),
    }
    return render(http, "attendance/check_form.html", context, status=422 if form.errors else 200)


@access("register")
@require_POST
def void(http: HttpRequest, pk: int) -> HttpResponse:
    """登记作废, with a reason; then the page it came from."""
    try:
        row = holding.void(acting_user=http.user, held_id=pk, why=http.POST.get("why", ""))
    except Refused as refused:
        return _page(http, refused)
    return redirect(f"{reverse('attendance:check')}?{http.GET.urlencode()}#held-{row.pk}")

"""轮值表: the list, one plan, making and changing it, cancelling it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock, web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import cn_span
from leave.forms import day_field
from leave.models import HolidayRota
from leave.rotas import selectors, services
from leave.views import words
from rules.settings import setting
from teams.models import Team
from teams.scope import scope_of

#: Ticks a plan can hold; more is no page of ours.
MOST_TICKS = 2000


class SpanForm(forms.Form):
    """For which team, what it is called, from when until when."""

    use_required_attribute = False

    team = forms.TypedChoiceField(
        label="工作队",
        coerce=int,
        error_messages={"required": "选一支工作队", "invalid_choice": "从列出的工作队里选"},
    )
    name = forms.CharField(
        label="哪个节假日",
        help_text="如：国庆节、春节、周末",
        widget=forms.TextInput(attrs={"maxlength": 30}),
        error_messages={"required": "写上是哪个节假日，如：国庆节"},
    )
    first = day_field("从哪天", "填写从哪天起")
    last = day_field("到哪天", "填写到哪天止")

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(team.pk, str(team)) for team in teams]
        if len(teams) == 1:
            # A choice of one thing is no choice.
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = teams[0].pk

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            self.add_error("last", "结束日期不能早于开始日期")
        elif first and last and (last - first).days >= services.LONGEST:
            self.add_error("last", f"一张轮值表最多排 {services.LONGEST} 天，分成几张")
        return said


@access("whereabouts")
@require_safe
def rotas(http: HttpRequest) -> HttpResponse:
    """The plans the viewer sees, the newest first, each with who is on duty."""
    rows = HolidayRota.objects.visible_to(http.user).select_related("team", "made_by")
    page = web.page_of(http, rows)
    context = {
        "page": page,
        "rows": [_row(row) for row in page.object_list],
        "may_arrange": bool(services.arranged_by(http.user)),
        "views": words.views(http.user, "rotas"),
    }
    return render(http, "leave/rotas_rows.html" if web.wants_fragment(http) else "leave/rotas.html", context)


def _row(rota: HolidayRota) -> dict[str, Any]:
    kind, label = _status(rota)
    return {
        "url": rota.get_absolute_url(),
        "name": rota.name,
        "post": str(rota.team),
        "span": cn_span(rota.first, "am", rota.last, "pm"),
        "status_kind": kind,
        "status_label": label,
    }


def _status(rota: HolidayRota) -> tuple[str, str]:
    if rota.cancelled_at is not None:
        return "returned", "已作废"
    today = clock.today()
    if rota.last < today:
        return "done", "已过"
    return ("now", "正在轮值") if rota.first <= today else ("later", "还没到")


@access("whereabouts")
@require_safe
def rota(http: HttpRequest, pk: int) -> HttpResponse:
    """One plan by day; for a member which working days he would have to ask for."""
    found = get_object_or_404(
        HolidayRota.objects.visible_to(http.user).select_related("team__region", "made_by"), pk=pk
    )
    return _show(http, found)


def _show(http: HttpRequest, found: HolidayRota, refused: Refused | None = None) -> HttpResponse:
    days = selectors.shown(found)
    posting = scope_of(http.user).posting
    mine = posting is not None and posting.body_id == found.team_id
    ahead = found.cancelled_at is None and found.last >= clock.today()
    asks = selectors.working_days_off(posting.person_id, days) if mine and ahead and posting else []
    context = {
        "rota": found,
        "span": cn_span(found.first, "am", found.last, "pm"),
        "status": _status(found),
        "days": days,
        "asks": [
            {"span": cn_span(first, "am", last, "pm"), "url": _ask_url(first, last)}
            for first, last in asks
            if first >= clock.today()
        ],
        "more_url": _ask_url(found.last + timedelta(days=1), found.last + timedelta(days=1))
        if mine and ahead
        else "",
        "may_arrange": ahead and found.team_id in {team.pk for team in services.arranged_by(http.user)},
        "refusal": refused,
        "has_errors": refused is not None,
    }
    return render(http, "leave/rota.html", context, status=refused.status if refused else 200)


def _ask_url(first: date, last: date) -> str:
    return f"{reverse('leave:new')}?{urlencode({'start': first.isoformat(), 'end': last.isoformat()})}"


@access("whereabouts")
@require_http_methods(["GET", "HEAD", "POST"])
def rota_new(http: HttpRequest) -> HttpResponse:
    """First which team and which days (in the address), then who is on duty on each."""
    teams = services.arranged_by(http.user)
    if not teams:
        raise Http404
    if http.method == "POST":
        form = SpanForm(http.POST, teams=teams)
        if not form.is_valid():
            return _ask_span(http, form, teams, status=422)
        return _save(http, form.cleaned_data, teams, None)
    asked = {"first", "last"} & set(http.GET)
    form = SpanForm(http.GET if asked else None, teams=teams)
    if asked and form.is_valid():
        return _ask_duty(http, form.cleaned_data, teams, duty=set(), key=web.form_key())
    return _ask_span(http, form, teams, status=422 if asked else 200)


@access("whereabouts")
@require_http_methods(["GET", "HEAD", "POST"])
def rota_edit(http: HttpRequest, pk: int) -> HttpResponse:
    """The same ticks once more, to be changed; name and days stay."""
    teams = services.arranged_by(http.user)
    standing = HolidayRota.objects.visible_to(http.user).standing()
    found = get_object_or_404(standing.filter(team__in=teams), pk=pk)
    said = {"team": found.team_id, "name": found.name, "first": found.first, "last": found.last}
    if http.method == "POST":
        return _save(http, said, teams, found)
    return _ask_duty(http, said, teams, duty=selectors.duty_of(found), key=web.form_key(), rota=found)


@access("whereabouts")
@require_POST
def rota_cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a plan with a reason."""
    try:
        services.cancel_rota(rota_id=pk, acting_user=http.user, why=http.POST.get("why", ""))
    except Refused as refused:
        found = get_object_or_404(
            HolidayRota.objects.visible_to(http.user).select_related("team__region", "made_by"), pk=pk
        )
        return _show(http, found, refused)
    messages.success(http, "轮值表已作废，值班的人会收到消息")
    return redirect("leave:rota", pk=pk)


def _ask_span(http: HttpRequest, form: SpanForm, teams: list[Team], *, status: int = 200) -> HttpResponse:
    team = http.GET.get("team", "") or str(teams[0].pk)
    context = {
        "form": form,
        "holidays": [
            {
                "label": f"{each.name} {cn_span(each.first, 'am', each.last, 'pm')}",
                "url": f"?{urlencode({'team': team, 'name': each.name, 'first': each.first, 'last': each.last})}",
            }
            for each in selectors.coming_holidays()
        ],
    }
    return render(http, "leave/rota_span.html", context, status=status)


def _ask_duty(
    http: HttpRequest,
    said: dict[str, Any],
    teams: list[Team],
    *,
    duty: set[tuple[int, date]],
    key: str,
    rota: HolidayRota | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    team = next(each for each in teams if each.pk == said["team"])
    members = services.members_of(team, said["first"], said["last"])
    context = {
        "rota": rota,
        "team": team,
        "name": said["name"],
        "first": said["first"],
        "last": said["last"],
        "span": cn_span(said["first"], "am", said["last"], "pm"),
        "least": setting(team.region, services.LEAST),
        "days": selectors.days_shown(members, said["first"], said["last"], duty),
        "form_key": key,
        "problems": [{"text": each.sentence} for each in web.each_refusal(refused)] if refused else [],
        "has_errors": refused is not None,
    }
    return render(http, "leave/rota_form.html", context, status=refused.status if refused else 200)


def _save(
    http: HttpRequest, said: dict[str, Any], teams: list[Team], rota: HolidayRota | None
) -> HttpResponse:
    duty = _ticks(http)
    key = http.POST.get("form_key", "")[:64]
    revision = http.POST.get("revision", "")
    try:
        saved = services.save_rota(
            acting_user=http.user,
            team_id=said["team"],
            plan=services.Plan(
                name=said["name"], first=said["first"], last=said["last"], duty=frozenset(duty)
            ),
            form_key=key,
            rota_id=rota.pk if rota else None,
            revision=int(revision[:9]) if revision.isdecimal() else None,
        )
    except Refused as refused:
        if rota is not None:
            rota.refresh_from_db()
            if refused.code == "stale":
                duty = selectors.duty_of(rota)
        return _ask_duty(http, said, teams, duty=duty, key=key or web.form_key(), rota=rota, refused=refused)
    messages.success(http, "轮值表已排好，本队的人会收到消息")
    return redirect(saved)


def _ticks(http: HttpRequest) -> set[tuple[int, date]]:
    """Every (person, day) that is ticked; what is no tick of ours is left out."""
    found = set()
    for value in http.POST.getlist("duty")[:MOST_TICKS]:
        who, _, day = value.partition(":")
        try:
            found.add((int(who[:18]), date.fromisoformat(day)))
        except ValueError:
            continue
    return found

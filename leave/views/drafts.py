"""The two pages of a request: filling it in, and checking the answers before it goes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import attachments, clock, web
from core.access import access
from core.calendar import statutory_calendar
from core.errors import Conflict, Refused
from core.templatetags.zhubang import cn_datetime, cn_halfday
from leave import balance, checks, links, services
from leave.balance import Balance
from leave.cautions import cautions
from leave.clauses import ASKED
from leave.forms import LeaveForm, SpanForm, initial_of
from leave.models import LeaveRequest
from leave.transitions import allowed
from leave.views import words
from leave.views.actions import own_request
from leave.views.card import show_card
from policy.carries import carries
from policy.days import format_days
from policy.leave import LeaveDecision
from teams.models import Appointment, User
from teams.parties import Directory
from teams.scope import scope_of

S = LeaveRequest.State


def _posting(user: User) -> tuple[Appointment, Directory]:
    """The posting the user asks leave from, and its directory of today."""
    posting = scope_of(user).posting
    if posting is None:
        raise Http404
    return posting, Directory(posting, clock.today())


# ---- page one --------------------------------------------------------------------------------------------


@access("posting")
@require_http_methods(["GET", "HEAD", "POST"])
def new(http: HttpRequest) -> HttpResponse:
    """A blank form, or one that carries over an earlier request (``?copy=``)."""
    if http.method == "POST":
        return _save(http, None)
    posting, directory = _posting(http.user)
    known = http.user.person.phone
    initial: dict[str, Any] = {"start_half": "am", "end_half": "pm", "going": "county", "contact": known}
    initial |= _dates_given(http)
    copied = http.GET.get("copy", "")
    if copied.isdecimal():
        earlier = own_request(http.user, int(copied))
        initial |= initial_of(earlier, dates=earlier.start >= clock.today())
    form = LeaveForm(initial=initial, posting=posting, directory=directory, known_contact=known)
    return _show_form(http, form, None, web.form_key())


def _dates_given(http: HttpRequest) -> dict[str, Any]:
    """Dates that an address proposes (``?start=&end=``), as a 轮值表 does; anything else proposes nothing."""
    try:
        first, last = (date.fromisoformat(http.GET.get(name, "")) for name in ("start", "end"))
    except ValueError:
        return {}
    return {"start": first, "end": last}


@access("posting")
@require_http_methods(["GET", "HEAD", "POST"])
def change(http: HttpRequest, pk: int) -> HttpResponse:
    """变更: the approved leave once more, to be asked for otherwise; until that is approved the old plan holds."""
    old = own_request(http.user, pk)
    begun = links.open_link(old.pk, *links.OPEN)
    if http.method != "POST" and begun is not None and begun.replaces_id:
        return redirect("leave:edit", pk=begun.pk)
    if not links.may_change(old, clock.today()):
        return show_card(http, old, Refused("begun", "只有已批准、还没有开始的请假可以变更"))
    if http.method == "POST":
        return _save(http, None, replaces=old)
    posting, directory = _posting(http.user)
    form = LeaveForm(
        initial=initial_of(old),
        posting=posting,
        directory=directory,
        known_contact=http.user.person.phone,
    )
    return _show_form(http, form, None, web.form_key(), replaces=old)


@access("posting")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(http: HttpRequest, pk: int) -> HttpResponse:
    """One's own draft or returned request, to be changed."""
    request = own_request(http.user, pk)
    if http.method == "POST":
        return _save(http, request)
    if not allowed(request, "edit"):
        return redirect("leave:card", pk=pk)
    if request.extends_id:
        return redirect("leave:extend", pk=request.extends_id)
    posting, directory = _posting(http.user)
    form = LeaveForm(
        initial=initial_of(request),
        posting=posting,
        directory=directory,
        known_contact=http.user.person.phone,
    )
    return _show_form(http, form, request, web.form_key())


def _save(
    http: HttpRequest, request: LeaveRequest | None, replaces: LeaveRequest | None = None
) -> HttpResponse:
    """Keep what was filled in; then go on to page two, stay, or say what is missing."""
    posting, directory = _posting(http.user)
    form = LeaveForm(
        http.POST, http.FILES, posting=posting, directory=directory, known_contact=http.user.person.phone
    )
    key = http.POST.get("form_key", "")[:64] or web.form_key()
    form.is_valid()
    if not form.can_be_kept:
        lost = bool(http.FILES)
        return _show_form(http, form, request, key, replaces=replaces, status=422, files_lost=lost)
    revision = http.POST.get("revision", "")
    try:
        saved = services.save_draft(
            acting_user=http.user,
            wish=form.wish(replaces_id=replaces.pk if replaces else None),
            form_key=key,
            request_id=request.pk if request else None,
            revision=int(revision) if revision.isdecimal() else None,
            files=form.good_files,
        )
    except Conflict as conflict:
        return _overtaken(http, form, request, key, conflict)
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _show_form(http, form, request, key, replaces=replaces, status=422)
    if form.errors:
        return _show_form(http, form, saved, key, status=422)
    if "keep" in http.POST:
        messages.success(http, f"已存草稿 {cn_datetime(saved.updated_at, 'clock')}")
        return redirect("leave:edit", pk=saved.pk)
    try:
        services.check_request(saved, posting, directory)
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _show_form(http, form, saved, key, status=422)
    return redirect("leave:check", pk=saved.pk)


def _overtaken(
    http: HttpRequest, form: LeaveForm, request: LeaveRequest | None, key: str, conflict: Conflict
) -> HttpResponse:
    """Another tab was faster: show what it left behind, and keep what was typed here."""
    current = (
        LeaveRequest.objects.get(pk=request.pk)
        if request
        else LeaveRequest.objects.filter(form_key=key, drafted_by=http.user).first()
    )
    if current is None:
        raise Http404
    if not allowed(current, "edit"):
        return show_card(http, current, conflict)
    differs = [
        f"{form.fields[name].label}：{shown}"
        for name, shown in _differences(form, current)
        if name in form.fields
    ]
    return _show_form(http, form, current, key, status=409, conflict=conflict, differs=differs)


def _differences(form: LeaveForm, current: LeaveRequest) -> list[tuple[str, str]]:
    """Fields whose stored value is not what this page says, with the stored value in words."""
    shown = {
        "type": current.type_label,
        "start": cn_halfday(current.start, current.start_half),
        "end": cn_halfday(current.end, current.end_half),
        "going": current.get_going_display(),
        "destination": current.destination,
        "stand_in": current.stand_in.name if current.stand_in else "不安排",
        "contact": current.contact,
        "reason": current.reason,
    }
    mine, stored = form.wish(), services.wish_of(current)
    pairs = {name: (getattr(mine, name, None), getattr(stored, name, None)) for name in shown}
    pairs["start"] = ((mine.start, mine.start_half), (stored.start, stored.start_half))
    pairs["end"] = ((mine.end, mine.end_half), (stored.end, stored.end_half))
    pairs["stand_in"] = (mine.stand_in_id, stored.stand_in_id)
    return [(name, shown[name] or "（空）") for name, (one, other) in pairs.items() if one != other]


def _show_form(
    http: HttpRequest,
    form: LeaveForm,
    request: LeaveRequest | None,
    key: str,
    *,
    replaces: LeaveRequest | None = None,
    status: int = 200,
    conflict: Conflict | None = None,
    differs: list[str] | None = None,
    files_lost: bool = False,
) -> HttpResponse:
    stored = attachments.of(services.KIND, request.pk) if request else []
    replaces = request.replaces if request else replaces
    fresh = reverse("leave:change", args=[replaces.pk]) if replaces else reverse("leave:new")
    context = {
        "form": form,
        "request_shown": request,
        "replaces": replaces,
        "replaced_span": words.span_words(replaces.whole) if replaces else "",
        "action": reverse("leave:edit", args=[request.pk]) if request else fresh,
        "form_key": key,
        "keep": f"leave-{request.pk}-{request.revision}"
        if request
        else f"leave-change-{replaces.pk}"
        if replaces
        else "leave-new",
        "files": words.files_for(stored, remove=True, request=request) if request else [],
        "returned": request is not None and request.state == S.RETURNED,
        "conflict": conflict,
        "differs": differs or [],
        "files_lost": files_lost,
        "preview": preview_of(
            http.user,
            {name: form[name].value() for name in ("type", "start", "start_half", "end", "end_half")},
            request_id=request.pk if request else None,
            replaces_id=replaces.pk if replaces else None,
        ),
    }
    return render(http, "leave/form.html", context, status=status)


def preview_of(user: User, values: dict[str, Any], **ids: int | None) -> dict[str, Any]:
    """The preview as a form stands, for a page that is shown whole."""
    return _preview(user, SpanForm({**values, **ids}))


@access("posting")
@require_safe
def preview(http: HttpRequest) -> HttpResponse:
    """``#preview``: days, who decides, who of the team is away meanwhile. It warns and never blocks."""
    return render(http, "leave/preview.html", {"preview": _preview(http.user, SpanForm(http.GET))})


def _preview(user: User, span_form: SpanForm) -> dict[str, Any]:
    if not span_form.is_valid():
        return {}
    posting, directory = _posting(user)
    wish, request_id = span_form.wish(), span_form.cleaned_data["request_id"]
    try:
        checks.type_label(wish, posting, directory, clock.today())
        decision = services.preview(acting_user=user, wish=wish, request_id=request_id)
        route = words.routed(decision, directory)
    except Refused as refused:
        return {"problem": refused.sentence}
    span = decision.span
    calendar = statutory_calendar()
    return {
        "days": words.format_days(decision.absence_halves),
        "span": words.span_words(span),
        "route": route,
        "people": "、".join(seat["people"] for seat in route.steps[0]["seats"]),
        "joined": words.joined_words(decision, posting.person_id),
        "balances": _balances(posting, wish, decision, request_id),
        "coverage": words.coverage_row(cautions(posting, span)),
        "estimate": any(calendar.is_estimate(day) for day in span.dates()),
    }


def _balances(
    posting: Appointment, wish: Any, decision: LeaveDecision, request_id: int | None
) -> list[Balance]:
    """What the wish would leave of the year's days."""
    return balance.for_wish(
        posting,
        wish.type,
        decision.span,
        absence=decision.absence_halves,
        charged=decision.charged_halves,
        leaving_out={pk for pk in (request_id, *links.member_ids(wish.replaces_id)) if pk is not None},
    )


# ---- page two --------------------------------------------------------------------------------------------


@access("posting")
@require_safe
def check(http: HttpRequest, pk: int) -> HttpResponse:
    """核对并提交: everything once more, the count day by day, who decides and why."""
    request = own_request(http.user, pk)
    if not allowed(request, "submit"):
        return redirect("leave:card", pk=pk)
    return _show_check(http, request)


@access("posting")
@require_POST
@carries(*ASKED)
def submit(http: HttpRequest, pk: int) -> HttpResponse:
    """Submit; the button pressed twice submits once."""
    revision = http.POST.get("revision", "")
    try:
        services.submit(
            request_id=pk,
            acting_user=http.user,
            revision=int(revision) if revision.isdecimal() else 0,
            submit_key=http.POST.get("submit_key", "")[:64],
        )
    except Refused as refused:
        request = own_request(http.user, pk)
        if not allowed(request, "submit"):
            return show_card(http, request, refused)
        return _show_check(http, request, refused)
    return redirect(f"{reverse('leave:card', args=[pk])}?submitted")


def _show_check(http: HttpRequest, request: LeaveRequest, refused: Refused | None = None) -> HttpResponse:
    posting, directory = _posting(http.user)
    problems: list[Refused] = []
    route = decision = None
    try:
        wish = services.wish_of(request)
        services.check_request(request, posting, directory)
        decision = services.preview(acting_user=http.user, wish=wish, request_id=request.pk)
        route = words.routed(decision, directory)
    except Refused as found:
        problems = web.each_refusal(found)
    edit_url = reverse("leave:edit", args=[request.pk])
    if refused is not None and not isinstance(refused, Conflict) and not problems:
        problems = web.each_refusal(refused)
    context = {
        "request_shown": request,
        "rows": _answers(request, decision, edit_url),
        "files": attachments.of(services.KIND, request.pk),
        "count": words.day_count(request.span, request.type, directory) if decision else None,
        "decision": decision,
        "route": route,
        "why": words.tiers(decision) if decision else None,
        "joined": words.joined_words(decision, posting.person_id) if decision else "",
        "filing_clause": _filing_clause(decision) if decision else "",
        "balances": _balances(posting, services.wish_of(request), decision, request.pk) if decision else [],
        "coverage": words.coverage_row(cautions(posting, request.span)),
        "submit_key": web.form_key(),
        "conflict": refused if isinstance(refused, Conflict) else None,
        "problems": [{"text": each.sentence, "href": f"{edit_url}#id_{each.field}"} for each in problems],
        "has_errors": bool(problems),
        "edit_url": edit_url,
    }
    return render(http, "leave/check.html", context, status=refused.status if refused else 200)


def _answers(request: LeaveRequest, decision: LeaveDecision | None, edit_url: str) -> list[words.Row]:
    files = attachments.of(services.KIND, request.pk)
    if request.extends_id:
        return _extension_answers(request, decision, files, edit_url)
    rows = [
        {"label": "类型", "value": request.type_label, "field": "type"},
        {"label": "起止", "value": words.span_words(request.span), "field": "start"},
        words.place_row(request) | {"field": "destination"},
        words.stand_in_row(request) | {"field": "stand_in"},
        {"label": "电话", "value": request.contact or "—", "field": "contact"},
        {"label": "事由", "value": request.reason or "—", "field": "reason"},
        {"label": "附件", "value": words.file_names(files), "field": "attachments"},
    ]
    changing = [row | {"change_url": f"{edit_url}#id_{row['field']}"} for row in rows]
    return words.link_rows(request) + changing


def _extension_answers(
    request: LeaveRequest, decision: LeaveDecision | None, files: list, edit_url: str
) -> list[words.Row]:
    rows = [
        {"label": "续假", "value": words.span_words(request.span), "field": "end"},
        words.stand_in_row(request) | {"field": "stand_in"},
        {"label": "事由", "value": request.reason or "—", "field": "reason"},
        {"label": "附件", "value": words.file_names(files), "field": "attachments"},
    ]
    changing = [row | {"change_url": f"{edit_url}#id_{row['field']}"} for row in rows]
    whole = [{"label": "连续假共", "value": f"{format_days(decision.total_halves)} 天"}] if decision else []
    return words.link_rows(request) + changing + whole


def _filing_clause(decision: LeaveDecision) -> str:
    """The article by which others are told, for the row 备案."""
    row = next((tier for tier in decision.tiers if tier.active), None)
    return row.article if row and decision.filings else ""

"""What the applicant, or who looks after him, does on the page of a request. Each answers with its present state."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import attachments, clock, web
from core.access import access
from core.errors import Refused
from leave import endings, routing, services
from leave.clauses import NAMED_BY_HAND, RETURNED
from leave.forms import AssignForm, return_form
from leave.models import LeaveRequest
from leave.transitions import allowed
from leave.views.card import show_card
from policy.carries import carries
from policy.days import Half
from teams.models import User
from teams.parties import Directory


def own_request(user: User, pk: int) -> LeaveRequest:
    """One's own request, or 404."""
    mine = LeaveRequest.objects.visible_to(user).filter(applicant=user.person_id)
    return get_object_or_404(mine.select_related("applicant", "stand_in"), pk=pk)


def _done(http: HttpRequest, pk: int) -> HttpResponse:
    return redirect("leave:card", pk=pk)


def _refused(http: HttpRequest, pk: int, refused: Refused, **forms: Any) -> HttpResponse:
    """The present state with the sentence; a 404 for whoever does not even see the request."""
    found = LeaveRequest.objects.visible_to(http.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return show_card(http, found, refused, **forms)


@access("person")
@require_POST
def withdraw(http: HttpRequest, pk: int) -> HttpResponse:
    """撤回申请."""
    try:
        services.withdraw(request_id=pk, acting_user=http.user)
    except Refused as refused:
        return _refused(http, pk, refused)
    return _done(http, pk)


@access("person")
@require_POST
def cancel(http: HttpRequest, pk: int) -> HttpResponse:
    """取消 an approved leave before it has begun."""
    try:
        endings.cancel(request_id=pk, acting_user=http.user)
    except Refused as refused:
        return _refused(http, pk, refused)
    return _done(http, pk)


@access("person")
@require_POST
@carries(*RETURNED)
def back(http: HttpRequest, pk: int) -> HttpResponse:
    """确认返岗（销假）."""
    request = get_object_or_404(LeaveRequest.objects.visible_to(http.user), pk=pk)
    form = return_form(http.POST)
    if not form.is_valid():
        return show_card(http, request, Refused("form", "返岗还没有登记，先改下面几处"), returning=form)
    said = form.cleaned_data
    try:
        endings.report_back(
            request_id=pk,
            acting_user=http.user,
            returned_on=said["returned_on"],
            returned_half=Half(said["returned_half"]),
            note=said["note"],
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _refused(http, pk, refused, returning=form)
    return _done(http, pk)


@access("person")
@require_POST
@carries(*NAMED_BY_HAND)
def assign(http: HttpRequest, pk: int) -> HttpResponse:
    """指定批准人, by the managing office where the document is silent."""
    request = get_object_or_404(
        LeaveRequest.objects.visible_to(http.user).select_related("posting__body__region", "posting__unit"),
        pk=pk,
    )
    decision = request.routed
    if decision is None:
        raise Http404
    form = AssignForm(
        http.POST, choices=routing.choices_by_hand(Directory(request.posting, clock.today()), decision)
    )
    if not form.is_valid():
        return show_card(http, request, Refused("form", "还没有指定，先改下面几处"), assigning=form)
    try:
        services.assign_deciders(
            request_id=pk,
            acting_user=http.user,
            parties=form.cleaned_data["parties"],
            together=form.cleaned_data["together"] == "all",
            reason=form.cleaned_data["reason"],
            page_hash=http.POST.get("page_hash", ""),
            request_key=http.POST.get("request_key", ""),
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _refused(http, pk, refused, assigning=form)
    if web.wants_fragment(http):
        return show_card(http, request)
    return _done(http, pk)


@access("posting")
@require_POST
def discard(http: HttpRequest, pk: int) -> HttpResponse:
    """Throw one's own draft away."""
    request = own_request(http.user, pk)
    try:
        services.discard_draft(request_id=pk, acting_user=http.user)
    except Refused as refused:
        return show_card(http, request, refused)
    messages.success(http, "草稿已删去")
    return redirect("leave:mine")


@access("posting")
@require_http_methods(["GET", "HEAD", "POST"])
def remove_file(http: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """Ask first, then take a file off one's own draft."""
    request = own_request(http.user, pk)
    found = next((item for item in attachments.of(services.KIND, pk) if item.pk == file_pk), None)
    if found is None:
        raise Http404
    if http.method != "POST":
        if not allowed(request, "edit"):
            return redirect("leave:card", pk=pk)
        return render(http, "leave/remove_file.html", {"request_shown": request, "file": found})
    try:
        services.remove_file(request_id=pk, attachment_id=file_pk, acting_user=http.user)
    except Refused as refused:
        return show_card(http, request, refused)
    return redirect("leave:edit", pk=pk)

"""续假: one short form, from an approved leave that is not over; page two is the same as for any request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core import attachments, clock, web
from core.access import access
from core.errors import Conflict, Refused
from core.templatetags.zhubang import cn_halfday
from leave import links, services
from leave.clauses import ASKED
from leave.forms import ExtensionForm
from leave.models import LeaveRequest
from leave.transitions import allowed
from leave.views import words
from leave.views.actions import own_request
from leave.views.card import show_card
from leave.views.drafts import preview_of
from policy.carries import carries
from teams.scope import scope_of


@access("posting")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*ASKED)
def extend(http: HttpRequest, pk: int) -> HttpResponse:
    """Until when, and why; an extension begun earlier is taken up where it was left."""
    first = own_request(http.user, pk)
    draft = links.open_extension(first.pk)
    if draft is not None and not allowed(draft, "edit"):
        return redirect("leave:card", pk=draft.pk)
    if draft is None and not links.may_extend(first, clock.today()):
        return show_card(http, first, Refused("not_extendable", "只有已批准、还没有到期的请假可以续假"))
    if http.method == "POST":
        return _save(http, first, draft)
    initial: dict[str, Any] = {"end_half": "pm", "stand_in": first.stand_in_id}
    if draft is not None:
        initial = {name: getattr(draft, name) for name in ("end", "end_half", "reason")}
        initial["stand_in"] = draft.stand_in_id
    form = ExtensionForm(initial=initial, posting=_posting(http))
    return _show(http, form, first, draft, web.form_key())


def _posting(http: HttpRequest) -> Any:
    return scope_of(http.user).posting


def _save(http: HttpRequest, first: LeaveRequest, draft: LeaveRequest | None) -> HttpResponse:
    form = ExtensionForm(http.POST, http.FILES, posting=_posting(http))
    key = http.POST.get("form_key", "")[:64] or web.form_key()
    form.is_valid()
    if not form.can_be_kept:
        return _show(http, form, first, draft, key, status=422)
    revision = http.POST.get("revision", "")
    try:
        saved = services.save_draft(
            acting_user=http.user,
            wish=form.wish(first),
            form_key=key,
            request_id=draft.pk if draft else None,
            revision=int(revision) if revision.isdecimal() else None,
            files=form.good_files,
        )
    except Refused as refused:
        web.refusals_to_form(form, _beside_what_is_asked(refused))
        return _show(http, form, first, draft, key, status=refused.status)
    if form.errors:
        return _show(http, form, first, saved, key, status=422)
    return redirect("leave:check", pk=saved.pk)


def _beside_what_is_asked(refused: Refused) -> Refused:
    """The form asks for the end alone: what is wrong with the span stands beside it."""
    if refused.field in ("start", "start_half"):
        kind = Conflict if isinstance(refused, Conflict) else Refused
        return kind(refused.code, refused.sentence, field="end")
    return refused


def _show(
    http: HttpRequest,
    form: ExtensionForm,
    first: LeaveRequest,
    draft: LeaveRequest | None,
    key: str,
    *,
    status: int = 200,
) -> HttpResponse:
    start, half = links.next_half(first)
    known = {"type": first.type, "start": start, "start_half": str(half)}
    stored = attachments.of(services.KIND, draft.pk) if draft else []
    context = {
        "form": form,
        "first": first,
        "request_shown": draft,
        "now_until": cn_halfday(first.until, first.until_half),
        "from_here": cn_halfday(start, half),
        "known": {**known, "start": start.isoformat(), "extends_id": first.pk},
        "action": reverse("leave:extend", args=[first.pk]),
        "form_key": key,
        "keep": f"leave-extend-{first.pk}-{draft.revision if draft else 0}",
        "files": words.files_for(stored, remove=True, request=draft) if draft else [],
        "preview": preview_of(
            http.user,
            {**known, "end": form["end"].value(), "end_half": form["end_half"].value()},
            request_id=draft.pk if draft else None,
            extends_id=first.pk,
        ),
    }
    return render(http, "leave/extend.html", context, status=status)

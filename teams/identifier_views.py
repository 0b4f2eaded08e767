"""查看完整号码: a reason, then the numbers in the answer to that form and nowhere else."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import mask_identity, mask_phone
from teams.identifiers import kept_by, unmask
from teams.reauth import recent_password
from teams.scope import scope_of


class ReasonForm(forms.Form):
    """Why the numbers are needed."""

    use_required_attribute = False

    reason = forms.CharField(
        label="查看的理由",
        help_text="审计记录会留下您的姓名、时间和理由",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=dict.fromkeys(
            ("required", "null_characters_not_allowed"), "写明查看的理由，至少四个字"
        ),
    )


@access("keeps_numbers")
@recent_password
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """The masked numbers with a form; after the form the full ones, once."""
    person = get_object_or_404(kept_by(request.user), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    shown = None
    if request.method == "POST" and form.is_valid():
        try:
            shown = unmask(person_id=pk, acting_user=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
    phone = shown.phone if shown else mask_phone(person.phone)
    identity = shown.identity if shown else mask_identity(person.identity)
    context = {
        "person": person,
        "form": form,
        "shown": shown,
        "rows": [{"label": "电话", "value": phone or "—"}, {"label": "身份证号", "value": identity or "—"}],
        "back": reverse("teams:registry_person", args=[pk])
        if scope_of(request.user).duty
        else person.get_absolute_url(),
    }
    return render(request, "teams/numbers.html", context, status=422 if form.errors else 200)

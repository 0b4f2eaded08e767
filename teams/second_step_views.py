"""两步验证: the step at the sign-in, setting a phone up, recovery codes, turning it off."""

from __future__ import annotations

from typing import Any

import django_otp
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.access import access
from core.errors import Refused
from teams import second_step
from teams.reauth import recent_password


class CodeForm(forms.Form):
    """One code. At the sign-in a recovery code does as well."""

    use_required_attribute = False

    code = forms.CharField(
        label="验证码",
        max_length=40,
        help_text="手机验证器上的 6 位数字",
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
        ),
        error_messages={
            "required": "填写手机上的 6 位验证码，或一个恢复码",
            "max_length": "验证码不对，再填一次",
        },
    )


@access("login")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step of a sign-in: a code from the phone, or one from the paper."""
    to = web.safe_next(request, reverse("overview:home"))
    if not request.user.second_step or request.user.is_verified():
        return redirect(to)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            second_step.take_step(request, form.cleaned_data["code"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(to)
    status = 422 if form.errors else 200
    return render(request, "registration/code.html", {"form": form, "to": to}, status=status)


@access("login")
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """How it stands with one's own second step."""
    user = request.user
    context = {
        "on": user.second_step,
        "required": second_step.is_required(user),
        "left": second_step.left(user) if user.second_step else 0,
    }
    return render(request, "teams/second_step/status.html", context)


@access("login")
@require_POST
@recent_password
def begin(request: HttpRequest) -> HttpResponse:
    """A new secret for a phone, shown on the next page."""
    second_step.begin(acting_user=request.user)
    return redirect("teams:second_step_confirm")


@access("login")
@recent_password
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The picture for the phone's camera; the code it shows; then the recovery codes, this once."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = second_step.confirm(acting_user=request.user, code=form.cleaned_data["code"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            request.user.second_step = True
            django_otp.login(request, device)
            return _codes(request, codes, first=True)
    phone = second_step.waiting(request.user)
    if phone is None:
        return redirect("teams:second_step")
    context = {"form": form, "pairing": second_step.pairing_of(phone)}
    template = "teams/second_step/confirm.html"
    return render(request, template, context, status=422 if form.errors else 200)


@access("login")
@require_POST
@recent_password
def codes(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, shown this once."""
    try:
        fresh = second_step.new_codes(acting_user=request.user)
    except Refused as refused:
        return _refused(request, refused)
    return _codes(request, fresh, first=False)


@access("login")
@require_POST
@recent_password
def off(request: HttpRequest) -> HttpResponse:
    """The password alone is enough again."""
    try:
        second_step.turn_off(acting_user=request.user)
    except Refused as refused:
        return _refused(request, refused)
    return redirect("teams:second_step")


def _codes(request: HttpRequest, codes: list[str], *, first: bool) -> HttpResponse:
    return render(request, "teams/second_step/codes.html", {"codes": codes, "first": first})


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    context: dict[str, Any] = {
        "on": request.user.second_step,
        "required": second_step.is_required(request.user),
        "left": second_step.left(request.user),
        "refused": refused.sentence,
    }
    return render(request, "teams/second_step/status.html", context, status=refused.status)

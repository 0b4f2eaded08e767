"""消息方式: one's own address, verified by a code, and what goes there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import web
from core.access import access
from core.errors import Refused
from core.outbox import services
from core.outbox.models import Delivery


class EmailForm(forms.Form):
    """The address to verify."""

    use_required_attribute = False

    email = forms.CharField(
        label="邮箱",
        help_text="先往这个邮箱发一个验证码，填对了才往那里发消息",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"required": "填写邮箱"},
    )


class CodeForm(forms.Form):
    """The code that came by mail."""

    use_required_attribute = False

    code = forms.CharField(
        label="验证码",
        help_text="邮件里的 6 位数字，30 分钟内有效",
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "填写验证码", "max_length": "验证码是 6 位数字"},
    )


class ChoiceForm(forms.Form):
    """What goes to the address, and when."""

    use_required_attribute = False

    digest = forms.BooleanField(
        label="每天一次汇总", help_text="新消息和待办的标题，放在一封里；没有就不发", required=False
    )
    hour = forms.TypedChoiceField(
        label="汇总时间",
        choices=[(hour, f"{hour}:00") for hour in services.HOURS],
        coerce=int,
        error_messages={"required": "选一个时间", "invalid_choice": "从 7:00 到 20:00 之间选"},
    )
    instant = forms.BooleanField(
        label="要我办的即时发", help_text="21:00 到次日 7:00 不发，到早上再发", required=False
    )


@access("login")
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest) -> HttpResponse:
    """The page, and the choice of what goes out."""
    if request.method != "POST":
        return _page(request)
    form = ChoiceForm(request.POST)
    if form.is_valid():
        try:
            services.choose(acting_user=request.user, **form.cleaned_data)
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            messages.success(request, "已按您的选择发消息")
            return redirect("core:delivery")
    return _page(request, choice=form)


@access("login")
@require_POST
def email(request: HttpRequest) -> HttpResponse:
    """Send a code to the address."""
    form = EmailForm(request.POST)
    if form.is_valid():
        try:
            services.ask_code(acting_user=request.user, email=form.cleaned_data["email"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect("core:delivery")
    return _page(request, email=form)


@access("login")
@require_POST
def code(request: HttpRequest) -> HttpResponse:
    """The code comes back."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            services.confirm_code(acting_user=request.user, code=form.cleaned_data["code"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            messages.success(request, "邮箱已验证，接着选发什么")
            return redirect("core:delivery")
    return _page(request, code=form)


@access("login")
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Remove the address."""
    services.forget(acting_user=request.user)
    messages.success(request, "邮箱已删除，消息只在系统里看")
    return redirect("core:delivery")


def _page(request: HttpRequest, **bound: forms.Form) -> HttpResponse:
    """The page with the forms that fit how things stand; a bound form shows what was wrong with it."""
    mine = Delivery.objects.filter(user=request.user).first() or Delivery(user=request.user)
    context: dict[str, Any] = {
        "delivery": mine,
        "mail_enabled": settings.MAIL_ENABLED,
        "form": next(iter(bound.values()), None),
        "email_form": bound.get("email") or EmailForm(),
        "code_form": bound.get("code") or CodeForm(),
        "choice_form": bound.get("choice")
        or ChoiceForm(initial={"digest": mine.digest, "hour": mine.hour, "instant": mine.instant}),
    }
    return render(request, "core/delivery.html", context, status=422 if bound else 200)

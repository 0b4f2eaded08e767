"""接口令牌 under 我的: made behind the password, shown once, revoked with one button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from core import clock, web
from core.access import access
from core.errors import Refused
from teams import tokens
from teams.models import ApiToken
from teams.reauth import recent_password
from teams.words import TokenScope


class TokenForm(forms.Form):
    """What a new token is for, what it may do and until when."""

    use_required_attribute = False

    name = forms.CharField(
        label="用途",
        help_text="以后凭它认出这个令牌，如：单位人事系统每晚读请假",
        widget=forms.TextInput(attrs={"maxlength": 40, "autocomplete": "off"}),
        error_messages={"required": "写一句用途，以后好认"},
    )
    scopes = forms.MultipleChoiceField(
        label="权限",
        help_text="只勾用得着的；不会超过您本人的权限",
        choices=TokenScope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一项权限", "invalid_choice": "权限从列出的里面选"},
    )
    days = forms.TypedChoiceField(
        label="有效期",
        coerce=int,
        initial=90,
        choices=[(days, f"{days} 天") for days in tokens.LIFETIMES],
        error_messages={"required": "选一个有效期", "invalid_choice": "从列出的有效期里选一个"},
    )


@access("login")
@require_http_methods(["GET", "HEAD", "POST"])
@recent_password
@sensitive_variables("plain")
def token_list(request: HttpRequest) -> HttpResponse:
    """One's tokens and a form for another; the new one is shown here and nowhere again."""
    if request.method != "POST":
        return _show(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid():
        try:
            token, plain = tokens.make_token(acting_user=request.user, **form.cleaned_data)
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return _show(request, TokenForm(), made=token, plain=plain)
    return _show(request, form, status=422)


@access("login")
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own token. It asks for no password: who finds one stolen must not be held up."""
    token = tokens.revoke_token(token_id=pk, acting_user=request.user)
    messages.success(request, f"“{token.name}”已撤销，用它的程序从现在起进不来")
    return redirect("teams:tokens")


def _show(request: HttpRequest, form: TokenForm, *, status: int = 200, **made: Any) -> HttpResponse:
    living = set(tokens.live(request.user).values_list("pk", flat=True))
    rows = [
        {
            "token": token,
            "scopes": [TokenScope(scope).label for scope in token.scopes if scope in TokenScope.values],
            "live": token.pk in living,
            "over": _over(token),
        }
        for token in ApiToken.objects.filter(user=request.user)
    ]
    rows.sort(key=lambda row: not row["live"])
    return render(request, "teams/tokens.html", {"form": form, "rows": rows, **made}, status=status)


def _over(token: ApiToken) -> str:
    """Why a token opens nothing any more."""
    if token.revoked_at is not None:
        return "已撤销"
    return "已过期" if token.expires_at <= clock.now() else "改过密码，已失效"

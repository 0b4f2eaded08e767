"""The password once more, before acts that must not be done at a desk somebody left open.

A view that does such an act carries :func:`recent_password` beneath its ``@access``. Who has not typed the
password within ten minutes (signing in counts) is asked for it; then what was asked for goes on, and what a form
had posted is posted again with it, so nothing typed is lost.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django_htmx.http import HttpResponseClientRedirect

from core import web

View = Callable[..., HttpResponse]

#: Under this name the session keeps when the password was last typed, by the machine's clock.
TYPED_AT = "password_typed_at"
#: The field the question adds to what it was asked about.
FIELD = "confirm_password"


def remember(request: HttpRequest) -> None:
    """The person has just typed the right password."""
    request.session[TYPED_AT] = time.time()


def is_recent(request: HttpRequest) -> bool:
    """Was the password typed in this session within the time the settings allow?"""
    typed = request.session.get(TYPED_AT, 0)
    return 0 <= time.time() - typed < settings.PASSWORD_RECENT.total_seconds()


class AgainForm(forms.Form):
    """One's own password. Wrong ones count towards the lock-out like those of the sign-in page."""

    use_required_attribute = False

    confirm_password = forms.CharField(
        label="您的登录密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-reveal": True}),
        error_messages={"required": "填写登录密码", "max_length": "密码不对，再填一次"},
    )

    def __init__(self, request: HttpRequest, data: Any = None) -> None:
        super().__init__(data)
        self.request = request

    def clean_confirm_password(self) -> str:
        password, asked = self.cleaned_data[FIELD], self.request.user
        found = authenticate(self.request, username=asked.get_username(), password=password)
        if found is None or found.pk != asked.pk:
            failures = getattr(self.request, "axes_failures_since_start", None)
            left = settings.AXES_FAILURE_LIMIT - failures if failures is not None else 0
            more = f"，还可以试 {left} 次" if left > 0 else ""
            raise ValidationError(f"密码不对，再填一次{more}")
        AxesProxyHandler.reset_attempts(
            username=asked.get_username(), ip_address=get_client_ip_address(self.request)
        )
        return password


def recent_password(view: View) -> View:
    """Ask for the password before the view unless it was typed within ten minutes.

    Stands beneath ``@access``, so that nobody is asked for a password before a page that is not his. Uploaded
    files cannot be posted again by a page: a view that takes them shows its form behind this too.
    """
    if hasattr(view, "access"):
        raise TypeError(f"{view.__name__}: put @recent_password beneath @access")

    @functools.wraps(view)
    @sensitive_post_parameters()
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return _lead_away(request)
        if FIELD not in request.POST:
            return question(request, AgainForm(request), again=request.POST)
        form = AgainForm(request, request.POST)
        if not form.is_valid():
            return question(request, form, again=request.POST, status=422)
        remember(request)
        posted = request.POST.copy()
        del posted[FIELD]
        request.POST = posted
        return view(request, *args, **kwargs)

    return inner


def question(
    request: HttpRequest, form: AgainForm, *, again: Any = None, to: str = "", status: int = 200
) -> HttpResponse:
    """The page that asks. ``again`` is what it posts once more to this address, ``to`` where it leads otherwise."""
    kept = [
        (name, value)
        for name, values in (again.lists() if again is not None else ())
        if name not in (FIELD, "csrfmiddlewaretoken")
        for value in values
    ]
    context = {"form": form, "kept": kept, "to": to, "files_lost": bool(again is not None and request.FILES)}
    response = render(request, "registration/password_again.html", context, status=status)
    if web.wants_fragment(request):
        response["HX-Retarget"] = response["HX-Reselect"] = "#main"
        response["HX-Reswap"] = "outerHTML"
    return response


def _lead_away(request: HttpRequest) -> HttpResponse:
    address = f"{reverse('teams:password_again')}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseClientRedirect(address) if web.wants_fragment(request) else redirect(address)

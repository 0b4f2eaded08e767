"""Signing in and out, one's own account, 大字."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock, web
from core.access import access
from core.errors import Refused
from teams import account_lists, reauth, sessions
from teams.accounts import TEXT_COOKIE, change_password, choose_text_size, end_devices
from teams.delegations import may_delegate, running_words
from teams.forms import PasswordForm
from teams.models import User
from teams.robots import may_keep
from teams.scope import granted, scope_of

A_YEAR = 365 * 24 * 3600
LOGIN_PAGE = "registration/login.html"


class _Login(LoginView):
    template_name = LOGIN_PAGE
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        sessions.begin(self.request)
        reauth.remember(self.request)
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again, with the tries that are left before the account is locked."""
        failures = getattr(self.request, "axes_failures_since_start", None)
        left = settings.AXES_FAILURE_LIMIT - failures if failures is not None else None
        return self.render_to_response(self.get_context_data(form=form, tries_left=left), status=422)


login = access("public")(_Login.as_view())
logout = access("public")(LogoutView.as_view())


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What django-axes shows instead of its own page: the sign-in page, and until when the account is locked."""
    form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
    context = {
        "form": form,
        "next": request.POST.get("next", ""),
        "locked_until": _locked_until(request, (credentials or {}).get("username", "")),
    }
    return render(request, LOGIN_PAGE, context, status=429)


def _locked_until(request: HttpRequest, username: str) -> datetime | None:
    """By the machine's clock, as the lock itself: no demonstration moves it."""
    last = (
        AccessAttempt.objects.filter(username=username, ip_address=get_client_ip_address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    return last + settings.AXES_COOLOFF_TIME if last else None


@access("login")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; at the first sign-in nothing else opens before."""
    form = PasswordForm(request.user, request.POST if request.method == "POST" else None)
    context = {"form": form, "first": request.user.password_is_temporary}
    if request.method != "POST":
        return render(request, "registration/password_change_form.html", context)
    if form.is_valid():
        try:
            user = change_password(
                acting_user=request.user,
                password=form.cleaned_data["new_password1"],
                keep=sessions.hashed(request.session.session_key),
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            # Other places where the person was signed in are signed out by the new hash; this one stays.
            update_session_auth_hash(request, user)
            return redirect("teams:password_done")
    return render(request, "registration/password_change_form.html", context, status=422)


@access("login")
@require_http_methods(["GET", "HEAD"])
def password_done(request: HttpRequest) -> HttpResponse:
    """The password has been changed."""
    return render(request, "registration/password_change_done.html")


@access("login")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_again(request: HttpRequest) -> HttpResponse:
    """Confirm by the password that it is still the same person, then open the page that wanted to know."""
    to = web.safe_next(request, reverse("overview:home"))
    if request.method != "POST":
        return reauth.question(request, reauth.AgainForm(request), to=to)
    form = reauth.AgainForm(request, request.POST)
    if not form.is_valid():
        return reauth.question(request, form, to=to, status=422)
    reauth.remember(request)
    return redirect(to)


@access("login")
@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """账号与安全: who one is here, 大字, where one is signed in, and the way to everything not in the tabs."""
    scope = scope_of(request.user)
    context = {
        "scope": scope,
        "person": request.user.person,
        "grants": granted(request.user, clock.today()) if scope.granted else [],
        "keeps_robots": may_keep(scope),
        "delegates": may_delegate(scope) or bool(scope.taken_on),
        "delegation_words": running_words(scope),
        "devices": sessions.devices(request),
        "sign_ins": account_lists.sign_ins(account_lists.history([request.user.username])[:10]),
    }
    return render(request, "teams/account.html", context)


@access("login")
@require_POST
def device_end(request: HttpRequest) -> HttpResponse:
    """Sign out one other browser, or all others."""
    end_devices(
        acting_user=request.user,
        device=request.POST.get("device", ""),
        here=sessions.hashed(request.session.session_key),
    )
    return redirect(f"{reverse('teams:account')}#devices")


@access("public")
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """大字: on the account after signing in, in a cookie before; an unknown size changes nothing."""
    asked = request.POST.get("text_size", "")
    response = redirect(web.safe_next(request, reverse("overview:home")))
    if asked not in User.TextSize.values:
        return response
    if request.user.is_authenticated:
        choose_text_size(acting_user=request.user, text_size=asked)
    response.set_cookie(
        TEXT_COOKIE,
        asked,
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response

"""Between the right password and the rest of the site stand up to three steps, each with its own page.

A code from the phone, where the account has one; then another password, where the first was set by somebody
else; then setting up a phone, where the person's duties ask for it. Until a step is taken nothing else opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from teams import second_step

#: What opens before every step: leaving, larger letters, help.
ALWAYS = frozenset({"teams:logout", "teams:text_size", "overview:help", "healthz", "readyz"})
#: What opens before each step, by the address of the step's page.
OPEN = {
    "teams:code": frozenset({"teams:code"}),
    "teams:password": frozenset({"teams:password", "teams:password_done"}),
    "teams:second_step": frozenset(
        {
            "teams:second_step",
            "teams:second_step_begin",
            "teams:second_step_confirm",
            "teams:password_again",
            "teams:password",
            "teams:password_done",
        }
    ),
}


def next_step(request: HttpRequest) -> str | None:
    """The page of the step that is to be taken now, or None where the person is all the way in."""
    user = request.user
    if user.second_step and not user.is_verified():
        return "teams:code"
    if user.password_is_temporary:
        return "teams:password"
    if not user.second_step and second_step.is_required(user):
        return "teams:second_step"
    return None


class SignInSteps:
    """Lead a person to the step that is due, whatever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in ALWAYS or not request.user.is_authenticated:
            return None
        if hasattr(view, "cls"):
            # The API cannot lead anybody to a page; it refuses by itself (teams.api_auth).
            return None
        step = next_step(request)
        if step is None or match.view_name in OPEN[step]:
            return None
        if step == "teams:code" and request.method == "GET":
            return redirect(f"{reverse(step)}?{urlencode({'next': request.get_full_path()})}")
        return redirect(step)

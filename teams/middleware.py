"""A first password was set by somebody else, so nothing opens before it is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

#: What still opens: changing the password, leaving, larger letters.
OPEN = frozenset({"teams:password", "teams:logout", "teams:text_size", "healthz", "readyz"})


class FirstPassword:
    """Lead a person with a temporary password to the page that changes it, whatever was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in OPEN or not request.user.is_authenticated:
            return None
        if hasattr(view, "cls"):
            # The API cannot lead anybody to a page; it refuses by itself (teams.api_auth).
            return None
        return redirect("teams:password") if request.user.password_is_temporary else None

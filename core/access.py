"""Closed by default: every view declares who may use it, in one word; a test walks the URLconf for the rest.

Rooms declare the words (:func:`declare`); views carry them (:func:`access`). Who lacks access to a page is
answered as if the page did not exist; anonymous people are led to log in.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

Test = Callable[[Any], bool]

_WORDS: dict[str, Test] = {"public": lambda user: True, "login": lambda user: user.is_authenticated}


def declare(word: str, test: Test) -> None:
    """Give an access word its meaning: a test of the user, asked on every request."""
    _WORDS[word] = test


def words() -> dict[str, Test]:
    return dict(_WORDS)


def allows(word: str, user: Any) -> bool:
    """May this user use views that carry ``word``?"""
    return _WORDS[word](user)


def access(word: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let only users who pass ``word`` into the view."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if word != "public" and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not allows(word, request.user):
                raise Http404
            return view(request, *args, **kwargs)

        inner.access = word  # type: ignore[attr-defined]
        return inner

    return wrap

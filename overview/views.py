"""Home per role and 帮助."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import access
from overview.board import ranges
from overview.board.views import context_of
from overview.entries import home_words, oversees_county
from overview.guides import guides_of
from overview.menu import duty_links
from overview.selectors import home_of
from teams.delegations import running_words
from teams.scope import scope_of


@access("login")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and what his posts look after: the union of all his appointments.

    An administrative account (三员) finds the list of what it administers, and no business.
    """
    scope = scope_of(request.user)
    if scope.duty:
        return render(request, "overview/duty_home.html", {"links": duty_links(scope)})
    home = home_of(request.user)
    request.todo_count = home.tasks.total + home.to_assign.total  # type: ignore[attr-defined]
    context = {
        "scope": scope,
        "home": home,
        "title": home_words(scope),
        "now": clock.now(),
        "today_card": home.today,
        "delegation_words": running_words(scope),
    }
    if oversees_county(scope):
        context |= context_of(request, ranges.roots(request.user))
        return render(request, "overview/board/home.html", context)
    return render(request, "overview/home.html", context)


@access("public")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """帮助: the reader's own day first, then the few things people ask, in the order in which they meet them."""
    return render(request, "overview/help.html", {"guides": guides_of(request.user)})

"""Home per role and 帮助."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.access import access
from overview.menu import duty_links, home_words, team_words
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
        "team_words": team_words(scope),
        "now": clock.now(),
        "today_card": home.today,
        "delegation_words": running_words(scope),
    }
    return render(request, "overview/home.html", context)


@access("public")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """帮助: the few things people ask, in the order in which they meet them."""
    return render(request, "overview/help.html")

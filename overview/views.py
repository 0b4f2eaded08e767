"""Home per role and 帮助."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from approvals.selectors import waiting_for
from core import clock
from core.access import access
from teams.scope import scope_of


@access("login")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and what his posts look after: the union of all his appointments."""
    scope = scope_of(request.user)
    tasks = waiting_for(request.user) if scope.sees_others else []
    request.todo_count = len(tasks)
    return render(request, "overview/home.html", {"scope": scope, "tasks": tasks, "now": clock.now()})


@access("public")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """帮助: the few things people ask, in the order in which they meet them."""
    return render(request, "overview/help.html")

"""What templates/base.html wants on every page: the menu, the person, the organiser, the demonstration's day."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from approvals.selectors import count_waiting
from core import notices
from core.access import allows
from overview import menu
from teams.accounts import TEXT_COOKIE
from teams.models import User
from teams.scope import Scope, scope_of
from teams.words import Duty


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's context. Lazy, so that fragments without the frame ask the database nothing."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    text_size = user.text_size if signed_in else request.COOKIES.get(TEXT_COOKIE, "")
    known = {
        "text_size": text_size if text_size in User.TextSize.values else User.TextSize.NORMAL,
        "demo_today": settings.ZHUBANG_TODAY,
    }
    if not signed_in:
        return {**known, "frame": _site()}
    view = request.resolver_match.view_name if request.resolver_match else ""
    badges = SimpleLazyObject(lambda: {"todo": todo_count(request)})
    return {
        **known,
        "frame": SimpleLazyObject(lambda: {**_site(), **_person(request)}),
        "nav": SimpleLazyObject(lambda: menu.nav(scope_of(user), view, badges)),
        "tabs": SimpleLazyObject(lambda: menu.tabs(scope_of(user), view, badges)),
        "beyond": SimpleLazyObject(lambda: menu.beyond(scope_of(user), view, badges)),
    }


def todo_count(request: HttpRequest) -> int:
    """How many things wait for the person; a view that has counted them already leaves it on the request."""
    counted = getattr(request, "todo_count", None)
    if counted is None:
        scope = scope_of(request.user)
        counted = request.todo_count = count_waiting(request.user) if scope.has_todo else 0
    return counted


def person_post(scope: Scope) -> str:
    """In which posts the person serves, the posting first: ``驻洪阳镇工作队 队长 等 2 项``."""
    if scope.duty:
        return Duty(scope.duty).label
    rows = sorted(scope.appointments, key=lambda row: row is not scope.posting)
    if not rows:
        return ""
    return rows[0].capacity if len(rows) == 1 else f"{rows[0].capacity} 等 {len(rows)} 项"


def _site() -> dict[str, Any]:
    return {
        "name": settings.SITE_NAME,
        "organiser": settings.ORGANISER,
        "record_number": settings.RECORD_NUMBER,
        "admin_phone": settings.ADMIN_PHONE,
        "home_url": reverse("overview:home"),
        "help_url": reverse("overview:help"),
        "text_size_url": reverse("teams:text_size"),
    }


def _person(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    return {
        "person_name": str(user),
        "person_post": person_post(scope_of(user)),
        "search_url": reverse("overview:search") if allows("serving", user) else "",
        "unread": notices.unread(user),
        "messages_url": reverse("core:notices"),
        "account_url": reverse("teams:account"),
        "feedback_url": f"{reverse('core:feedback')}?page={request.path}",
        "logout_url": reverse("teams:logout"),
    }

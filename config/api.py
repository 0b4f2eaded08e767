"""The API's addresses, put together from the rooms; its description and the page that shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import include, path
from django.views import defaults
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.routers import SimpleRouter

from approvals import api as approvals
from attendance import api as attendance
from attendance.inspection import api as inspection
from core.access import access
from core.api import notices
from core.api.permissions import Admitted
from core.api.problems import plain_response
from core.errors import database_away
from leave import api as leave
from leave import trips_api as trips
from rules import api as rules
from teams import api as teams

ROOMS = (teams, leave, trips, approvals, inspection, notices, rules)
PREFIX = "/api/"

app_name = "api"


def _router() -> SimpleRouter:
    router = SimpleRouter(use_regex_path=False)
    for room in ROOMS:
        for name, resource in room.ROUTES.items():
            resource.lookup_value_converter = "id"
            router.register(name, resource, basename=name)
    return router


class Schema(SpectacularJSONAPIView):
    """The description itself: for everybody who may sign in."""

    access = "login"
    permission_classes = [Admitted]

    def scope_needed(self) -> str:
        return ""


schema = Schema.as_view()
schema.access = Schema.access


@access("login")
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page to read and to try out; everything it loads lies here."""
    return render(request, "api/docs.html")


urlpatterns = [
    path("schema/", schema, name="schema"),
    path("docs/", docs, name="docs"),
    path("me/", teams.Me.as_view({"get": "retrieve"}), name="me"),
    path("attendance/sign-ins/", attendance.SignIns.as_view({"post": "create"}), name="sign-ins"),
    path("attendance/mine/", attendance.OwnMonth.as_view({"get": "retrieve"}), name="own-month"),
    path("attendance/register/", attendance.RegisterOfTeam.as_view({"get": "retrieve"}), name="register"),
    path("explain/", rules.Explain.as_view({"get": "retrieve"}), name="explain"),
    path("", include(_router().urls)),
]


def _in_its_own_shape(status: int, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Below /api/ also what no view of the API answers has the API's shape; elsewhere it is a page."""

    def handler(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path_info.startswith(PREFIX):
            return plain_response(status)
        return page(request, *args, **kwargs)

    return handler


bad_request = _in_its_own_shape(400, defaults.bad_request)
forbidden = _in_its_own_shape(403, defaults.permission_denied)
not_found = _in_its_own_shape(404, defaults.page_not_found)
_server_error = _in_its_own_shape(500, defaults.server_error)
#: Seconds after which a database that was started anew usually answers.
SOON = 30


def _waits(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("503.html"), status=503)


_unavailable = _in_its_own_shape(503, _waits)


def server_error(request: HttpRequest) -> HttpResponse:
    """A crash. A database that does not answer, or not in time, is none of ours: 503, with when to come back."""
    if not database_away(sys.exc_info()[1]):
        return _server_error(request)
    answer = _unavailable(request)
    answer["Retry-After"] = str(SOON)
    return answer

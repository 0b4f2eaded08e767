"""The site's addresses, and the floor: the least a POST that stores something can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import urlpatterns as site
from core import audit
from core.access import access
from core.verbs import verb


@access("login")
def floor(request: HttpRequest) -> HttpResponse:
    """Insert one row and commit."""
    _insert(acting_user=request.user)
    return HttpResponse("")


@verb("bench.floor")
def _insert(*, acting_user: object) -> None:
    audit.record(action="bench.floor", actor=acting_user)


urlpatterns = [*site, path("floor/", floor, name="floor")]

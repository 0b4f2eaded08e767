"""Every address of the site: each room brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from config import health

ROOMS = {
    "overview": "",
    "core": "",
    "teams": "",
    "approvals": "",
    "rules": "rules/",
    "leave": "leave/",
}

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    *(path(prefix, include(f"{room}.urls")) for room, prefix in ROOMS.items() if find_spec(f"{room}.urls")),
]

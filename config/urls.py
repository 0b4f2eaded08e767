"""Every address of the site: each room brings its own."""

from __future__ import annotations

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
    *(path(prefix, include(f"{room}.urls")) for room, prefix in ROOMS.items()),
]

"""Every address of the site: each room brings its own."""

from __future__ import annotations

from django.urls import include, path

from config import api, health

ROOMS = {
    "overview": "",
    "core": "",
    "teams": "",
    "approvals": "",
    "rules": "rules/",
    "leave": "leave/",
    "attendance": "attendance/",
    "attendance.inspection": "inspection/",
}

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(api.PREFIX.lstrip("/"), include("config.api")),
    *(path(prefix, include(f"{room}.urls")) for room, prefix in ROOMS.items()),
]

handler400 = api.bad_request
handler403 = api.forbidden
handler404 = api.not_found
handler500 = api.server_error

from __future__ import annotations

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "签批"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from approvals import doctor, guards, trail  # noqa: F401  (checks; triggers and sentences; words)

from __future__ import annotations

from django.apps import AppConfig


class LeaveConfig(AppConfig):
    name = "leave"
    verbose_name = "请假"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from leave import guards, panels, subject, trail  # noqa: F401  (triggers, panels, the Subject, words)

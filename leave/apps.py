from __future__ import annotations

from django.apps import AppConfig


class LeaveConfig(AppConfig):
    name = "leave"
    verbose_name = "请假"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from leave import (  # noqa: F401  (access; triggers, sentences, panels, the Subjects, words of the trail)
            access,
            guards,
            panels,
            subject,
            timeline,
            trail,
            trip_subject,
        )

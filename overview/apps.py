from __future__ import annotations

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "overview"
    verbose_name = "总览"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from overview import digest  # noqa: F401  (the letters it makes)

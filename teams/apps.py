from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "队伍"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from teams import access, doctor, robots, sentences, trail  # noqa: F401  (access, checks, letters, words)

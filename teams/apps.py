from __future__ import annotations

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "队伍"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Access words; checks; triggers; letters; sentences for constraints; words of the trail and the time line.
        from teams import access, doctor, guards, robots, sentences, timeline, trail  # noqa: F401

from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "rules"
    verbose_name = "制度"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rules import access, doctor, guards, trail  # noqa: F401  (access; checks; triggers; words of the trail)
        from rules.local import subject  # noqa: F401

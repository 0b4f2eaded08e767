from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "rules"
    verbose_name = "制度"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rules import doctor, trail  # noqa: F401  (are the offices there that the documents name? words)

from __future__ import annotations

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "overview"
    verbose_name = "总览"
    default_auto_field = "django.db.models.BigAutoField"

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _install_triggers(sender, using: str, **kwargs) -> None:
    """SQLite drops a table's triggers when a migration remakes it, so all are laid anew after every migrate."""
    from core import triggers

    triggers.install(using=using)


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import (  # noqa: F401  (checks, words, lookups, the core triggers)
            checks,
            converters,
            doctor,
            lookups,
            trail,
            trigger_list,
        )
        from core.outbox import letters  # noqa: F401  (the letters of the ground floor)

        converters.register()
        post_migrate.connect(_install_triggers, dispatch_uid="core.triggers")

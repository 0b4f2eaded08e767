"""System checks of the house itself."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

ROOMS = ("core", "teams", "approvals", "rules", "leave", "attendance", "overview")


@register()
def ids_fit_postgres_names(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Trigger names past 63 bytes would be cut off by PostgreSQL and never be found again."""
    from core.triggers import REGISTRY

    return [
        Error(f"触发器名过长：{trigger.name}", id="core.E001")
        for trigger in REGISTRY
        if len(trigger.name.encode()) > 63
    ]


@register()
def every_model_speaks_chinese(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each model of the house names itself in Chinese: forms, errors and the audit trail show that name."""
    return [
        Error(f"{model.__name__} 没有中文名称", id="core.E002")
        for room in ROOMS
        if apps.is_installed(room)
        for model in apps.get_app_config(room).get_models()
        if str(model._meta.verbose_name).isascii()
    ]

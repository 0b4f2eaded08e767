"""The Celery application. Every job is idempotent by a unique key, so a second delivery does no harm."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_ready,
)

from core.garbage import what_is_loaded_stays

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zhubang", include=["config.tasks"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _keep_django_logging(**kwargs: Any) -> None:
    """Celery would lay its own handlers over ours; connecting here keeps the configured ones."""


@worker_ready.connect
def _announce(**kwargs: Any) -> None:
    """A fresh worker proves the way through the broker at once, not only at the next full minute."""
    from config.tasks import heartbeat

    heartbeat.delay()


@worker_init.connect
@worker_process_init.connect
def _settle(**kwargs: Any) -> None:
    """In the worker itself and in each process it starts."""
    what_is_loaded_stays()


@beat_init.connect
def _beat_shows_itself(**kwargs: Any) -> None:
    """In beat's own process: each job it sends is a sign of its life, even when no worker takes the job."""
    before_task_publish.connect(_beat_lives, weak=False, dispatch_uid="config.beat")


def _beat_lives(**kwargs: Any) -> None:
    from config.tasks import beat_lives

    beat_lives()


_origins: dict[str, Any] = {}


@task_prerun.connect
def _enter(task_id: str, **kwargs: Any) -> None:
    """Audit events written by a job carry the job's id."""
    from core.context import working_from

    origin = working_from("job", request_id=task_id)
    origin.__enter__()
    _origins[task_id] = origin


@task_postrun.connect
def _leave(task_id: str, **kwargs: Any) -> None:
    origin = _origins.pop(task_id, None)
    if origin is not None:
        origin.__exit__(None, None, None)

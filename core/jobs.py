"""Jobs: what beat sends. Each run leaves its traces, so that 运行状态 shows a job that stopped running."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from celery.schedules import maybe_schedule
from django.conf import settings
from django.db import DatabaseError

from core import clock
from core.models import JobRun

logger = logging.getLogger(__name__)

#: Names of the two signs of life: the worker's proves broker and beat too, beat's only itself.
WORKER, BEAT = "worker", "beat"
#: A job may begin this much later than its hour before anybody is told.
GRACE = timedelta(minutes=5)


def job(name: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Make the function the Celery task ``name`` and keep the traces of its last run in :class:`JobRun`.

    What it returns, a number or counts by word, is kept as well. An error is kept and raised on.
    """

    def wrap(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            _note(
                name,
                started_at=clock.machine_now(),
                finished_at=None,
                outcome=JobRun.Outcome.RUNNING,
                error="",
            )
            try:
                result = function(*args, **kwargs)
            except Exception as error:
                # The class alone: an error's own words may hold names and numbers.
                _note(
                    name,
                    finished_at=clock.machine_now(),
                    outcome=JobRun.Outcome.FAILED,
                    error=type(error).__name__,
                )
                raise
            _note(
                name,
                finished_at=clock.machine_now(),
                outcome=JobRun.Outcome.DONE,
                counts=result if isinstance(result, dict) else {} if result is None else {"count": result},
            )
            return result

        inner.job = name  # type: ignore[attr-defined]
        return shared_task(name=name, **options)(inner)

    return wrap


def _note(name: str, **values: Any) -> None:
    """Write the traces. Where even that fails the job goes on: its own work matters more."""
    first = {**values, "first_at": clock.machine_now()}
    if "started_at" not in first:
        first["started_at"] = first["first_at"]
    try:
        JobRun.objects.update_or_create(name=name, defaults=values, create_defaults=first)
    except DatabaseError as error:
        logger.warning("the run of %s could not be noted (%s)", name, type(error).__name__)


@dataclass(frozen=True)
class Standing:
    """One entry of the schedule: its job's last run, and whether the next one should have begun by now."""

    label: str
    task: str
    run: JobRun | None
    overdue: bool

    @property
    def stuck(self) -> bool:
        """Begun and never ended, longer ago than any job may run."""
        if self.run is None or self.run.outcome != JobRun.Outcome.RUNNING:
            return False
        return clock.machine_now() - self.run.started_at > timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


def standings() -> list[Standing]:
    """Every entry of the schedule with its last run. A job that never ran counts from the first run of any."""
    runs = {run.name: run for run in JobRun.objects.all()}
    since = min((run.first_at for run in runs.values()), default=None)
    found = []
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        label, run = settings.JOB_NAMES.get(entry["task"], entry["task"]), runs.get(entry["task"])
        last = run.started_at if run else since
        found.append(
            Standing(label, entry["task"], run, last is not None and _overdue(entry["schedule"], last))
        )
    return found


def _overdue(schedule: Any, last: datetime) -> bool:
    """Has the moment after ``last`` at which ``schedule`` sends again passed, by more than the grace?"""
    return maybe_schedule(schedule).remaining_estimate(last) < -GRACE

"""/healthz: the process is alive. /readyz: everything it needs to serve people is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import redis
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.tasks import HEARTBEAT
from core import triggers
from core.models import Heartbeat


class NotReady(Exception):
    """A check failed; the sentence says what, without any name of a host or a person."""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive. Asks neither database nor broker, so a database restart does not restart the web process."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each check with ``ok`` or a sentence; 503 when one fails."""
    checks = {name: _outcome(check) for name, check in CHECKS.items()}
    ready = all(outcome == "ok" for outcome in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "not ready", "checks": checks}, status=200 if ready else 503
    )


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as error:
        return str(error)
    except (DatabaseError, redis.RedisError, OSError) as error:
        # The class alone: messages of drivers name hosts and accounts.
        return f"failed: {type(error).__name__}"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations not applied")


def _triggers() -> None:
    if absent := triggers.missing():
        raise NotReady(f"{len(absent)} triggers missing: {', '.join(sorted(absent)[:5])}")


def _broker() -> None:
    url = settings.CELERY_BROKER_URL
    if url.startswith("filesystem://"):
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        if not folder.is_dir():
            raise NotReady("the queue's folder is missing")
        return
    if not url.startswith(("redis", "unix")):
        raise NotReady("no broker that could be asked")
    # redis-py calls a socket unix://, Celery redis+socket://.
    address = url.replace("redis+socket://", "unix://", 1)
    with redis.Redis.from_url(address, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()


def _worker() -> None:
    try:
        beat = Heartbeat.objects.get(name=HEARTBEAT)
    except ObjectDoesNotExist:
        raise NotReady("no worker has reported yet") from None
    age = timezone.now() - beat.at
    if age > settings.HEARTBEAT_MAX_AGE:
        raise NotReady(f"the worker last reported {int(age.total_seconds())} seconds ago")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "broker": _broker,
    "worker": _worker,
}

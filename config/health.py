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

from core import triggers
from core.jobs import WORKER
from core.models import Heartbeat
from core.outbox.state import standing

OK, DEGRADED, NOT_READY = "ok", "degraded", "not ready"


class Degraded(Exception):
    """Something lags behind and somebody should look; people can be served all the same."""


class NotReady(Exception):
    """A check failed; the sentence says what, without any name of a host or a person."""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive. Asks neither database nor broker, so a database restart does not restart the web process."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each check with ``ok`` or a sentence; 503 when one fails. What only lags is said, and is no failure."""
    checks, words = {}, set()
    for name, check in CHECKS.items():
        word, checks[name] = _outcome(check)
        words.add(word)
    status = next(word for word in (NOT_READY, DEGRADED, OK) if word in words)
    return JsonResponse({"status": status, "checks": checks}, status=503 if status == NOT_READY else 200)


def _outcome(check: Callable[[], None]) -> tuple[str, str]:
    """(how bad it is, ``ok`` or the sentence)."""
    try:
        check()
    except Degraded as error:
        return DEGRADED, str(error)
    except NotReady as error:
        return NOT_READY, str(error)
    except (DatabaseError, redis.RedisError, OSError) as error:
        # The class alone: messages of drivers name hosts and accounts.
        return NOT_READY, f"failed: {type(error).__name__}"
    return OK, OK


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
        beat = Heartbeat.objects.get(name=WORKER)
    except ObjectDoesNotExist:
        raise NotReady("no worker has reported yet") from None
    age = timezone.now() - beat.at
    if age > settings.HEARTBEAT_MAX_AGE:
        raise NotReady(f"the worker last reported {int(age.total_seconds())} seconds ago")


def _outbox() -> None:
    late = standing().late
    if late is not None:
        raise Degraded(f"the oldest message has been due for {int(late.total_seconds())} seconds")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "broker": _broker,
    "worker": _worker,
    "outbox": _outbox,
}

"""/healthz and /readyz: what a service manager and a load balancer are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.health import CHECKS
from config.tasks import beat_lives, heartbeat
from core import triggers
from core.models import Heartbeat, OutboxMessage
from tests.conftest import Broker


def test_healthz_answers_without_a_database(client: Client):
    # No database fixture: a query here would raise.
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.fixture
def everything_runs(db: None, settings: Any, broker: Broker) -> None:
    settings.CELERY_BROKER_URL = broker.url
    heartbeat()


def test_readyz_says_ok_for_each_part(everything_runs: None, client: Client):
    response = client.get("/readyz")
    assert response.status_code == 200, response.content
    assert response.json() == {"status": "ok", "checks": dict.fromkeys(CHECKS, "ok")}


def _failing(client: Client) -> dict[str, str]:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "not ready"
    return {name: outcome for name, outcome in response.json()["checks"].items() if outcome != "ok"}


def test_a_worker_that_fell_silent(everything_runs: None, client: Client):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert _failing(client) == {"worker": "the worker last reported 600 seconds ago"}


def test_a_worker_that_never_reported(everything_runs: None, client: Client):
    Heartbeat.objects.all().delete()
    assert _failing(client) == {"worker": "no worker has reported yet"}


def test_a_broker_that_is_down(everything_runs: None, client: Client, settings: Any):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert _failing(client) == {"broker": "failed: ConnectionError"}


def test_the_queue_in_files_must_exist(everything_runs: None, client: Client, settings: Any, tmp_path: Path):
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "messages")}
    assert _failing(client) == {"broker": "the queue's folder is missing"}
    (tmp_path / "messages").mkdir()
    assert client.get("/readyz").status_code == 200


def test_a_trigger_that_is_gone(everything_runs: None, client: Client):
    trigger = triggers.REGISTRY[0]
    target = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger.name}{target}")
    assert _failing(client) == {"triggers": f"1 triggers missing: {trigger.name}"}


def test_a_migration_that_is_not_applied(everything_runs: None, client: Client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE id = (SELECT MAX(id) FROM django_migrations)")
    assert _failing(client) == {"migrations": "1 migrations not applied"}


def test_letters_that_wait_too_long_are_said_and_take_nobody_the_pages(everything_runs: None, client: Client):
    due = timezone.now() - timedelta(minutes=20)
    OutboxMessage.objects.create(
        channel="email", kind="code", key="late", created_at=due, due_at=due, attempts=0
    )
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["outbox"] == "the oldest message has been due for 1200 seconds"
    Heartbeat.objects.all().delete()
    assert client.get("/readyz").json()["status"] == "not ready"


def test_beat_shows_itself_apart_from_the_worker(db: None):
    beat_lives()
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"beat"}


def test_only_safe_methods(client: Client):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405

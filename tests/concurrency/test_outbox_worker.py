"""A real worker on Redis and PostgreSQL, killed without warning; and many workers at one table."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config import settings_test
from core import clock as core_clock
from core.models import Delivery, OutboxMessage
from core.outbox import queue, services
from tests.concurrency.race import race
from tests.conftest import Broker
from tests.drive import Drive
from tests.mailserver import Server, serving
from tests.outgoing import choose_mail

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def write(drive: Drive, count: int) -> None:
    """So many letters to the captain, due now."""
    captain = drive.world.users["liusha_captain"]
    choose_mail(drive.world, "liusha_captain", instant=True)
    for number in range(count):
        captain.notices.create(
            title=f"第 {number} 件", url="/", key=f"{captain.pk}:k{number}", created_at=core_clock.now()
        )
        queue.put(
            kind="instant", channel="email", keys={captain.pk: f"letter:{number}"}, reference=f"k{number}"
        )


def test_two_hundred_letters_and_eight_workers_are_two_hundred_letters(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    write(drive, 200)
    monkeypatch.setattr(queue.Post, "send", lambda post, *, to, letter, key: sent.append(key) or key)
    race(8, lambda number: queue.drain())
    assert sorted(sent) == sorted(f"letter:{number}" for number in range(200))
    assert OutboxMessage.objects.filter(state="sent").count() == 200


class Worker:
    """``celery worker`` in a process of its own, on this test's database, broker and mail server."""

    def __init__(self, broker: Broker, port: int, data: Path) -> None:
        known = connection.settings_dict
        address = f"{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "ZHUBANG_PROFILE": "demo",
            "ZHUBANG_DATA": str(data),
            "DATABASE_URL": f"postgres://{address}/{known['NAME']}",
            "BROKER_URL": broker.url,
            "BROKER_KEY_PREFIX": f"{broker.prefix}outbox-",
            "FIELD_ENCRYPTION_KEYS": ",".join(settings_test.FIELD_ENCRYPTION_KEYS),
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
        }
        self.log = data / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = "celery --app config --quiet worker --pool threads --concurrency 2 --loglevel WARNING"
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command.split()],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        """Without warning: nothing is put in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=10)

    def ask(self) -> None:
        """What beat does each minute."""
        code = "from config.celery import app; app.send_task('core.send_outbox')"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment, check=True, timeout=60)

    def until(self, found: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not found():
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def worker(
    drive: Drive, broker: Broker, server: Server, tmp_path: Path, monkeypatch: Any
) -> Iterator[Worker]:
    # The worker's clock is the machine's, and it must not be night for it.
    monkeypatch.setattr(core_clock, "now", core_clock.machine_now)
    with serving(server) as port:
        worker = Worker(broker, port, tmp_path)
        yield worker
        worker.kill()


@pytest.mark.slow
def test_killed_in_the_middle_of_sending_and_between_commit_and_sending(
    drive: Drive, worker: Worker, server: Server
) -> None:
    # A code, because it goes out at night too, whatever the hour at which this runs.
    user = drive.world.user("liusha_captain")
    services.ask_code(acting_user=user, email="captain@example.cn")
    code = Delivery.objects.get(user=user).code

    # Committed, and no worker lives: nothing is lost.
    assert OutboxMessage.objects.get().state == "pending"

    # The server has the letter and has not said so when the worker is killed.
    server.dawdles = 60
    worker.ask()
    worker.start()
    worker.until(lambda: server.taken)
    worker.kill()
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == ("sending", 1)
    server.dawdles = 0

    # A new worker leaves it alone while the claim holds …
    worker.start()
    worker.ask()
    time.sleep(5)
    assert len(server.taken) == 1

    # … and sends once more after it, under the same number.
    OutboxMessage.objects.update(claimed_until=core_clock.now() - timedelta(seconds=1))
    worker.ask()
    worker.until(lambda: OutboxMessage.objects.get().state == "sent")
    worker.ask()
    time.sleep(3)
    assert [code in letter.get_content() for letter in server.taken] == [True, True]
    assert len({letter["Message-ID"] for letter in server.taken}) == 1

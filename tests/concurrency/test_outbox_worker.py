"""A real worker on Redis and PostgreSQL, killed without warning; and many workers at one table."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock as core_clock
from core.models import Delivery, OutboxMessage
from core.outbox import queue, services
from tests.concurrency.race import race
from tests.concurrency.worker import Worker
from tests.conftest import Broker
from tests.drive import Drive
from tests.mailserver import Server, serving
from tests.outgoing import choose_mail

pytestmark = pytest.mark.postgres


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
        worker = Worker(broker, tmp_path, "outbox", EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(port))
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
    worker.ask("core.send_outbox")
    worker.start()
    worker.until(lambda: server.taken)
    worker.kill()
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts) == ("sending", 1)
    server.dawdles = 0

    # A new worker leaves it alone while the claim holds …
    worker.start()
    worker.ask("core.send_outbox")
    time.sleep(5)
    assert len(server.taken) == 1

    # … and sends once more after it, under the same number.
    OutboxMessage.objects.update(claimed_until=core_clock.now() - timedelta(seconds=1))
    worker.ask("core.send_outbox")
    worker.until(lambda: OutboxMessage.objects.get().state == "sent")
    worker.ask("core.send_outbox")
    time.sleep(3)
    assert [code in letter.get_content() for letter in server.taken] == [True, True]
    assert len({letter["Message-ID"] for letter in server.taken}) == 1

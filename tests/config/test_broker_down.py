"""With the broker away people are served as ever, and what they caused is sent once when it is back."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from config.celery import app
from core import calendar
from core.models import OutboxMessage
from core.outbox import queue, wake
from leave.models import LeaveRequest
from tests import cast
from tests.drive import Drive, newest
from tests.fixtures import clock
from tests.outgoing import choose_mail
from tests.pages import browser, sign_fields, submit

__all__ = ["clock"]

#: The promise is two seconds; a broker that is away must not be felt at all.
PROMISED = 2.0


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """The processes of this test with another broker, under the timeouts of a real one."""
    before = app.conf.broker_url, app.conf.broker_transport_options

    def use(address: str, options: dict[str, Any]) -> None:
        app.conf.broker_url, app.conf.broker_transport_options = address, options
        app._pool = None
        app.amqp._producer_pool = None

    use(url, {"socket_connect_timeout": 1, "socket_timeout": 5, "max_retries": 0})
    try:
        yield
    finally:
        use(*before)


@pytest.fixture(params=["refuses", "hangs"])
def dead_broker(request: pytest.FixtureRequest) -> Iterator[None]:
    """An address that refuses, and one that takes connections and never answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            held.listen()
        with broker_at(f"redis://127.0.0.1:{held.getsockname()[1]}/0"):
            yield


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    started = time.monotonic()
    result = act()
    return time.monotonic() - started, result


def quiet() -> None:
    """Wait until the thread that wakes workers has given up."""
    deadline = time.monotonic() + 15
    while wake.wake._running and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.usefixtures("dead_broker")
def test_submitting_and_approving_answer_at_once_and_letters_go_once_later(
    transactional_db: None, clock: object, caplog: pytest.LogCaptureFixture
) -> None:
    calendar.seed(range(2026, 2027))
    drive = Drive(cast.build())
    choose_mail(drive.world, "liusha_captain", instant=True)
    quiet()
    member, captain = browser(drive.world, "liusha_member"), browser(drive.world, "liusha_captain")
    request = drive.save("liusha_member", 1)
    took, page = timed(lambda: submit(member, request))
    assert page.status_code == 200
    assert took < PROMISED
    card = captain.get(request.get_absolute_url())
    took, page = timed(
        lambda: captain.post(
            reverse("approvals:sign", args=[newest(request).pk]), sign_fields(card), follow=True
        )
    )
    assert page.status_code == 200
    assert took < PROMISED
    assert LeaveRequest.objects.get(pk=request.pk).state == "approved"
    quiet()
    assert "no worker could be woken" in caplog.text
    assert OutboxMessage.objects.get(kind="instant").state == "pending"
    # It is back, and beat sweeps.
    for _ in range(10):
        queue.drain()
    assert [letter.to for letter in mail.outbox] == [["liusha_captain@example.cn"]]

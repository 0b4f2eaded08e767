"""A real mail server, which takes letters, refuses them, falls silent or is not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from core.models import OutboxMessage
from core.outbox import queue
from tests.cast import World
from tests.mailserver import Server, serving
from tests.outgoing import choose_mail, unsent

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "驻帮 <zhubang@example.gov.cn>"
    settings.EMAIL_TIMEOUT = 1
    with serving(server) as settings.EMAIL_PORT:
        yield server


@pytest.fixture
def letter(world: World) -> OutboxMessage:
    """A notice sent at once to the captain."""
    choose_mail(world, "liusha_captain", instant=True)
    user = world.users["liusha_captain"]
    user.notices.create(
        title="待您办理：一件", url="/leave/1/", key=f"{user.pk}:k", created_at="2026-11-23T09:00+08:00"
    )
    return unsent(
        user, kind="instant", reference="k", state="pending", settled_at=None, attempts=0, last_error=""
    )


def test_a_letter_arrives_whole_in_chinese_and_says_that_a_machine_wrote_it(
    server: Server, letter: OutboxMessage
) -> None:
    assert queue.drain() == {"sent": 1}
    (taken,) = server.taken
    letter.refresh_from_db()
    assert taken["Subject"] == "待您办理：一件"
    assert taken["From"] == "驻帮 <zhubang@example.gov.cn>"
    assert taken["Message-ID"] == letter.message_id
    assert letter.message_id.endswith("@example.gov.cn>")
    assert taken["Auto-Submitted"] == "auto-generated"
    assert "http://localhost:8000/leave/1/" in taken.get_content()


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("450 try later", "pending", "邮件服务器没有收下（450）"),
        ("451 greylisted", "pending", "邮件服务器没有收下（451）"),
        ("554 spam", "failed", "邮件服务器没有收下（554）"),
    ],
)
def test_a_letter_the_server_refuses(
    server: Server, letter: OutboxMessage, answer: str, outcome: str, words: str
) -> None:
    server.letters = [answer]
    assert queue.drain() == {outcome: 1}
    letter.refresh_from_db()
    assert letter.last_error == words


@pytest.mark.parametrize(
    ("answer", "outcome"), [("550 no such user", "failed"), ("452 mailbox full", "pending")]
)
def test_an_address_the_server_refuses_is_not_written_into_the_reason(
    server: Server, letter: OutboxMessage, answer: str, outcome: str
) -> None:
    server.addresses = [answer]
    assert queue.drain() == {outcome: 1}
    letter.refresh_from_db()
    assert letter.last_error == f"对方邮件服务器不收这个地址（{answer[:3]}）"


def test_one_refused_letter_does_not_stop_the_next(
    server: Server, letter: OutboxMessage, world: World
) -> None:
    other = choose_mail(world, "lihu_captain", instant=True).user
    other.notices.create(title="另一件", url="/", key=f"{other.pk}:k", created_at="2026-11-23T09:00+08:00")
    unsent(other, kind="instant", reference="k", state="pending", settled_at=None, attempts=0)
    server.addresses = ["550 no such user"]
    assert queue.drain() == {"failed": 1, "sent": 1}
    assert server.taken[0]["Subject"] == "另一件"


def test_a_server_that_is_not_there(server: Server, letter: OutboxMessage, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    assert queue.drain() == {"pending": 1}
    letter.refresh_from_db()
    assert letter.last_error == "邮件服务器连不上"


def test_a_server_that_says_nothing(server: Server, letter: OutboxMessage, settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.EMAIL_PORT = silent.getsockname()[1]
        assert queue.drain() == {"pending": 1}
    letter.refresh_from_db()
    assert letter.last_error in ("邮件服务器没有应答", "邮件服务器中途断开")

"""A mail server for tests: keeps what it takes, and refuses or dawdles when told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Server:
    """Keeps what it took; ``answers`` are given to letters and addresses in turn, then it takes everything."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.letters: list[str] = []
        self.addresses: list[str] = []
        #: Seconds between taking a letter and saying so.
        self.dawdles = 0.0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.addresses:
            return self.addresses.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.letters:
            return self.letters.pop(0)
        self.taken.append(message_from_bytes(envelope.original_content or b"", policy=policy.default))
        await asyncio.sleep(self.dawdles)
        return "250 OK"


@contextmanager
def serving(server: Server) -> Iterator[int]:
    """Let it listen; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()

"""The way out by e-mail: Django's backend, whose server stands in the settings alone."""

from __future__ import annotations

import hashlib
from email.utils import parseaddr
from types import TracebackType

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from core.outbox import words
from core.outbox.kinds import CHOICES, Letter, address, one_line


def message_id(key: str) -> str:
    """The same for every try of one message, so that mail systems drop the copy a crash may cause."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"


class Post:
    """One connection to the mail server for as many letters as are due. Use in a ``with``."""

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, *, to: str, letter: Letter, key: str) -> str:
        """Send one letter and return its Message-ID. Raises Undelivered."""
        number = message_id(key)
        headers = {"Message-ID": number, "Auto-Submitted": "auto-generated"}
        if letter.personal:
            headers["List-Unsubscribe"] = f"<{address(reverse(CHOICES))}>"
        mail = EmailMessage(
            subject=one_line(letter.subject),
            body=letter.text(),
            to=[to],
            headers=headers,
            connection=self._connection,
        )
        try:
            self._connection.open()
            mail.send()
        except Exception as error:
            self._hang_up()
            raise words.of_mail(error) from error
        return number

    def _hang_up(self) -> None:
        try:
            self._connection.close()
        except OSError:
            # The server has gone; there is nothing left to close.
            return

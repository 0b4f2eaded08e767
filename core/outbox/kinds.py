"""What a message says. Rooms register a kind each; its words are made at the moment of sending.

So a letter never says what its reader may no longer know, and nothing of its content lies in the outbox. Only
titles and addresses of pages go out: no reason, no identifier, no file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from core.outbox.models import OutboxMessage


@dataclass(frozen=True)
class Line:
    """One title with the page it leads to; without one, a sentence."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Letter:
    """A message ready to go. ``lines`` are shown in order; ``personal`` letters say how to stop them."""

    subject: str
    lines: tuple[Line, ...]
    personal: bool = True

    def text(self) -> str:
        """The plain text: each title on a line, its full address beneath."""
        rows = []
        for line in self.lines:
            rows.append(one_line(line.text))
            if line.url:
                rows.append(address(line.url))
        if self.personal:
            rows += [
                "",
                f"不想再收：{settings.SITE_NAME}“账号与安全”里的“消息方式”",
                address(reverse(CHOICES)),
            ]
        return "\n".join(rows)


@dataclass(frozen=True)
class ToAddress:
    """An e-mail address."""

    email: str


@dataclass(frozen=True)
class ToRobot:
    """A robot of a group: the provider's code, the token of its webhook, and the secret that signs."""

    provider: str
    token: str
    secret: str = ""


@dataclass(frozen=True)
class Parcel:
    to: ToAddress | ToRobot
    letter: Letter


@dataclass(frozen=True)
class NotNow:
    """Nothing goes out, for this reason; the message is over."""

    why: str


Render = Callable[[OutboxMessage], Parcel | NotNow]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """code in the row, name on screen, what makes the words, and whether it waits for the morning."""

    code: str
    name: str
    render: Render
    quiet_at_night: bool = True


#: The page on which a person chooses.
CHOICES = "core:delivery"

_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called once for each kind, when the room that knows its words starts."""
    _KINDS[kind.code] = kind


def kind(code: str) -> Kind:
    """The registered kind; KeyError names a programming mistake."""
    return _KINDS[code]


def name_of(code: str) -> str:
    return _KINDS[code].name if code in _KINDS else code


def wakeful() -> list[str]:
    """Codes of kinds that go out at any hour: somebody sits before the page and waits."""
    return [code for code, kind in _KINDS.items() if not kind.quiet_at_night]


def one_line(text: str) -> str:
    """The text without line breaks and control signs, which have no business in a title."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def address(url: str) -> str:
    """The full address of one of our own pages."""
    return f"{settings.SITE_URL}{url}"

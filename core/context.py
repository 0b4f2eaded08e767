"""Where the present work comes from (a request, a command, a job): audit events and logs carry it."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    source: str = "shell"
    address: str | None = None
    request_id: str = ""


SHELL = Origin()
_origin: contextvars.ContextVar[Origin] = contextvars.ContextVar("zhubang_origin", default=SHELL)


def origin() -> Origin:
    """The origin of what runs now; outside requests and jobs it is ``shell``."""
    return _origin.get()


@contextmanager
def working_from(source: str, *, address: str | None = None, request_id: str = "") -> Iterator[None]:
    """Mark everything inside as coming from ``source``: web, api, command, job or shell."""
    token = _origin.set(Origin(source, address, request_id))
    try:
        yield
    finally:
        _origin.reset(token)

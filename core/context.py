"""Where the present work comes from (a request, a command, a job): audit events and logs carry it."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Origin:
    source: str = "shell"
    address: str | None = None
    request_id: str = ""


SHELL = Origin()
#: What the present verb has looked up and may need again; None outside verbs.
_found: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("zhubang_found", default=None)
_origin: contextvars.ContextVar[Origin] = contextvars.ContextVar("zhubang_origin", default=SHELL)


def origin() -> Origin:
    """The origin of what runs now; outside requests and jobs it is ``shell``."""
    return _origin.get()


@contextmanager
def one_verb() -> Iterator[None]:
    """Inside, :func:`remembered` answers from memory. A verb within a verb shares the outer one's."""
    if _found.get() is not None:
        yield
        return
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def remembered(key: str, look_up: Callable[[], T]) -> T:
    """What ``look_up`` finds, looked up once per verb; anew each time outside one."""
    found = _found.get()
    if found is None:
        return look_up()
    if key not in found:
        found[key] = look_up()
    return found[key]


def forget(key: str) -> None:
    """What was remembered under ``key`` no longer holds."""
    found = _found.get()
    if found is not None:
        found.pop(key, None)


@contextmanager
def working_from(source: str, *, address: str | None = None, request_id: str = "") -> Iterator[None]:
    """Mark everything inside as coming from ``source``: web, api, command, job or shell."""
    token = _origin.set(Origin(source, address, request_id))
    try:
        yield
    finally:
        _origin.reset(token)

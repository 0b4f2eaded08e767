"""What is read often and changes seldom is kept by each process, together with the stamp under which it was read.

One question to the database per request or verb fetches all stamps: what one process changes, all know at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import uuid4

from django.db import OperationalError, ProgrammingError

from core.context import SHELL, Origin, forget, origin, remembered
from core.errors import table_missing
from core.models import Edition

T = TypeVar("T")

#: What it is named after → the stamp and what was made under it.
_made: dict[str, tuple[str, Any]] = {}
#: The stamps this request has read, with the origin that names the request.
_of_request: ContextVar[tuple[Origin, dict[str, str]] | None] = ContextVar("zhubang_editions", default=None)


def kept(key: str, make: Callable[[], T], *also: str, unset: Callable[[], T] | None = None) -> T:
    """What ``make`` gives, made once per process and stamp.

    ``also``: what else it was made of, by its key: made anew as well when that changes. Where nobody has set a stamp yet
    it is what ``unset`` gives, or without that what ``make`` gives each time.
    """
    stamps = _stamps()
    if key not in stamps:
        return (unset or make)()
    stamp = " ".join(stamps.get(each, "") for each in (key, *also))
    known = _made.get(key)
    if known is None or known[0] != stamp:
        known = _made[key] = stamp, make()
    return known[1]


def stamp_of(key: str) -> str:
    """The stamp now in force, as this request or verb has read it; empty where none was ever set."""
    return _stamps().get(key, "")


def renew(key: str) -> None:
    """What is named so has changed, in the caller's transaction: every process makes it anew."""
    Edition.objects.update_or_create(pk=key, defaults={"stamp": uuid4().hex})
    forget("editions")
    _of_request.set(None)


def _stamps() -> dict[str, str]:
    here = origin()
    if here is SHELL:
        return remembered("editions", _read)
    known = _of_request.get()
    if known is None or known[0] is not here:
        known = here, _read()
        _of_request.set(known)
    return known[1]


def _read() -> dict[str, str]:
    try:
        return dict(Edition.objects.values_list("key", "stamp"))
    except (OperationalError, ProgrammingError) as error:
        if not table_missing(error):
            # Nothing is known then; to take it for "never set" would decide by defaults.
            raise
        return {}  # the tables have not been made yet

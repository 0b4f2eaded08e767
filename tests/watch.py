"""Of the whole test run: no verb changes anything without leaving an event of it in the same transaction.

The fixture stands around every test. Inside the outermost verb it looks at each statement; a verb that ends well,
has written to a table and has not written to the audit trail fails the test in which it ran.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection

from core import context, verbs

_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
TRAIL = "core_auditevent"


class Watch:
    """What the verbs of one test wrote, and the silent ones among them."""

    def __init__(self, around: Callable[[], Any]) -> None:
        self.silent: list[str] = []
        self.mutations = 0
        self._around = around

    @contextmanager
    def one_verb(self) -> Iterator[None]:
        if context._found.get() is not None:
            with self._around():
                yield
            return
        written: set[str] = set()

        def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, about: Any) -> Any:
            if found := _WRITES.match(sql):
                written.add(found.group(1))
            return execute(sql, params, many, about)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(look))
            stack.enter_context(self._around())
            yield
        if not written:
            return
        self.mutations += 1
        if TRAIL not in written:
            self.silent.append(f"wrote to {', '.join(sorted(written))} without an event")


@pytest.fixture(autouse=True)
def verbs_watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Fail the test in which a verb changed something silently."""
    watch = Watch(context.one_verb)
    monkeypatch.setattr(verbs, "one_verb", watch.one_verb)
    yield watch
    assert watch.silent == [], watch.silent

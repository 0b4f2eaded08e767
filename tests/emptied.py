"""Tests on real transactions leave their rows behind; after each the tables that hold any are emptied.

Django would empty all hundred of them, and then lay content types, permissions and triggers anew, every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, transaction

from core import triggers
from tests.again import filled, tables

#: Laid by migrate, and the same for every test.
KEPT = {"django_content_type", "auth_permission"}


def empty(*_: Any, **__: Any) -> None:
    """Stands in for Django's ``flush``, past the triggers that refuse to delete."""
    names = filled([name for name in tables() if name not in KEPT])
    with transaction.atomic(), connection.cursor() as cursor, _lifted(cursor, names):
        for name in names:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(name)}")


@contextmanager
def only_at_the_end() -> Iterator[None]:
    """What is laid within the block stays from test to test, and goes at its end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", lambda *_, **__: None)
        yield
    empty()


@contextmanager
def _lifted(cursor: Any, names: list[str]) -> Iterator[None]:
    """The triggers that refuse to delete from these tables taken off for a block."""
    guards = [each for each in triggers.REGISTRY if each.event == "DELETE" and each.table in names]
    if connection.vendor == "postgresql":
        for each in guards:
            cursor.execute(f"ALTER TABLE {each.table} DISABLE TRIGGER {each.name}")
        yield
        # A table whose foreign keys are still to be looked at cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for each in guards:
            cursor.execute(f"ALTER TABLE {each.table} ENABLE TRIGGER {each.name}")
    else:
        for each in guards:
            cursor.execute(f"DROP TRIGGER {each.name}")
        yield
        for each in guards:
            for statement in each.sqlite():
                cursor.execute(statement)

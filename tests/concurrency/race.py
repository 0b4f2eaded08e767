"""Letting many go at once, and taking away what keeps them in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Semaphore
from typing import Any

import pytest
from django.db import connection, connections, models
from django.db.models import QuerySet

from core import triggers
from core.errors import Declined

#: Database connections one race may hold at a time; the threads beyond wait their turn, as behind a web server.
CONNECTIONS = 24


def race(count: int, act: Callable[[int], Any]) -> list[Any]:
    """``act(0) … act(count - 1)`` in as many threads, let go together.

    Returns what each returned, or the refusal it met. Any other exception fails the test: nobody may see a
    server error because he was slow.
    """
    start, seats = Barrier(count), Semaphore(CONNECTIONS)

    def run(number: int) -> Any:
        start.wait()
        with seats:
            try:
                return act(number)
            except Declined as refusal:
                return refusal
            finally:
                connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def won(outcomes: list[Any]) -> list[Any]:
    """Those that went through."""
    return [item for item in outcomes if not isinstance(item, Declined)]


def lost(outcomes: list[Any]) -> list[Declined]:
    """The refusals of the others."""
    return [item for item in outcomes if isinstance(item, Declined)]


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take ``SELECT … FOR UPDATE`` out of every verb: what remains is the database's own refusal."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)


def dawdle(monkeypatch: pytest.MonkeyPatch, target: str, seconds: float = 0.03) -> None:
    """Make a function slow, so that what is read before it is old when it is written after it."""
    module, _, name = target.rpartition(".")
    quick = getattr(__import__(module, fromlist=[name]), name)

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(seconds)
        return quick(*args, **kwargs)

    monkeypatch.setattr(target, slow)


@contextmanager
def without_guards(*tables: type[models.Model]) -> Iterator[None]:
    """Take all triggers off the database and the unique indexes off ``tables``; PostgreSQL only.

    The rows written meanwhile are removed before the guards are laid again.
    """
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid), t.relname, s.conname "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid "
            "LEFT JOIN pg_constraint s ON s.conindid = i.indexrelid AND s.contype = 'u' "
            "WHERE i.indisunique AND NOT i.indisprimary AND t.relname = ANY(%s)",
            [names],
        )
        guards = cursor.fetchall()
        for index, _, table, constraint in guards:
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
            )
    try:
        with triggers.lifted():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
            for index, definition, table, constraint in guards:
                cursor.execute(definition)
                if constraint:
                    cursor.execute(
                        f"ALTER TABLE {table} ADD CONSTRAINT {constraint} UNIQUE USING INDEX {index}"
                    )

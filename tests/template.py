"""The empty database of a test run: migrated once, and copied for every worker that needs one.

On SQLite the template stays in pytest's cache, so that the next run copies it too; its name changes with whatever
goes into it. On PostgreSQL it belongs to one run and is dropped at its end, since the server is not ours to fill.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import django
from django.core.files import locks
from django.core.management import call_command
from django.db import DatabaseError, connection

from config import settings_test
from core import triggers

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = f"zhubang_template_{settings_test.RUN}"


def lay(folder: Path) -> None:
    """Whatever test database Django makes in this process begins as a copy of the template; ``folder`` keeps it."""
    with _locked(folder):
        if connection.vendor == "sqlite":
            _lay_file(folder)
        else:
            _make_database()
            connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
    # Nothing is left to migrate; Django lays triggers and permissions again, as after every migrate.
    connection.settings_dict["TEST"]["MIGRATE"] = False


def drop(folder: Path) -> None:
    """At the end of a run; a worker that has not begun yet makes it again, one that is just copying keeps it."""
    if connection.vendor == "postgresql":
        with _locked(folder), suppress(DatabaseError), connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")


def _lay_file(folder: Path) -> None:
    template = folder / f"{_ingredients()}.sqlite3"
    if not template.exists():
        for old in folder.glob("*.sqlite3*"):
            old.unlink()
        unfinished = folder / "unfinished.sqlite3"
        _migrated(str(unfinished))
        unfinished.rename(template)
    empty, create = template.read_bytes(), connection.creation._create_test_db

    def copied(*arguments: Any, **options: Any) -> str:
        name = create(*arguments, **options)
        Path(name).write_bytes(empty)
        return name

    connection.creation._create_test_db = copied  # type: ignore[method-assign]


def _make_database() -> None:
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if cursor.fetchone():
            return
        cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    _migrated(TEMPLATE)


def _migrated(name: str) -> None:
    """Migrate the database of this name, and let go of it."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _ingredients() -> str:
    """Of what the template is made: our migrations, our triggers, and the versions of everybody else's."""
    made_of = hashlib.sha256(f"{django.VERSION} {triggers.REGISTRY}".encode())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("requirements*.txt")]):
        made_of.update(path.read_bytes())
    return made_of.hexdigest()[:16]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time."""
    with (folder / "lock").open("w") as file:
        locks.lock(file, locks.LOCK_EX)
        yield

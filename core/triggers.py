"""Triggers that refuse past the verbs, written once and laid on SQLite and PostgreSQL alike.

Rooms append to :data:`REGISTRY` at start-up. ``install`` runs after every migrate, because SQLite silently
drops a table's triggers when a migration remakes the table; ``missing`` is asked by /readyz.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections

#: What a condition may name in braces because the databases say it differently.
_SAID = {
    "sqlite": {"{half_a_year_ago}": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-6 months')"},
    "postgresql": {"{half_a_year_ago}": "(CURRENT_TIMESTAMP - INTERVAL '6 months')"},
}


@dataclass(frozen=True)
class Trigger:
    """Refuse ``event`` on ``table`` when ``condition`` holds (SQL both databases read; NEW and OLD are rows).

    ``{half_a_year_ago}`` in it stands for that moment by the machine's clock.
    """

    name: str
    table: str
    event: str
    condition: str = "1 = 1"

    def sqlite(self) -> list[str]:
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"WHEN {self._for('sqlite')} BEGIN SELECT RAISE(ABORT, '{self.name}'); END",
        ]

    def postgresql(self) -> list[str]:
        row = "OLD" if self.event == "DELETE" else "NEW"
        return [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"IF {self._for('postgresql')} THEN RAISE EXCEPTION '{self.name}' "
            f"USING ERRCODE = '23514', CONSTRAINT = '{self.name}'; END IF; RETURN {row}; END $body$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} BEFORE {self.event} ON {self.table} FOR EACH ROW "
            f"EXECUTE FUNCTION {self.name}()",
        ]

    def _for(self, vendor: str) -> str:
        text = self.condition
        for name, words in _SAID[vendor].items():
            text = text.replace(name, words)
        return text


REGISTRY: list[Trigger] = []


def append_only(table: str) -> list[Trigger]:
    """The pair that makes a table append-only."""
    return [
        Trigger(f"{table}_no_update", table, "UPDATE"),
        Trigger(f"{table}_no_delete", table, "DELETE"),
    ]


def changed(*columns: str) -> str:
    """The condition that an update writes something else into one of the columns, none of which may be empty."""
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def register(*triggers: Trigger) -> None:
    """Add triggers to the one list; a name given twice replaces the earlier one (modules may be reloaded)."""
    names = {trigger.name for trigger in triggers}
    REGISTRY[:] = [known for known in REGISTRY if known.name not in names] + list(triggers)


def install(using: str = "default") -> None:
    """Lay every registered trigger whose table exists."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in REGISTRY:
            if trigger.table in tables:
                for statement in getattr(trigger, connection.vendor)():
                    cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """Names of registered triggers the database does not have."""
    connection = connections[using]
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(question)
        present = {row[0] for row in cursor.fetchall()}
    return [trigger.name for trigger in REGISTRY if trigger.name not in present]


def remove(using: str = "default") -> None:
    """Take every registered trigger off; within a transaction they are back if it fails."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for trigger in REGISTRY:
            target = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{target}")


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Take the triggers off for a block and lay them again. For tests that must empty tables on SQLite."""
    remove(using)
    try:
        yield
    finally:
        install(using)

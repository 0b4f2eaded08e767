"""Many rows at once: COPY where the database is PostgreSQL, batches elsewhere. For data that are made, not for verbs."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Max

BATCH = 5000
_NUMBER, _TEXT = (int, type(None)), (str, type(None))
#: Fields whose values go to the database as they are; of any other class, one of our own too, the field is asked.
_PLAIN: dict[type[models.Field], tuple[type, ...]] = {
    models.BigAutoField: _NUMBER,
    models.BigIntegerField: _NUMBER,
    models.IntegerField: _NUMBER,
    models.PositiveIntegerField: _NUMBER,
    models.PositiveSmallIntegerField: _NUMBER,
    models.SmallIntegerField: _NUMBER,
    models.CharField: _TEXT,
    models.TextField: _TEXT,
}
#: What stands for NULL in the stream; drawn anew by every process, so that nobody can type it.
_NULL = f"\\N{secrets.token_hex(8)}"


def first_free(model: type[models.Model]) -> int:
    """The lowest primary key above all that are taken: rows made together may name each other by it."""
    return (model._base_manager.aggregate(top=Max("pk"))["top"] or 0) + 1


def insert(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows, given by attribute names (``person_id``, not ``person``), without making objects of them.

    Every row names the same attributes; what none names gets its field's default. Constraints hold as always. Call
    :func:`numbers_follow` once for the models whose primary keys were given. Returns how many rows were written.
    """
    stream = iter(rows)
    first = next(stream, None)
    if first is None:
        return 0
    given = tuple(first)
    fields = [field for field in model._meta.local_concrete_fields if _written(field, given)]
    if unknown := set(given) - {field.attname for field in fields}:
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    defaults = {field.attname: field.get_default() for field in fields if field.attname not in given}
    database = connections[DEFAULT_DB_ALIAS]
    cells = [(field.attname, _as_it_is(field), field.get_db_prep_save) for field in fields]

    def values() -> Iterator[list[Any]]:
        for row in _chain(first, stream):
            whole = {**defaults, **row}
            yield [
                value if type(value := whole[name]) in plain else prepared(value, database)
                for name, plain, prepared in cells
            ]

    return write(model._meta.db_table, [field.column for field in fields], values())


def _as_it_is(field: models.Field) -> tuple[type, ...]:
    """Which values of the field the database takes without asking the field: numbers of numbers, texts of texts."""
    if isinstance(field, models.ForeignKey):
        return _as_it_is(field.target_field)
    return _PLAIN.get(type(field), ())


def write(table: str, columns: list[str], values: Iterator[list[Any]]) -> int:
    """Write rows of values as the database takes them, in the order of ``columns``; returns how many."""
    return (_copy if connection.vendor == "postgresql" else _batches)(table, columns, values)


def numbers_follow(*tables: type[models.Model]) -> None:
    """Let the databases' own numbering go on after the keys that were given."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def _written(field: models.Field, given: tuple[str, ...]) -> bool:
    return field.attname in given or not isinstance(field, models.AutoField)


def _chain(first: Mapping[str, Any], rest: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    yield first
    yield from rest


def _copy(table: str, columns: list[str], values: Iterator[list[Any]]) -> int:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    statement = (
        f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"
    )
    written = 0
    with connection.cursor() as cursor:
        while batch := list(islice(values, BATCH)):
            stream = io.StringIO()
            writer = csv.writer(stream)
            writer.writerows([[_cell(value) for value in row] for row in batch])
            stream.seek(0)
            cursor.copy_expert(statement, stream)
            written += len(batch)
    return written


def _cell(value: Any) -> Any:
    if type(value) in (int, str):
        return value
    if value is None:
        return _NULL
    # psycopg2 wraps JSON and bytes for its own quoting; the stream wants the text itself.
    if isinstance(value, bytes | memoryview):
        return f"\\x{bytes(value).hex()}"
    if hasattr(value, "dumps"):
        return value.dumps(value.adapted)
    return f"\\x{bytes(value.adapted).hex()}" if hasattr(value, "adapted") else value


def _batches(table: str, columns: list[str], values: Iterator[list[Any]]) -> int:
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({places})"
    written = 0
    with connection.cursor() as cursor:
        while batch := list(islice(values, BATCH)):
            cursor.executemany(statement, batch)
            written += len(batch)
    return written

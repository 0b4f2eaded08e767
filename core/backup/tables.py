"""Rows out of a database and into one, exactly as they are stored: what is encrypted stays encrypted.

Both databases must give the same line for the same row, so that hashes can be compared across them: moments in UTC with
microseconds, JSON with its keys sorted, bytes as base64.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from core import bulk
from core.crypto import EncryptedTextField

#: Rows fetched at a time.
BATCH = 2000


def kept() -> list[type[models.Model]]:
    """The models whose tables go into a backup, those between many-to-many included, by their tables' names.

    A model says ``in_backups = False`` where its rows must not come back: sign-ins that were ended since, say.
    """
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and getattr(model, "in_backups", True)
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def emptied() -> list[type[models.Model]]:
    """The models whose tables a restore empties: those kept, and those that only say what goes on now."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.local_concrete_fields]


def lines(model: type[models.Model], connection: BaseDatabaseWrapper) -> Iterator[bytes]:
    """The rows of a table, by primary key, one JSON array a line without its end."""
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    pk = model._meta.pk
    assert pk is not None
    names = ", ".join(quote(field.column) for field in fields)
    statement = f"SELECT {names} FROM {quote(model._meta.db_table)} ORDER BY {quote(pk.column)}"
    readers = [_reader(field, connection) for field in fields]
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                values = [read(value) for read, value in zip(readers, row, strict=True)]
                yield json.dumps(
                    values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
                ).encode()


def write(model: type[models.Model], rows: Iterable[bytes], connection: BaseDatabaseWrapper) -> int:
    """Put lines of :func:`lines` into an empty table; returns how many."""
    fields = model._meta.local_concrete_fields
    writers = [_writer(field, connection) for field in fields]

    def values() -> Iterator[list[Any]]:
        for row in rows:
            yield [make(value) for make, value in zip(writers, json.loads(row), strict=True)]

    return bulk.write(model._meta.db_table, [field.column for field in fields], values())


def _reader(field: models.Field, connection: BaseDatabaseWrapper) -> Any:
    """What makes of a stored value the one that is written down."""
    column = field.get_col(field.model._meta.db_table)
    converters = connection.ops.get_db_converters(column)
    as_json = isinstance(field, models.JSONField)

    def read(value: Any) -> Any:
        if value is None:
            return None
        for convert in converters:
            value = convert(value, column, connection)
        return json.loads(value) if as_json and isinstance(value, str) else value

    return read


def _writer(field: models.Field, connection: BaseDatabaseWrapper) -> Any:
    """What makes of a value that was written down the one the database takes."""
    inner: Any = field
    while inner.remote_field is not None:
        inner = inner.target_field
    if isinstance(inner, EncryptedTextField):
        return lambda value: value
    if isinstance(inner, models.JSONField):
        return lambda value: None if value is None else connection.ops.adapt_json_value(value, inner.encoder)
    if isinstance(inner, models.BinaryField):
        return lambda value: (
            None if value is None else inner.get_db_prep_value(base64.b64decode(value), connection)
        )
    return lambda value: None if value is None else field.get_db_prep_save(inner.to_python(value), connection)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no way is known to write down {type(value).__name__}")

"""Making an archive from one snapshot of the database, while people go on working."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection as default_connection
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from core import clock, seal
from core.backup import archive, tables
from core.models import AuditSeal

#: Fast on two cores; the lines are so alike that a higher level gains little.
LEVEL = 3


@dataclass(frozen=True)
class Taken:
    """A finished archive: where it lies, its bytes, the hash of the whole file, and what is in it."""

    path: Path
    size: int
    sha256: str
    manifest: archive.Manifest


def take(path: Path) -> Taken:
    """Make an archive at ``path``, readable by its owner alone. It appears whole or not at all.

    Files come after the snapshot of the rows, so that whatever a row names is there: a file is never changed, and is
    removed only long after its row.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600), "w+b") as stream:
            manifest = _fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
            stream.seek(0)
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.seek(0, os.SEEK_END)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Taken(path, size, sha256, manifest)


def _fill(stream: IO[bytes]) -> archive.Manifest:
    with zipfile.ZipFile(
        stream, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=LEVEL, allowZip64=True
    ) as zip_:
        with snapshot() as connection:
            applied = sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
            kept = [_table(zip_, model, connection) for model in tables.kept()]
            head = _head(connection)
            named = _named_files(connection)
        files = [_file(zip_, name) for name in _files()]
        manifest = archive.Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            vendor=default_connection.vendor,
            migrations=applied,
            tables=kept,
            files=files,
            missing=sorted(named - {file.name for file in files}),
            audit_head=head,
        )
        packed = manifest.packed()
        zip_.writestr(archive.MANIFEST, packed)
        zip_.writestr(archive.SIGNATURE, archive.sign(packed))
    return manifest


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection that sees one moment throughout and keeps nobody from writing.

    Inside a transaction it is that transaction's own connection.
    """
    if default_connection.in_atomic_block:
        yield default_connection
        return
    other = default_connection.copy()
    # Of a second connection to SQLite only a reader's transaction is wanted; writers go on beside it.
    if other.vendor == "sqlite":
        other.settings_dict["OPTIONS"] = {**other.settings_dict["OPTIONS"], "transaction_mode": "DEFERRED"}
    try:
        with other.cursor() as cursor:
            if other.vendor == "postgresql":
                other.set_autocommit(False)
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            else:
                cursor.execute("BEGIN DEFERRED")
        yield other
    finally:
        other.close()


def _table(
    zip_: zipfile.ZipFile, model: type[models.Model], connection: BaseDatabaseWrapper
) -> archive.Table:
    digest, rows = hashlib.sha256(), 0
    name = model._meta.db_table
    with zip_.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
        for line in tables.lines(model, connection):
            line += b"\n"
            digest.update(line)
            member.write(line)
            rows += 1
    return archive.Table(name, tables.columns(model), rows, digest.hexdigest())


def _files() -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink()
    )


def _file(zip_: zipfile.ZipFile, name: str) -> archive.File:
    digest, size = hashlib.sha256(), 0
    # Pictures and PDFs are compressed already; pressing them again costs time and gains nothing.
    info = zipfile.ZipInfo(f"files/{name}")
    with (
        open(Path(settings.MEDIA_ROOT) / name, "rb") as source,
        zip_.open(info, "w", force_zip64=True) as member,
    ):
        while chunk := source.read(archive.CHUNK):
            digest.update(chunk)
            size += len(chunk)
            member.write(chunk)
    return archive.File(name, size, digest.hexdigest())


def _named_files(connection: BaseDatabaseWrapper) -> set[str]:
    """The files that rows name."""
    found: set[str] = set()
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in tables.kept():
            for field in model._meta.local_concrete_fields:
                if isinstance(field, models.FileField):
                    cursor.execute(f"SELECT {quote(field.column)} FROM {quote(model._meta.db_table)}")
                    found |= {name for (name,) in cursor.fetchall() if name}
    return found


def _head(connection: BaseDatabaseWrapper) -> str:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT position, hash FROM {quote(AuditSeal._meta.db_table)} ORDER BY position DESC LIMIT 1"
        )
        row = cursor.fetchone()
    position, hash_ = row or seal.start()
    return f"{position}:{hash_}"

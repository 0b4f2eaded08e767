"""The archive: a zip whose list of contents is signed with the installation's own keys.

``manifest.json`` names every table with its columns, rows and hash, every file with its size and hash, the migrations
that were applied and the head of the audit chain; ``manifest.mac`` signs it. So an archive that is damaged, was changed,
or comes from an installation with other keys (whose identity numbers could not be read here) is known before a row
is touched. The keys themselves are not in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings

from core.errors import Refused

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.mac"
#: Bytes read at a time.
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Table:
    """One table: ``rows`` lines, each a JSON array in the order of ``columns``; ``sha256`` is of all lines."""

    name: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True)
class File:
    """One file by its path below the installation's files; ``size`` in bytes."""

    name: str
    size: int
    sha256: str

    @property
    def member(self) -> str:
        return f"files/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """What an archive holds. ``missing`` are files that rows name and that were not there when it was made."""

    made_at: str
    vendor: str
    migrations: list[list[str]]
    tables: list[Table]
    files: list[File]
    missing: list[str] = field(default_factory=list)
    audit_head: str = ""
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def packed(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def sign(packed: bytes) -> str:
    """The signature under the installation's present key."""
    return _signatures(packed)[0]


def _signatures(packed: bytes) -> list[str]:
    said = b"zhubang backup\n" + packed
    return [hmac.new(key.encode(), said, hashlib.sha256).hexdigest() for key in settings.IDENTIFIER_HASH_KEYS]


@dataclass
class Opened:
    """An archive that is open for reading, its list of contents read and its signature checked."""

    manifest: Manifest
    _zip: zipfile.ZipFile

    def lines(self, table: Table) -> Iterator[bytes]:
        """The rows of a table, one a line, without the line's end."""
        with self._zip.open(table.member) as member:
            for line in member:
                yield line.rstrip(b"\n")

    def file(self, file: File) -> IO[bytes]:
        return self._zip.open(file.member)

    def check(self) -> None:
        """Read everything once and compare it with the list. Refused at the first thing that does not fit."""
        listed: list[Table | File] = [*self.manifest.tables, *self.manifest.files]
        there = set(self._zip.namelist()) - {MANIFEST, SIGNATURE}
        if there != {each.member for each in listed}:
            raise _damaged("里面的内容和清单对不上")
        for each in listed:
            digest, lines = hashlib.sha256(), 0
            try:
                with self._zip.open(each.member) as member:
                    while chunk := member.read(CHUNK):
                        digest.update(chunk)
                        lines += chunk.count(b"\n")
            except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
                raise _damaged(f"{each.name} 读不出来") from error
            if digest.hexdigest() != each.sha256 or (isinstance(each, Table) and lines != each.rows):
                raise _damaged(f"{each.name} 和清单对不上")

    def close(self) -> None:
        self._zip.close()


def open_archive(path: Path) -> Opened:
    """Open an archive and check the signature of its list. Refused with a sentence for anything else."""
    try:
        zip_ = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Refused("backup_gone", f"没有这个文件：{path}") from error
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged("不是备份文件，或没有传完整") from error
    try:
        return Opened(_manifest(zip_), zip_)
    except Refused:
        zip_.close()
        raise


def peek(path: Path) -> Manifest | None:
    """The list of contents of an archive, None where it cannot be read or is not ours."""
    try:
        opened = open_archive(path)
    except Refused:
        return None
    opened.close()
    return opened.manifest


def _manifest(zip_: zipfile.ZipFile) -> Manifest:
    try:
        packed, signature = zip_.read(MANIFEST), zip_.read(SIGNATURE).decode()
    except (KeyError, zipfile.BadZipFile, OSError, UnicodeDecodeError, EOFError) as error:
        raise _damaged("里面没有清单") from error
    if not any(hmac.compare_digest(each, signature) for each in _signatures(packed)):
        raise Refused(
            "backup_keys",
            "备份的签名不符：不是用这套密钥做的，或清单被改过。把原来那台的 SECRET_KEY、FIELD_ENCRYPTION_KEYS、"
            "IDENTIFIER_HASH_KEYS（演示系统是数据目录里的 secrets.json）放到这里再恢复",
        )
    said: dict[str, Any] = json.loads(packed)
    if said.get("format") != FORMAT:
        raise Refused("backup_format", f"备份是第 {said.get('format')} 版格式，这套程序只认第 {FORMAT} 版")
    said["tables"] = [Table(**table) for table in said["tables"]]
    said["files"] = [File(**file) for file in said["files"]]
    for file in said["files"]:
        path = PurePosixPath(file.name)
        if path.is_absolute() or ".." in path.parts:
            raise _damaged(f"文件名 {file.name} 不对")
    return Manifest(**said)


def _damaged(why: str) -> Refused:
    return Refused("backup_damaged", f"备份文件用不了：{why}。换一份备份")

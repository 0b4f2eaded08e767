"""Putting an archive back: checked whole before anything is touched, then all of it or nothing."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from core import audit, bulk, clock, triggers
from core.backup import archive, tables
from core.errors import Refused
from core.models import Heartbeat
from core.verify import Report, verify

#: A process that gave a sign of life within this time is still running.
ALIVE = timedelta(minutes=3)


def check(path: Path) -> archive.Manifest:
    """Read an archive through and compare it with its list. Refused with a sentence; touches nothing else."""
    opened = archive.open_archive(path)
    try:
        opened.check()
        return opened.manifest
    finally:
        opened.close()


def restore(path: Path, *, replace: bool = False) -> tuple[archive.Manifest, Report]:
    """Put an archive into this installation and say what stands in it now, with the check of its audit chain.

    The archive is read through first. Rows come back in one transaction, in which every table is read again and its
    hash compared; files change places with the present ones just before it commits. So whatever fails, the
    installation stays as it was. Refused: a damaged or foreign archive, one of another version of the program, an
    installation with people in it (without ``replace``), or one whose processes are running.
    """
    opened = archive.open_archive(path)
    try:
        opened.check()
        manifest = opened.manifest
        _same_version(manifest)
        call_command("migrate", verbosity=0, interactive=False)
        _may_be_overwritten(replace)
        with _unpacked(opened) as new_files:
            swap = _Swap(new_files)
            try:
                with transaction.atomic():
                    report = _fill(opened)
                    swap.do()
            except BaseException:
                swap.undo()
                raise
            swap.tidy()
        ContentType.objects.clear_cache()
        return manifest, report
    finally:
        opened.close()


def _fill(opened: archive.Opened) -> Report:
    """Every table anew, inside the caller's transaction; the check of the audit chain that came with them."""
    triggers.remove()
    _empty()
    for model in tables.kept():
        _load(opened, model)
    bulk.numbers_follow(*tables.kept())
    connection.check_constraints()
    triggers.install()
    report = verify()
    if not report.whole:
        raise Refused("backup_chain", f"备份里的审计链有断点：{report.breaks[0]}。换一份备份")
    manifest = opened.manifest
    audit.record(
        action="backup.restore",
        actor=None,
        subject_kind="backup",
        after={"made_at": manifest.made_at, "rows": manifest.rows, "files": len(manifest.files)},
    )
    return report


def _same_version(manifest: archive.Manifest) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    mine = sorted([app, name] for app, name in known)
    if mine != manifest.migrations:
        both = [*manifest.migrations, *mine]
        odd = next(each for each in both if each not in mine or each not in manifest.migrations)
        raise Refused(
            "backup_version",
            f"备份是另一个版本的程序做的（{'.'.join(odd)}）。装上那时的版本再恢复，恢复以后再升级",
        )
    present = {model._meta.db_table: tables.columns(model) for model in tables.kept()}
    if present != {table.name: table.columns for table in manifest.tables}:
        raise Refused("backup_version", "备份里的表和这套程序的不同。装上那时的版本再恢复，恢复以后再升级")


def _may_be_overwritten(replace: bool) -> None:
    since = clock.machine_now() - ALIVE
    if Heartbeat.objects.filter(at__gt=since).exists():
        raise Refused("backup_running", "后台进程还在运行。先停下网站、worker 和 beat，过三分钟再恢复")
    if not replace and get_user_model().objects.exists():
        raise Refused(
            "backup_not_empty", "这里已经有账号和数据。确定要换掉的话，先做一份备份，再加上 --replace"
        )


def _empty() -> None:
    quote = connection.ops.quote_name
    names = [quote(model._meta.db_table) for model in tables.emptied()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")


def _load(opened: archive.Opened, model: type) -> None:
    listed = next(each for each in opened.manifest.tables if each.name == model._meta.db_table)
    tables.write(model, opened.lines(listed), connection)
    digest, rows = hashlib.sha256(), 0
    for line in tables.lines(model, connection):
        digest.update(line + b"\n")
        rows += 1
    if rows != listed.rows or digest.hexdigest() != listed.sha256:
        raise Refused("backup_differs", f"{listed.name} 放回数据库以后和备份不同，已经全部撤回")


@contextmanager
def _unpacked(opened: archive.Opened) -> Iterator[Path]:
    """The archive's files in a folder beside the present ones; gone again if nobody took it."""
    root = Path(settings.MEDIA_ROOT)
    folder = root.with_name(f".{root.name}.restoring")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        for file in opened.manifest.files:
            target = folder / file.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with opened.file(file) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, archive.CHUNK)
            target.chmod(0o600)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Swap:
    """The exchange of the folders of files. What was there before stays beside the new one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = Path(settings.MEDIA_ROOT)
        self.before = self.root.with_name(f"{self.root.name}.before-{clock.machine_now():%Y%m%d-%H%M%S}")
        self.done = False

    def do(self) -> None:
        if self.root.exists():
            self.root.rename(self.before)
        self.folder.rename(self.root)
        self.done = True

    def undo(self) -> None:
        if self.done:
            self.root.rename(self.folder)
        if self.before.exists():
            self.before.rename(self.root)

    def tidy(self) -> None:
        """An empty folder is not worth keeping."""
        if self.before.exists() and not any(path.is_file() for path in self.before.rglob("*")):
            shutil.rmtree(self.before)

"""The installation's own archives: one a night and on demand, in the backup folder, the old ones removed.

A wanted backup is a row; the job takes it, and takes it again if the process died over it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core import audit, clock
from core.access import allows
from core.backup.models import Backup
from core.backup.taking import Taken, take
from core.doctor import examines
from core.errors import NotYours
from core.outbox.wake import wake
from core.verbs import verb

logger = logging.getLogger("zhubang.backup")

TASK = "core.make_backups"
#: The hour from which the night's backup is wanted.
HOUR = 2


def folder() -> Path:
    return Path(settings.BACKUP_DIR)


@verb("backup.ask")
def ask(*, acting_user: Any) -> Backup:
    """A backup now. While one is wanted and not finished, asking again gives that one. NotYours without the duty."""
    if not allows("installation_keeper", acting_user):
        raise NotYours("not_yours", "没有这个页面")
    waiting = Backup.objects.filter(finished_at=None).first()
    if waiting is not None:
        return waiting
    backup = Backup.objects.create(asked_by=acting_user, asked_at=clock.now())
    audit.record(action="backup.ask", actor=acting_user, subject_kind="backup", subject_id=backup.pk)
    return backup


def begin() -> None:
    """Let a worker look at once; without one the next minute does."""
    wake(TASK)


def want_tonights() -> None:
    """Make the night's backup wanted, once a night; after an outage the last one only."""
    now = timezone.localtime(clock.machine_now())
    if now.hour >= HOUR:
        Backup.objects.get_or_create(day=now.date(), defaults={"asked_at": clock.now()})


def run() -> int:
    """Take what is wanted and nobody is taking, remove what is old; how many were taken."""
    want_tonights()
    taken = 0
    for pk in list(Backup.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True)):
        if _claim(pk) and _take(pk) is not None:
            taken += 1
    prune()
    return taken


def make() -> Taken:
    """One backup at once, for the command line. Errors are the caller's."""
    backup = Backup.objects.create(asked_at=clock.now())
    return _taken(backup.pk, take(_path(backup.pk)))


def _claim(pk: int) -> bool:
    now = clock.machine_now()
    free = Backup.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=pk, finished_at=None)
    return free.update(claimed_until=now + timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)) == 1


def _take(pk: int) -> Taken | None:
    try:
        return _taken(pk, take(_path(pk)))
    except OSError as error:
        # Most likely a full disk. The class alone goes into the row, the path into the log.
        logger.error("the backup failed: %s", error)
        Backup.objects.filter(pk=pk).update(finished_at=clock.machine_now(), error=type(error).__name__)
        return None


def _path(pk: int) -> Path:
    now = timezone.localtime(clock.machine_now())
    return folder() / f"zhubang-{now:%Y%m%d-%H%M%S}-{pk}.zip"


def _taken(pk: int, taken: Taken) -> Taken:
    Backup.objects.filter(pk=pk).update(
        finished_at=clock.machine_now(),
        name=taken.path.name,
        size=taken.size,
        sha256=taken.sha256,
        rows=taken.manifest.rows,
        files=len(taken.manifest.files),
        missing=len(taken.manifest.missing),
        error="",
    )
    audit.record(
        action="backup.take",
        actor=None,
        subject_kind="backup",
        subject_id=pk,
        after={"name": taken.path.name, "sha256": taken.sha256, "rows": taken.manifest.rows},
    )
    return taken


def prune() -> int:
    """Remove archives older than the days they are kept, never the newest good one; how many."""
    good = Backup.objects.exclude(name="").order_by("-pk")
    newest = good.values_list("pk", flat=True).first() or 0
    before = clock.machine_now() - timedelta(days=settings.BACKUP_DAYS)
    removed = 0
    for name in good.filter(finished_at__lt=before).exclude(pk=newest).values_list("name", flat=True)[:1000]:
        path = folder() / name
        if path.exists():
            path.unlink()
            removed += 1
    return removed


def last_good() -> datetime | None:
    """When the newest backup was finished whose archive is still there."""
    rows = Backup.objects.exclude(name="").order_by("-pk").values_list("name", "finished_at")[:30]
    return next((at for name, at in rows if (folder() / name).exists()), None)


@examines("备份")
def _doctor() -> Iterable[str]:
    newest = Backup.objects.exclude(finished_at=None).first()
    if newest is not None and newest.error:
        yield f"上次备份没有做成（{newest.error}）：看备份目录 {folder()} 在不在、还有没有空间"
    last = last_good()
    if newest is not None and (last is None or clock.machine_now() - last > timedelta(days=2)):
        yield "没有两天以内的备份：看 worker 和 beat 两个进程是否在，备份目录有没有空间"

"""A workbook that is looked through before anything is written: what every import of the house shares.

The first verb reads it, finds everything that has to be mended and keeps it with what it would do; the second does
exactly that, all of it or nothing. What the rows mean is the business of the room that imports.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q

from core import clock, upload_guard
from core.crypto import EncryptedTextField
from core.errors import Conflict, Refused

MAX_BYTES = 3 * 1024 * 1024
#: How long a workbook waits to be confirmed.
KEPT_UNCONFIRMED = timedelta(days=30)


@dataclass(frozen=True)
class Problem:
    """Something to mend, where it stands: sheet, row of the sheet, heading of the column."""

    sheet: str
    row: int
    column: str
    sentence: str

    @property
    def where(self) -> str:
        """``“人员”第 12 行“姓名”``."""
        column = f"“{self.column}”" if self.column else ""
        return f"“{self.sheet}”第 {self.row} 行{column}" if self.row else f"“{self.sheet}”{column}"


class ToMend(Refused):
    """Rows of the workbook cannot be taken: every one of them is named, nothing has been written."""

    def __init__(self, problems: Sequence[Problem], code: str = "rows") -> None:
        super().__init__(code, f"有 {len(problems)} 处要改，什么都没有导入", field="file")
        self.problems = list(problems)


@dataclass(frozen=True)
class Taken:
    """A workbook that came in: harmless, and read."""

    name: str
    content: bytes
    sheets: list[upload_guard.Sheet]

    @property
    def columns(self) -> dict[str, str]:
        """What the kept row says of the file itself."""
        return {
            "name": self.name,
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "content": base64.b64encode(self.content).decode(),
        }


def take(file: UploadedFile) -> Taken:
    """Read an uploaded .xlsx; Refused with the sentence for the form where it is something else, too large or harmful."""
    name = PurePath(file.name or "").name[:200]
    if PurePath(name).suffix.lower() != ".xlsx":
        raise Refused("file_kind", f"“{name}”不是 .xlsx 文件，在表格软件里另存为 .xlsx 再上传", field="file")
    if (file.size or 0) > MAX_BYTES:
        raise Refused("file_size", f"“{name}”超过 3 MB，删去不用的工作表和图片再上传", field="file")
    content = file.read()
    return Taken(name, content, upload_guard.read_workbook(content, name=name, field="file"))


class ImportedWorkbook(models.Model):
    """One workbook that was looked through, and what came of it.

    ``lines`` are what was shown, word for word; ``plan_hash`` stands for them and for the rows they rest on, so that
    confirming does exactly that or nothing. The workbook is kept encrypted, and only until it has been dealt with.
    """

    class State(models.TextChoices):
        CHECKED = "checked", "待确认"
        APPLIED = "applied", "已导入"
        DROPPED = "dropped", "已放弃"
        EXPIRED = "expired", "过期未确认"

    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验码", max_length=64)
    content = EncryptedTextField("文件内容", blank=True, default="")
    lines = models.JSONField("核对结果", default=list)
    notes = models.JSONField("说明", default=list)
    plan_hash = models.CharField("核对结果校验码", max_length=64)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.CHECKED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def sheets(self) -> list[upload_guard.Sheet]:
        """The kept workbook, read again."""
        return upload_guard.read_workbook(base64.b64decode(self.content), name=self.name, field="file")

    def count(self, kind: str) -> int:
        """How many of the lines are of a kind: ``added``, ``changed``, ``unchanged`` …"""
        return sum(1 for line in self.lines if line["kind"] == kind)

    def settle(self, state: str, user: Any) -> None:
        """Dealt with: the workbook is not kept. Inside the caller's transaction, under the row's lock."""
        self.state, self.content = state, ""
        self.settled_by, self.settled_at = user, clock.now()
        self.save(update_fields=["state", "content", "settled_by", "settled_at"])

    def refuse_settled(self) -> None:
        """Raise Conflict unless it still waits."""
        if self.state != self.State.CHECKED:
            raise Conflict("import_settled", f"这次导入{self.get_state_display()}，要再导入就重新上传")


def constraints(prefix: str) -> list[models.BaseConstraint]:
    """What the database holds of every import, named for its table."""
    return [
        models.CheckConstraint(
            condition=Q(state="checked", settled_at__isnull=True)
            | Q(state="expired", settled_at__isnull=False, settled_by__isnull=True)
            | Q(state__in=["applied", "dropped"], settled_at__isnull=False, settled_by__isnull=False),
            name=f"{prefix}_settled_by_somebody",
        ),
        models.CheckConstraint(
            condition=Q(state="checked") | Q(content=""), name=f"{prefix}_keeps_no_workbook"
        ),
    ]


M = TypeVar("M", bound=ImportedWorkbook)


def expire(rows: models.QuerySet[M]) -> list[M]:
    """Clear the workbooks that nobody has confirmed or given up in thirty days; what was shown of them stays."""
    late = rows.select_for_update().filter(
        state=ImportedWorkbook.State.CHECKED, uploaded_at__lt=clock.now() - KEPT_UNCONFIRMED
    )
    found = list(late)
    for row in found:
        row.settle(ImportedWorkbook.State.EXPIRED, None)
    return found


def outdated() -> Conflict:
    """What was looked through no longer fits what is registered."""
    return Conflict("import_outdated", "核对以后，系统里的登记又有变动，这份结果已经不准。重新核对一次再确认")

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.crypto import EncryptedTextField
from teams.models.places import Region

if TYPE_CHECKING:
    from teams.models.people import User


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def administered_by(self, user: User) -> RosterImportQuerySet:
        """The imports into counties that the account administers."""
        from teams.scope import scope_of

        return self.filter(scope_of(user).administered_q("region__path"))


class RosterImport(models.Model):
    """名册导入: one workbook that was looked through for one county, and what came of it.

    ``lines`` are what was shown, word for word; ``plan_hash`` stands for them and for the rows they rest on, so that
    confirming does exactly that or nothing. The workbook holds identity numbers: it is kept encrypted, and only
    until it has been dealt with.
    """

    class State(models.TextChoices):
        CHECKED = "checked", "待确认"
        APPLIED = "applied", "已导入"
        DROPPED = "dropped", "已放弃"
        EXPIRED = "expired", "过期未确认"

    region = models.ForeignKey(
        Region, verbose_name="导入到", on_delete=models.PROTECT, related_name="roster_imports"
    )
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

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "名册导入"
        verbose_name_plural = "名册导入"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="checked", settled_at__isnull=True)
                | Q(state="expired", settled_at__isnull=False, settled_by__isnull=True)
                | Q(state__in=["applied", "dropped"], settled_at__isnull=False, settled_by__isnull=False),
                name="roster_import_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="checked") | Q(content=""), name="roster_import_keeps_no_workbook"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:roster_import", args=[self.pk])

    def count(self, kind: str) -> int:
        """How many rows are ``added``, ``changed``, ``ended`` or ``unchanged``."""
        return sum(1 for line in self.lines if line["kind"] == kind)

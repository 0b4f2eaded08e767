from __future__ import annotations

from django.conf import settings
from django.db import models


class Backup(models.Model):
    """One backup: wanted by the night (``day``) or by a person, taken by a job, and what came of it.

    The archive itself lies in the backup folder under ``name``, and is removed from there after some days; the row stays.
    """

    day = models.DateField("哪一夜", null=True, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁要的", null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("要的时间")
    claimed_until = models.DateTimeField("正在做，到", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    name = models.CharField("文件名", max_length=80, blank=True)
    size = models.PositiveBigIntegerField("字节数", default=0)
    sha256 = models.CharField("校验码", max_length=64, blank=True)
    rows = models.PositiveBigIntegerField("行数", default=0)
    files = models.PositiveIntegerField("文件数", default=0)
    missing = models.PositiveIntegerField("缺的文件数", default=0)
    error = models.CharField("错误", max_length=80, blank=True)

    class Meta:
        app_label = "core"
        verbose_name = "备份"
        verbose_name_plural = "备份"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name or f"{self.asked_at:%Y-%m-%d %H:%M}"

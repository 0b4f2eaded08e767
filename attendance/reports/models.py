"""The monthly attendance report of a county: one row a version, and a workbook for each town and for the county."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from core.months import day_of, month_words
from teams.models import Region, User
from teams.scope import scope_of


class MonthReport(models.Model):
    """Due work is a row: a job builds what is due, part by part. ``sheets``: the closed sheets a final one is of."""

    class Kind(models.TextChoices):
        PROVISIONAL = "provisional", "临时"
        FINAL = "final", "正式"

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="month_reports"
    )
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    version = models.PositiveSmallIntegerField("版次")
    kind = models.CharField("性质", max_length=12, choices=Kind.choices)
    basis = models.CharField("依据", max_length=64)
    sheets = models.JSONField("关账", default=list)
    towns = models.JSONField("乡镇", default=list)
    hash = models.CharField("内容校验码", max_length=64, blank=True)
    asked_by = models.ForeignKey(
        User, verbose_name="要求生成的人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("要求生成时间")
    claimed_until = models.DateTimeField("占用到", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "月度考勤报表"
        verbose_name_plural = "月度考勤报表"
        ordering = ["-month", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["county", "month", "version"], name="one_report_a_version"),
            models.UniqueConstraint(fields=["county", "month", "basis"], name="one_report_a_basis"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | ~Q(hash=""), name="finished_report_has_hash"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="report_due")
        ]

    def __str__(self) -> str:
        return f"{self.county.name}{month_words(self.month)}出勤登记表（第 {self.version} 版）"

    @property
    def first(self) -> date:
        """The first day of the month."""
        return day_of(self.month)


class ReportPartQuerySet(models.QuerySet["ReportPart"]):
    def visible_to(self, user: User) -> ReportPartQuerySet:
        """The workbooks of the places the user's office, or a grant, opens: a town its own, a county all."""
        return self.filter(scope_of(user).places_q("path"))


class ReportPart(models.Model):
    """One workbook: a town's with a sheet for each team, or the county's summary. ``path`` is the place's."""

    report = models.ForeignKey(
        MonthReport, verbose_name="报表", on_delete=models.PROTECT, related_name="parts"
    )
    path = models.CharField("路径", max_length=40)
    name = models.CharField("名称", max_length=60)
    people = models.PositiveIntegerField("人数")
    hash = models.CharField("内容校验码", max_length=64)
    lines = models.JSONField("内容")
    workbook = models.BinaryField("表格")
    made_at = models.DateTimeField("生成时间")

    objects = ReportPartQuerySet.as_manager()

    class Meta:
        verbose_name = "出勤登记表"
        verbose_name_plural = "出勤登记表"
        ordering = ["report", "path"]
        constraints = [models.UniqueConstraint(fields=["report", "path"], name="one_part_a_place")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.name}"

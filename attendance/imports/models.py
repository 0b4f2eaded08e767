"""One workbook of register marks that was looked through, and what came of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.urls import reverse

from core.imported import ImportedWorkbook, constraints
from core.months import day_of


class RegisterImport(ImportedWorkbook):
    """考勤导入. ``month`` is written 202611; ``teams`` are the ids of the teams whose people it names."""

    month = models.PositiveIntegerField("年月", help_text="如 202611")
    teams = models.JSONField("工作队", default=list)

    class Meta:
        verbose_name = "考勤导入"
        verbose_name_plural = "考勤导入"
        ordering = ["-pk"]
        constraints = constraints("register_import")

    @property
    def first(self) -> date:
        """The first day of the month."""
        return day_of(self.month)

    def get_absolute_url(self) -> str:
        return reverse("attendance:import", args=[self.pk])

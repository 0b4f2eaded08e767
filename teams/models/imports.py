from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from core.imported import ImportedWorkbook, constraints
from teams.models.places import Region

if TYPE_CHECKING:
    from teams.models.people import User


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def administered_by(self, user: User) -> RosterImportQuerySet:
        """The imports into counties that the account administers."""
        from teams.scope import scope_of

        return self.filter(scope_of(user).administered_q("region__path"))


class RosterImport(ImportedWorkbook):
    """名册导入: one workbook that was looked through for one county, and what came of it. It holds identity numbers."""

    region = models.ForeignKey(
        Region, verbose_name="导入到", on_delete=models.PROTECT, related_name="roster_imports"
    )

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "名册导入"
        verbose_name_plural = "名册导入"
        ordering = ["-pk"]
        constraints = constraints("roster_import")

    def get_absolute_url(self) -> str:
        return reverse("teams:roster_import", args=[self.pk])

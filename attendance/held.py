"""调度 that was held: who looked at whose week or month, on which day, at which figures, and what came of it.

A page that was opened is no 调度; a record is made by hand, and kept as it was made. A wrong one is voided with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from teams.models import Person, Region
from teams.scope import scope_of

if TYPE_CHECKING:
    from teams.models import User


class HeldCheckQuerySet(models.QuerySet["HeldCheck"]):
    def visible_to(self, user: User) -> HeldCheckQuerySet:
        """Those of the places that are open to the user: the town's own, and the county's of its towns."""
        return self.filter(scope_of(user).places_q("region__path"))

    def for_pages(self) -> HeldCheckQuerySet:
        return self.select_related("region", "recorded_by", "voided_by")


class HeldCheck(models.Model):
    """One 调度 of one town's week or one county's month.

    ``period`` is the key of the period (2026-W48, 2026-11); ``figures`` are those of the place when it was recorded, as
    a tally has them, ``as_of`` of when they were.
    """

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    region = models.ForeignKey(
        Region, verbose_name="乡镇或县", on_delete=models.PROTECT, related_name="checks_held"
    )
    clause = models.CharField("条款", max_length=60)
    period = models.CharField("哪一周或月", max_length=10)
    first = models.DateField("从")
    last = models.DateField("到")
    held_on = models.DateField("调度日期")
    chair = models.CharField("主持人", max_length=60)
    decided = models.CharField("议定的事", max_length=500, blank=True)
    figures = models.JSONField("当时的数字")
    as_of = models.DateTimeField("数字截至")
    recorded_by = models.ForeignKey(
        Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="checks_recorded"
    )
    recorded_at = models.DateTimeField("登记时间")
    voided_by = models.ForeignKey(
        Person, verbose_name="作废人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_why = models.CharField("作废原因", max_length=120, blank=True)

    objects = HeldCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "调度"
        verbose_name_plural = "调度"
        ordering = ["held_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(clause=""), name="held_check_names_its_clause"),
            models.CheckConstraint(condition=~Q(chair=""), name="held_check_says_who"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), held_on__gte=F("first")), name="held_check_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_why="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_why="")),
                name="voided_check_says_why",
            ),
        ]
        indexes = [models.Index(fields=["period", "region"], name="held_check_period")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.period} 调度"

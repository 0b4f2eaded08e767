from __future__ import annotations

from django.db import models
from django.db.models import Q

from teams.models.people import Person
from teams.words import AwayKind, Half


class Away(models.Model):
    """One half-day on which a person is away with cause, claimed at submission and firm at approval.

    Overlap, acting holders, coverage and attendance all read this table; it is unique per half-day, so no race
    can put two leaves on one half-day, on either database.
    """

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="away")
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    day = models.PositiveSmallIntegerField("日")
    half = models.CharField("半天", max_length=2, choices=Half.choices)
    kind = models.CharField("类别", max_length=8, choices=AwayKind.choices)
    source_id = models.BigIntegerField("来源编号")
    firm = models.BooleanField("已定", default=False)

    class Meta:
        verbose_name = "离岗半天"
        verbose_name_plural = "离岗半天"
        constraints = [
            models.UniqueConstraint(fields=["person", "month", "day", "half"], name="one_cause_per_half_day"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=31), name="away_day_of_month"),
        ]
        indexes = [
            models.Index(fields=["kind", "source_id"], name="away_source"),
            models.Index(fields=["month", "day", "half"], name="away_on"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month}{self.day:02d}{self.half}"

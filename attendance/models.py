"""What has been said of people's days. Nothing is overwritten: what stands is derived (:mod:`attendance.derive`)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from policy.attendance import HALF_VALUES, NIGHT_VALUES, PARTS
from teams.models import Person, User


class Source(models.IntegerChoices):
    """Who says it; of several the highest stands. A firm :class:`teams.models.Away` stands at ``AWAY`` of derive."""

    SIGN_IN = 10, "本人签到"
    IMPORT = 20, "导入"
    REGISTER = 30, "乡镇登记"
    CORRECTION = 40, "更正"
    SPOT_CHECK = 50, "查岗"
    RULING = 90, "县级认定"


class Part(models.TextChoices):
    AM = "am", "上午"
    PM = "pm", "下午"
    NIGHT = "night", "夜间"


VALUES = {**HALF_VALUES, **NIGHT_VALUES}


class Fact(models.Model):
    """One thing somebody said of a part of a person's day. Rows are only ever added.

    Of one source the highest revision counts; an empty value takes back what that source said, and the next lower
    source stands again. ``month`` is written 202611; a night belongs to its evening.
    """

    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="facts")
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    day = models.PositiveSmallIntegerField("日")
    part = models.CharField("时段", max_length=5, choices=Part.choices)
    source = models.PositiveSmallIntegerField("来源", choices=Source.choices)
    revision = models.PositiveSmallIntegerField("第几次")
    value = models.CharField("情况", max_length=12, choices=VALUES.items(), blank=True)
    note = models.CharField("理由", max_length=120, blank=True)
    entered_by = models.ForeignKey(
        User, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="facts_entered"
    )
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "出勤事实"
        verbose_name_plural = "出勤事实"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month", "day", "part", "source", "revision"], name="one_fact_a_revision"
            ),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=31), name="fact_day_of_month"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="fact_revision_from_one"),
            models.CheckConstraint(condition=Q(part__in=PARTS), name="fact_part_of_a_day"),
            # What corrects an earlier word says why.
            models.CheckConstraint(
                condition=~Q(source=Source.CORRECTION) | ~Q(note=""), name="correction_needs_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["month", "person"], name="fact_month")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month}{self.day:02d}{self.part}"

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from teams.models import Person, Team
from teams.scope import scope_of

if TYPE_CHECKING:
    from teams.models import User


class HolidayRotaQuerySet(models.QuerySet["HolidayRota"]):
    def visible_to(self, user: User, on: date | None = None) -> HolidayRotaQuerySet:
        """Those of the teams the user belongs to or leads, and of the teams in his places."""
        scope = scope_of(user, on)
        return self.filter(
            scope.places_q("team__region__path") | Q(team__in=scope.seen_team_ids | scope.own_team_ids)
        )

    def standing(self) -> HolidayRotaQuerySet:
        return self.filter(cancelled_at=None)


class HolidayRota(models.Model):
    """轮值表: one team's plan for a holiday or another span, kept whole: who is on duty (值) on which days.

    It grants no leave. Rest days need no slip; who wants working days off asks for them himself.
    ``least`` is how many its place wanted on duty a day when it was made. Days without a time of day, both included.
    """

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    team = models.ForeignKey(Team, verbose_name="工作队", on_delete=models.PROTECT, related_name="rotas")
    name = models.CharField("名称", max_length=30)
    first = models.DateField("从")
    last = models.DateField("到")
    least = models.PositiveSmallIntegerField("每天至少几人", default=0)
    revision = models.PositiveIntegerField("修订号", default=1)
    made_by = models.ForeignKey(
        Person, verbose_name="安排人", on_delete=models.PROTECT, related_name="rotas_made"
    )
    made_at = models.DateTimeField("安排时间")
    cancelled_at = models.DateTimeField("作废时间", null=True, blank=True)
    cancelled_why = models.CharField("作废原因", max_length=120, blank=True)

    objects = HolidayRotaQuerySet.as_manager()

    class Meta:
        verbose_name = "轮值表"
        verbose_name_plural = "轮值表"
        ordering = ["-first", "-pk"]
        indexes = [models.Index(fields=["team", "first"], name="rota_team")]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="rota_dates_in_order"),
            models.CheckConstraint(condition=~Q(name=""), name="rota_has_a_name"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_why=""), name="rota_cancelled_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("leave:rota", args=[self.pk])


class RotaDay(models.Model):
    """One day of a standing plan. A team has each day in one plan only; a cancelled plan gives its days back."""

    rota = models.ForeignKey(
        HolidayRota, verbose_name="轮值表", on_delete=models.CASCADE, related_name="days"
    )
    team = models.ForeignKey(Team, verbose_name="工作队", on_delete=models.PROTECT, related_name="+")
    day = models.DateField("日期")

    class Meta:
        verbose_name = "轮值日"
        verbose_name_plural = "轮值日"
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["team", "day"], name="one_rota_per_team_and_day")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.day}"


class RotaDuty(models.Model):
    """值: one person on duty on one day of a standing plan."""

    day = models.ForeignKey(RotaDay, verbose_name="轮值日", on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey(
        Person, verbose_name="值班人", on_delete=models.PROTECT, related_name="rota_duties"
    )

    class Meta:
        verbose_name = "值班"
        verbose_name_plural = "值班"
        ordering = ["person__pinyin", "pk"]
        constraints = [models.UniqueConstraint(fields=["day", "person"], name="one_duty_per_day_and_person")]

    def __str__(self) -> str:
        return f"{self.day_id} {self.person_id}"


def duties_between(people: QuerySet | set[int], first: date, last: date) -> QuerySet[RotaDuty]:
    """Duties of these people from ``first`` to ``last``; those of cancelled plans are gone."""
    return RotaDuty.objects.filter(person__in=people, day__day__range=(first, last)).select_related("day")

"""查岗: a plan, a draw that can be repeated, and what was found at each person's post.

Until a check is closed it belongs to the office that makes it: whoever is to be checked must not know. Only closing
it writes what was found among the facts of the register, so that the register keeps the secret as well.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.months import day_words, month_number
from policy.inspection import Candidate
from teams.models import Appointment, Office, Person, Region
from teams.scope import scope_of

if TYPE_CHECKING:
    from teams.models import User


class SpotCheckQuerySet(models.QuerySet["SpotCheck"]):
    def visible_to(self, user: User) -> SpotCheckQuerySet:
        """Those of one's own office; of others, once they are closed, those that checked somebody one looks after.

        Grants open closed checks only, like everything that is read by them.
        """
        closed = SpotTarget.objects.visible_to(user).filter(check_of__state=SpotCheck.State.CLOSED)
        return self.filter(Q(office__in=own_offices(user)) | Q(pk__in=closed.values("check_of")))

    def for_pages(self) -> SpotCheckQuerySet:
        return self.select_related("office__region", "planned_by", "closed_by", "cancelled_by")


def own_offices(user: User) -> set[int]:
    """The offices the user serves in, with those merged into them."""
    scope = scope_of(user)
    own = {row.body_id for row in scope.appointments}
    return own.union(*(scope.heirs.get(body, frozenset()) for body in own))


class SpotCheck(models.Model):
    """One 查岗: by which clause, who goes, on which half of which day, to which places, and whom the draw named.

    ``how_many`` people are drawn of all, or of each town (``by_town``); empty: everybody in the places is checked.
    ``pool`` is frozen when the plan is made, as ``[[group, code], …]``; the seed is written once, before the draw.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "待抽取"
        DRAWN = "drawn", "已抽取"
        CLOSED = "closed", "已结束"
        CANCELLED = "cancelled", "已取消"

    class Method(models.TextChoices):
        ONLINE = "online", "线上"
        ON_SITE = "on_site", "线下"

    class Time(models.TextChoices):
        AM = "am", "上午"
        PM = "pm", "下午"
        NIGHT = "night", "夜间"

    class SeedFrom(models.TextChoices):
        SYSTEM = "system", "系统随机产生"
        PUBLISHED = "published", "公开的数字"
        NONE = "none", "不抽取，全部查"

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    office = models.ForeignKey(
        Office, verbose_name="组织单位", on_delete=models.PROTECT, related_name="checks"
    )
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("第几次")
    clause = models.CharField("条款", max_length=60)
    method = models.CharField("方式", max_length=8, choices=Method.choices)
    day = models.DateField("日期")
    time = models.CharField("时段", max_length=5, choices=Time.choices)
    places = models.ManyToManyField(Region, verbose_name="范围", related_name="+")
    checkers = models.ManyToManyField(Person, verbose_name="查岗人", related_name="checks_made")
    others = models.CharField("会同人员", max_length=80, blank=True)
    how_many = models.PositiveSmallIntegerField("抽取人数", null=True, blank=True)
    by_town = models.BooleanField("每个乡镇各抽", default=False)
    seed_from = models.CharField("种子来源", max_length=10, choices=SeedFrom.choices)
    seed_basis = models.CharField("用哪个数字", max_length=80, blank=True)
    seed = models.CharField("种子", max_length=64, blank=True)
    seeded_at = models.DateTimeField("种子确定时间", null=True, blank=True)
    pool = models.JSONField("待抽名单", default=list)
    pool_hash = models.CharField("名单校验码", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PLANNED)
    planned_by = models.ForeignKey(
        Person, verbose_name="安排人", on_delete=models.PROTECT, related_name="checks_planned"
    )
    planned_at = models.DateTimeField("安排时间")
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, verbose_name="结束人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Person, verbose_name="取消人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    cancelled_why = models.CharField("取消原因", max_length=120, blank=True)

    objects = SpotCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "查岗"
        verbose_name_plural = "查岗"
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "year", "serial"], name="one_check_a_number"),
            models.CheckConstraint(condition=~Q(clause=""), name="check_names_its_clause"),
            models.CheckConstraint(
                condition=Q(seed_from="none", how_many__isnull=True)
                | (~Q(seed_from="none") & Q(how_many__gte=1)),
                name="check_draws_or_takes_all",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["drawn", "closed"]) | Q(drawn_at__isnull=False),
                name="drawn_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["drawn", "closed"]) | Q(seed_from="none") | ~Q(seed=""),
                name="drawn_from_a_seed",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="closed_check_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_why=""), name="cancelled_check_says_why"
            ),
        ]
        indexes = [models.Index(fields=["office", "day"], name="check_office")]

    def __str__(self) -> str:
        return f"{self.office}{self.year}年第 {self.serial} 次查岗"

    def get_absolute_url(self) -> str:
        return reverse("inspection:check", args=[self.pk])

    @property
    def candidates(self) -> list[Candidate]:
        """Who may be drawn, as the draw wants them."""
        return [Candidate(group, code) for group, code in self.pool]

    @property
    def month(self) -> int:
        """The month of its day as facts write it: 202611."""
        return month_number(self.day)


class SpotTargetQuerySet(models.QuerySet["SpotTarget"]):
    def visible_to(self, user: User) -> SpotTargetQuerySet:
        """Of one's own office's checks all; of closed ones oneself and whom one looks after."""
        scope = scope_of(user)
        seen = (
            Q(posting__person=scope.person_id)
            | scope.places_q("posting__body__region__path")
            | Q(posting__body__in=scope.seen_team_ids)
            | Q(posting__unit__in=scope.seen_unit_ids)
        )
        return self.filter(
            Q(check_of__office__in=own_offices(user)) | (seen & Q(check_of__state=SpotCheck.State.CLOSED))
        )

    def in_order(self) -> SpotTargetQuerySet:
        """By town, unit and pinyin, never by what was found."""
        return self.select_related(
            "posting__person", "posting__unit", "posting__body__region__parent", "posting__body__team",
            "found_by",
        ).order_by("posting__body__region__path", "posting__unit__pinyin", "posting__person__pinyin", "pk")  # fmt: skip


class SpotTarget(models.Model):
    """One person whom a check looks for, and what it found; changed until the check is closed, never after.

    What somebody not at his post comes to a person says in his case (:mod:`attendance.absence`). ``keys``: under which
    a program has said it, so that what is sent again changes nothing.
    """

    class Outcome(models.TextChoices):
        ON_POST = "on_post", "在岗"
        LEAVE = "leave", "请假在外"
        TRIP = "trip", "公出"
        ABSENT = "absent", "不在岗，待核"

    check_of = models.ForeignKey(
        SpotCheck, verbose_name="查岗", on_delete=models.PROTECT, related_name="targets"
    )
    posting = models.ForeignKey(
        Appointment, verbose_name="驻点任职", on_delete=models.PROTECT, related_name="spot_checks"
    )
    code = models.CharField("代码", max_length=12)
    digest = models.CharField("摘要", max_length=64, blank=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices, blank=True)
    note = models.CharField("情况", max_length=120, blank=True)
    found_by = models.ForeignKey(
        Person, verbose_name="查岗人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField("查到时间", null=True, blank=True)
    keys = models.JSONField("提交键", default=list, editable=False)

    objects = SpotTargetQuerySet.as_manager()

    class Meta:
        verbose_name = "查岗对象"
        verbose_name_plural = "查岗对象"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "posting"], name="one_target_a_check"),
            models.CheckConstraint(
                condition=Q(outcome="", found_by__isnull=True, found_at__isnull=True)
                | (~Q(outcome="") & Q(found_by__isnull=False, found_at__isnull=False)),
                name="found_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.code}"

    def get_absolute_url(self) -> str:
        return self.check_of.get_absolute_url()


def when_words(check: SpotCheck) -> str:
    """2026年11月24日上午."""
    day: date = check.day
    return f"{day.year}年{day_words(day)}{check.get_time_display()}"

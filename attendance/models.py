"""What has been said of people's days. Nothing is overwritten: what stands is derived (:mod:`attendance.derive`)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from attendance.absence.models import AbsenceAct, AbsenceCase, AbsenceStatement, AbsenceSweep, CaseStep
from attendance.held import HeldCheck
from attendance.imports.models import RegisterImport
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BulletinItem, InspectionBulletin, UnitTalk
from attendance.reports.models import MonthReport, ReportPart
from attendance.sheets import MonthLine, MonthObjection, MonthSheet
from attendance.totals.models import CountyMonthDay, CountyMonthLine, CountyPeriod, CountyQuota
from policy.attendance import FOUND_VALUES, HALF_VALUES, NIGHT_VALUES, PARTS
from policy.sign_in import Finding
from teams.models import Appointment, Person, Region, User

__all__ = [
    "AbsenceAct",
    "AbsenceCase",
    "AbsenceStatement",
    "AbsenceSweep",
    "BulletinItem",
    "CaseStep",
    "CountyMonthDay",
    "CountyMonthLine",
    "CountyPeriod",
    "CountyQuota",
    "Fact",
    "HeldCheck",
    "InspectionBulletin",
    "MonthLine",
    "MonthObjection",
    "MonthReport",
    "MonthSheet",
    "Part",
    "PostPoint",
    "RegisterImport",
    "ReportPart",
    "SignIn",
    "SignInKind",
    "SignInPhoto",
    "Source",
    "SpotCheck",
    "SpotTarget",
    "UnitTalk",
]


class Source(models.IntegerChoices):
    """Who says it; of several the highest stands. A firm :class:`teams.models.Away` stands at ``AWAY`` of derive."""

    SIGN_IN = 10, "本人签到"
    IMPORT = 20, "导入"
    REGISTER = 30, "乡镇登记"
    CORRECTION = 40, "更正"
    SPOT_CHECK = 50, "查岗"
    FINDING = 60, "乡镇认定"
    RULING = 90, "县级认定"


class Part(models.TextChoices):
    AM = "am", "上午"
    PM = "pm", "下午"
    NIGHT = "night", "夜间"


VALUES = {**HALF_VALUES, **NIGHT_VALUES, **FOUND_VALUES}


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
            # 无故 is a finding: of a town or a county, with its reason, never a register's or a machine's.
            models.CheckConstraint(
                condition=~Q(value="unexcused")
                | (Q(source__in=[Source.FINDING, Source.RULING], entered_by__isnull=False) & ~Q(note="")),
                name="unexcused_is_a_finding",
            ),
        ]
        indexes = [models.Index(fields=["month", "person"], name="fact_month")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.month}{self.day:02d}{self.part}"


class SignInKind(models.TextChoices):
    ON_POST = "on_post", "在岗"
    OVERNIGHT = "overnight", "过夜"


FINDINGS = (
    (Finding.NOT_ASKED.value, "不要求定位"),
    (Finding.NO_POINT.value, "驻点位置还没有登记"),
    (Finding.INSIDE.value, "在范围内"),
    (Finding.OUTSIDE.value, "在范围外"),
    (Finding.NO_POSITION.value, "没有定位"),
)


class SignIn(models.Model):
    """What a person's own sign-in came with: evidence of a fact, removed after the region's days. The fact stays.

    The place is kept to about 100 metres, in WGS 84; ``distance`` to the post's point and ``accuracy`` in metres.
    ``device_time`` is set where the phone was offline and sent later.
    """

    fact = models.OneToOneField(
        Fact, verbose_name="出勤事实", on_delete=models.PROTECT, related_name="sign_in"
    )
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="sign_ins")
    posting = models.ForeignKey(
        Appointment, verbose_name="驻点任职", on_delete=models.PROTECT, related_name="sign_ins"
    )
    client_key = models.CharField("提交键", max_length=64)
    kind = models.CharField("签到", max_length=10, choices=SignInKind.choices)
    finding = models.CharField("位置", max_length=12, choices=FINDINGS)
    latitude = models.DecimalField("纬度", max_digits=6, decimal_places=3, null=True)
    longitude = models.DecimalField("经度", max_digits=6, decimal_places=3, null=True)
    accuracy = models.PositiveIntegerField("误差", null=True)
    distance = models.PositiveIntegerField("距驻点", null=True)
    device_time = models.DateTimeField("手机时间", null=True)
    sent_at = models.DateTimeField("收到时间", db_index=True)

    class Meta:
        verbose_name = "签到"
        verbose_name_plural = "签到"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "client_key"], name="one_sign_in_a_key"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="sign_in_place_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class SignInPhoto(models.Model):
    """A photo of one sign-in, made anew without what the camera wrote into it; forgotten with the position."""

    sign_in = models.OneToOneField(
        SignIn, verbose_name="签到", on_delete=models.PROTECT, related_name="photo"
    )
    file = models.FileField("照片", upload_to="sign-ins/%Y/%m/")
    size = models.PositiveIntegerField("字节数")
    added_at = models.DateTimeField("附上时间")

    class Meta:
        verbose_name = "签到照片"
        verbose_name_plural = "签到照片"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.sign_in_id} 照片"


class PostPoint(models.Model):
    """Where a post is, in WGS 84. Rows are only added; of one place the newest stands."""

    path = models.CharField("区划路径", max_length=40, db_index=True)
    region = models.ForeignKey(Region, verbose_name="驻点", on_delete=models.PROTECT, related_name="points")
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5)
    set_by = models.ForeignKey(
        User, verbose_name="登记人", null=True, on_delete=models.PROTECT, related_name="points_set"
    )
    set_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "驻点位置"
        verbose_name_plural = "驻点位置"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=3, latitude__lte=54, longitude__gte=73, longitude__lte=136),
                name="point_in_the_country",
            ),
        ]

    def __str__(self) -> str:
        return str(self.region_id)

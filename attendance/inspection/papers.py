"""督查通报 and 约谈: papers of an office. A bulletin names only people of whom somebody has found that they were away
without cause; once issued it never changes, and what was wrong in it a new one says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from approvals.models import Filing
from approvals.selectors import told_to
from attendance.absence.models import AbsenceCase
from attendance.inspection.models import SpotCheck, own_offices
from teams.models import DispatchingUnit, Office, Person
from teams.scope import scope_of
from teams.words import BodyKind

if TYPE_CHECKING:
    from teams.models import User

BULLETIN, TALK = "inspection_bulletin", "unit_talk"


def concerns(user: User) -> Q:
    """Items about oneself, or about somebody one leads or sends."""
    scope = scope_of(user)
    return (
        Q(case__person=scope.person_id)
        | Q(case__team__in=scope.seen_team_ids)
        | Q(case__unit__in=scope.seen_unit_ids)
    )


class InspectionBulletinQuerySet(models.QuerySet["InspectionBulletin"]):
    def visible_to(self, user: User) -> InspectionBulletinQuerySet:
        """Those of one's own office; issued ones that were sent to one's post, or name somebody of one's own."""
        told = told_to(user).filter(subject_kind=BULLETIN).order_by().values("subject_id")
        named = BulletinItem.objects.filter(concerns(user)).values("bulletin")
        return self.filter(
            Q(office__in=own_offices(user))
            | Q(state=InspectionBulletin.State.ISSUED) & (Q(pk__in=told) | Q(pk__in=named))
        )

    def for_pages(self) -> InspectionBulletinQuerySet:
        return self.select_related("office__region", "drafted_by", "issued_by", "corrects__office")


class InspectionBulletin(models.Model):
    """One 督查通报. Its number is given when it is issued, without gaps in an office's year."""

    class State(models.TextChoices):
        DRAFT = "draft", "起草"
        PENDING = "pending", "待签发"
        ISSUED = "issued", "已印发"
        DROPPED = "dropped", "不发了"

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    office = models.ForeignKey(
        Office, verbose_name="发文单位", on_delete=models.PROTECT, related_name="bulletins"
    )
    clause = models.CharField("条款", max_length=60)
    corrects = models.ForeignKey(
        "self",
        verbose_name="更正",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    title = models.CharField("标题", max_length=80)
    prefix = models.CharField("发文代字", max_length=20)
    first = models.DateField("从")
    last = models.DateField("到")
    checks = models.ManyToManyField(SpotCheck, verbose_name="查岗", related_name="bulletins")
    method = models.CharField("方式", max_length=200)
    overall = models.CharField("总体情况", max_length=1000)
    demands = models.CharField("要求", max_length=1000, blank=True)
    deadline = models.DateField("时限", null=True, blank=True)
    revision = models.PositiveIntegerField("修订号", default=1)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey(
        Person, verbose_name="起草人", on_delete=models.PROTECT, related_name="bulletins_drafted"
    )
    drafted_at = models.DateTimeField("起草时间")
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    serial = models.PositiveIntegerField("序号", null=True, blank=True)
    hash = models.CharField("内容校验码", max_length=64, blank=True)
    issued_by = models.ForeignKey(
        Person, verbose_name="签发人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField("印发时间", null=True, blank=True)

    objects = InspectionBulletinQuerySet.as_manager()

    class Meta:
        verbose_name = "督查通报"
        verbose_name_plural = "督查通报"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["office", "year", "serial"], name="one_bulletin_a_number"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="bulletin_dates_in_order"),
            models.CheckConstraint(
                condition=(
                    Q(state="issued", serial__isnull=False, year__isnull=False, issued_at__isnull=False)
                    & Q(issued_by__isnull=False)
                    & ~Q(hash="")
                )
                | (~Q(state="issued") & Q(serial__isnull=True, issued_at__isnull=True, hash="")),
                name="issued_bulletin_is_numbered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.serial else self.title

    def get_absolute_url(self) -> str:
        return reverse("inspection:bulletin", args=[self.pk])

    @property
    def number(self) -> str:
        """驻乡振督〔2026〕3号; empty until it is issued."""
        return f"{self.prefix}〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def content(self) -> dict[str, Any]:
        """What a signature covers: everything that will be printed but the number and the date of issue."""
        return {
            "office": self.office_id,
            "clause": self.clause,
            "corrects": self.corrects_id,
            "title": self.title,
            "prefix": self.prefix,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "method": self.method,
            "overall": self.overall,
            "demands": self.demands,
            "deadline": self.deadline.isoformat() if self.deadline else "",
            "items": [item.content for item in self.items.order_by("order", "pk")],
        }


class BulletinItem(models.Model):
    """One person of the list of problems, as he was called then. Only of whom 无故不在岗 was found."""

    bulletin = models.ForeignKey(
        InspectionBulletin, verbose_name="督查通报", on_delete=models.PROTECT, related_name="items"
    )
    order = models.PositiveIntegerField("序号")
    case = models.ForeignKey(
        AbsenceCase, verbose_name="缺勤处置", on_delete=models.PROTECT, related_name="bulletin_items"
    )
    town = models.CharField("乡镇", max_length=60)
    village = models.CharField("村", max_length=60, blank=True)
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("职务", max_length=60)
    unit = models.CharField("派出单位", max_length=80, blank=True)
    problem = models.CharField("问题", max_length=300)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "通报问题"
        verbose_name_plural = "通报问题"
        ordering = ["bulletin", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "case"], name="one_item_a_person")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.name}"

    @property
    def content(self) -> dict[str, Any]:
        return {
            name: getattr(self, name)
            for name in ("order", "case_id", "town", "village", "name", "post", "unit", "problem", "basis")
        }


def items_for(user: User, bulletin: InspectionBulletin) -> list[BulletinItem]:
    """The list of problems as somebody may read it.

    The office and the offices it was sent to read it whole, as a 通报 is meant; a unit, a captain and a person named
    read what is about their own.
    """
    whole = bulletin.office_id in own_offices(user) or (
        told_to(user)
        .filter(subject_kind=BULLETIN, subject_id=bulletin.pk, body__kind=BodyKind.OFFICE)
        .exists()
    )
    rows = bulletin.items.select_related("case").order_by("order", "pk")
    return list(rows if whole else rows.filter(concerns(user)))


def filings_of(bulletin: InspectionBulletin) -> list[Filing]:
    """To whom it was sent, and who has read it."""
    rows = Filing.objects.filter(subject_kind=BULLETIN, subject_id=bulletin.pk)
    return list(rows.select_related("seen_by", "body").order_by("body__region__path", "pk"))


class UnitTalkQuerySet(models.QuerySet["UnitTalk"]):
    def visible_to(self, user: User) -> UnitTalkQuerySet:
        """Those of one's own office, and those with one's own unit."""
        return self.filter(Q(office__in=own_offices(user)) | Q(unit__in=scope_of(user).seen_unit_ids))

    def for_pages(self) -> UnitTalkQuerySet:
        return self.select_related("office__region", "unit", "recorded_by", "seen_by", "voided_by")


class UnitTalk(models.Model):
    """约谈派出单位: when, who with whom, why, and what came of it; the unit's head confirms that he knows the record.

    Kept as recorded; a wrong one is voided with a reason.
    """

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    office = models.ForeignKey(
        Office, verbose_name="约谈单位", on_delete=models.PROTECT, related_name="talks"
    )
    unit = models.ForeignKey(
        DispatchingUnit, verbose_name="派出单位", on_delete=models.PROTECT, related_name="talks"
    )
    clause = models.CharField("条款", max_length=60)
    held_on = models.DateField("约谈日期")
    talker = models.CharField("谈话人", max_length=60)
    with_whom = models.CharField("谈话对象", max_length=60)
    why = models.CharField("事由", max_length=300)
    cases = models.ManyToManyField(AbsenceCase, verbose_name="为了哪几件", related_name="talks", blank=True)
    outcome = models.CharField("结果", max_length=500)
    recorded_by = models.ForeignKey(
        Person, verbose_name="登记人", on_delete=models.PROTECT, related_name="talks_recorded"
    )
    recorded_at = models.DateTimeField("登记时间")
    seen_by = models.ForeignKey(
        Person, verbose_name="知悉人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField("知悉时间", null=True, blank=True)
    voided_by = models.ForeignKey(
        Person, verbose_name="作废人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)
    void_why = models.CharField("作废原因", max_length=120, blank=True)

    objects = UnitTalkQuerySet.as_manager()

    class Meta:
        verbose_name = "约谈"
        verbose_name_plural = "约谈"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(clause=""), name="talk_names_its_clause"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_why=""), name="voided_talk_says_why"
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="talk_seen_by_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"约谈{self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("inspection:talk", args=[self.pk])

    @property
    def waits(self) -> bool:
        """Has the unit's head still to confirm that he knows it?"""
        return self.seen_at is None and self.voided_at is None

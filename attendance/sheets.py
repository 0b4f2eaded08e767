"""A team's month as it was checked and closed: the sheet, its lines, and what a member says against his own.

Lines are frozen when the sheet is sent to be checked; what is said of the month afterwards stays among the facts, and
the difference shows. A month that is opened again keeps its sheet; the next one is its next version.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.errors import Conflict
from core.months import day_of, month_words
from teams.models import Appointment, Person, Team, User
from teams.scope import scope_of


class MonthSheetQuerySet(models.QuerySet["MonthSheet"]):
    def visible_to(self, user: User) -> MonthSheetQuerySet:
        """The sheets of the teams whose attendance the user looks after: town, county, captain. A unit sees people."""
        scope = scope_of(user)
        return self.filter(scope.places_q("team__region__path") | Q(team__in=scope.seen_team_ids))

    def standing(self) -> MonthSheetQuerySet:
        """Those because of which nobody writes into the register: waiting to be closed, or closed."""
        return self.filter(state__in=MonthSheet.HOLDING)

    def for_pages(self) -> MonthSheetQuerySet:
        return self.select_related("team__region__parent", "sent_by__person", "closed_by", "reopened_by")


class MonthSheet(models.Model):
    """One closing of one team's month. ``month`` is written 202611; ``version`` counts the closings."""

    class State(models.TextChoices):
        PENDING = "pending", "待核对关账"
        CLOSED = "closed", "已关账"
        RETURNED = "returned", "退回修改"
        WITHDRAWN = "withdrawn", "已撤回"
        REOPENED = "reopened", "已重开"

    HOLDING = ("pending", "closed")
    #: What counts as a version: what was closed once, or waits to be.
    COUNTED = ("pending", "closed", "reopened")

    team = models.ForeignKey(
        Team, verbose_name="工作队", on_delete=models.PROTECT, related_name="month_sheets"
    )
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    version = models.PositiveSmallIntegerField("第几次关账")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    hash = models.CharField("内容校验码", max_length=64)
    estimated = models.BooleanField("日历按周末推算", default=False)
    sent_by = models.ForeignKey(User, verbose_name="送核人", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("送核时间")
    closed_by = models.ForeignKey(
        Person, verbose_name="关账人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("关账时间", null=True, blank=True)
    reopened_by = models.ForeignKey(
        Person, verbose_name="重开人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reopened_at = models.DateTimeField("重开时间", null=True, blank=True)
    reason = models.CharField("重开原因", max_length=120, blank=True)

    objects = MonthSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "月度考勤"
        verbose_name_plural = "月度考勤"
        ordering = ["-month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "month"],
                condition=Q(state__in=["pending", "closed"]),
                name="one_standing_sheet_a_month",
            ),
            models.UniqueConstraint(
                fields=["team", "month", "version"],
                condition=Q(state__in=["pending", "closed", "reopened"]),
                name="one_sheet_a_version",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="sheet_version_from_one"),
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "reopened"]) | Q(closed_at__isnull=False),
                name="closed_sheet_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="reopened") | (~Q(reason="") & Q(reopened_by__isnull=False)),
                name="reopened_sheet_says_why",
            ),
        ]
        indexes = [models.Index(fields=["month", "team"], name="sheet_month")]

    def __str__(self) -> str:
        return f"{self.team} {month_words(self.month)}考勤"

    def get_absolute_url(self) -> str:
        return reverse("attendance:sheet", args=[self.pk])

    @property
    def first(self) -> date:
        """The first day of the month."""
        return day_of(self.month)


class MonthLine(models.Model):
    """One posting's month, frozen: who he was then, the marks of the days, and what they come to.

    ``totals`` are halves by name, nights too (a night is 2); ``owed`` and the rest are missing where no document asks
    for days. ``days`` maps the day's number to its three parts; ``marks`` has one glyph for each day, None outside the
    posting.
    """

    sheet = models.ForeignKey(
        MonthSheet, verbose_name="月度考勤", on_delete=models.PROTECT, related_name="lines"
    )
    appointment = models.ForeignKey(
        Appointment, verbose_name="任职", on_delete=models.PROTECT, related_name="+"
    )
    order = models.PositiveIntegerField("序号")
    name = models.CharField("姓名", max_length=60)
    post = models.CharField("职务", max_length=60)
    unit = models.CharField("派出单位", max_length=120, blank=True)
    place = models.CharField("驻点", max_length=120, blank=True)
    totals = models.JSONField("合计")
    days = models.JSONField("逐日情况")
    marks = models.JSONField("逐日符号")

    class Meta:
        verbose_name = "月度考勤明细"
        verbose_name_plural = "月度考勤明细"
        ordering = ["sheet", "order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "appointment"], name="one_line_a_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.name}"

    @property
    def content(self) -> dict[str, Any]:
        """What the sheet's hash covers."""
        return {
            "appointment": self.appointment_id,
            "order": self.order,
            "name": self.name,
            "post": self.post,
            "unit": self.unit,
            "place": self.place,
            "totals": self.totals,
            "days": self.days,
            "marks": self.marks,
        }


class MonthObjection(models.Model):
    """What a member says once against his own month: while it is open (``version`` 0), and once for each closing."""

    person = models.ForeignKey(
        Person, verbose_name="本人", on_delete=models.PROTECT, related_name="month_objections"
    )
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    version = models.PositiveSmallIntegerField("第几次关账", default=0)
    day = models.PositiveSmallIntegerField("日", null=True, blank=True)
    text = models.CharField("异议", max_length=200)
    at = models.DateTimeField("提出时间")
    answer = models.CharField("答复", max_length=200, blank=True)
    answered_by = models.ForeignKey(
        Person, verbose_name="答复人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "考勤异议"
        verbose_name_plural = "考勤异议"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "month", "version"], name="one_objection_a_month_and_closing"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="objection_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.month} 异议"

    def get_absolute_url(self) -> str:
        """The month on the page of whoever looks after the person."""
        return f"{reverse('attendance:person', args=[self.person_id])}?{self._asked}"

    @property
    def first(self) -> date:
        """The first day of the month."""
        return day_of(self.month)

    @property
    def own_url(self) -> str:
        """The month on the person's own page."""
        return f"{reverse('attendance:mine')}?{self._asked}"

    @property
    def _asked(self) -> str:
        day = f"&day={self.day}" if self.day else ""
        return f"month={self.month // 100}-{self.month % 100:02d}{day}"


def standing_sheets(team_ids: Iterable[int], month: int) -> dict[int, MonthSheet]:
    """The sheets that hold these teams' month, by team; one query."""
    rows = MonthSheet.objects.standing().for_pages().filter(team__in=list(team_ids), month=month)
    return {row.team_id: row for row in sorted(rows.order_by(), key=lambda row: row.pk)}


def refuse_held(team_ids: Iterable[int], month: int) -> None:
    """Raise Conflict where a sheet holds the month of one of the teams."""
    for sheet in standing_sheets(team_ids, month).values():
        when = month_words(sheet.month)
        if sheet.state == MonthSheet.State.CLOSED:
            raise Conflict("closed", f"{when}已关账，要改先由乡镇重开")
        raise Conflict("being_closed", f"{when}已送核对，要改先撤回")

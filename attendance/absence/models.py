"""A day somebody was not accounted for: what was found of it, by whom, and each step of the chain that follows.

No row is ever removed. A finding is a person's: the database refuses one without a name and a reason, and one by the
person concerned.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.months import day_words
from teams.models import Appointment, Body, DispatchingUnit, Person, Team, User
from teams.scope import scope_of
from teams.words import Post

#: What a finding or an explanation may say in words.
TEXT = 500


class How(models.TextChoices):
    """How it came to notice."""

    REGISTER = "register", "台账到时没有登记"
    MARKED = "marked", "台账记为待核"
    OVERDUE = "overdue", "假满没有销假"
    SPOT_CHECK = "spot_check", "查岗发现"
    REPORTED = "reported", "工作中发现"


class Halves(models.TextChoices):
    DAY = "day", "全天"
    AM = "am", "上午"
    PM = "pm", "下午"


class Explained(models.TextChoices):
    """With what a day was explained."""

    LEAVE = "leave", "已批准请假"
    LATE_PAPER = "late_paper", "补办了请假手续"
    TRIP = "trip", "因公外出"
    CORRECTION = "correction", "更正登记"


class AbsenceCaseQuerySet(models.QuerySet["AbsenceCase"]):
    def visible_to(self, user: User) -> AbsenceCaseQuerySet:
        """One's own, and those of the people one looks after: captain, town, county, the unit its own people."""
        scope = scope_of(user)
        return self.filter(
            Q(person=scope.person_id)
            | scope.places_q("team__region__path")
            | Q(team__in=scope.seen_team_ids)
            | Q(unit__in=scope.seen_unit_ids)
        )

    def unsettled(self) -> AbsenceCaseQuerySet:
        """Those in which somebody still has something to do."""
        return self.filter(closed_at=None)

    def for_lists(self) -> AbsenceCaseQuerySet:
        return self.select_related("person", "posting", "team__region__parent", "unit", "found_by")


class AbsenceCase(models.Model):
    """One day, or half of it, of one person. ``chain``: the rule it runs under, frozen when it was found.

    ``round`` counts the findings: a finding that was withdrawn keeps its steps. ``joined``: the case whose chain deals
    with this day too. ``origin_kind`` and ``origin_id`` name what it came from, e.g. a spot check.
    """

    class State(models.TextChoices):
        PENDING = "pending", "待核"
        EXPLAINED = "explained", "已说明"
        UNEXCUSED = "unexcused", "无故不在岗"

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="absence_cases"
    )
    posting = models.ForeignKey(
        Appointment, verbose_name="驻点任职", on_delete=models.PROTECT, related_name="absence_cases"
    )
    team = models.ForeignKey(
        Team, verbose_name="工作队", on_delete=models.PROTECT, related_name="absence_cases"
    )
    unit = models.ForeignKey(
        DispatchingUnit,
        verbose_name="派出单位",
        null=True,
        on_delete=models.PROTECT,
        related_name="absence_cases",
    )
    day = models.DateField("日期")
    halves = models.CharField("时段", max_length=4, choices=Halves.choices, default=Halves.DAY)
    how = models.CharField("发现方式", max_length=12, choices=How.choices)
    origin_kind = models.CharField("来源类别", max_length=40, blank=True)
    origin_id = models.BigIntegerField("来源编号", null=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    opened_at = models.DateTimeField("列入时间")
    explained_with = models.CharField("说明方式", max_length=12, choices=Explained.choices, blank=True)
    found_by = models.ForeignKey(
        Person, verbose_name="认定人", null=True, on_delete=models.PROTECT, related_name="absences_found"
    )
    found_at = models.DateTimeField("认定时间", null=True)
    capacity = models.CharField("认定身份", max_length=160, blank=True)
    reason = models.CharField("认定理由", max_length=TEXT, blank=True)
    source = models.PositiveSmallIntegerField("结论来源", null=True)
    round = models.PositiveSmallIntegerField("第几次认定", default=0)
    pack_id = models.CharField("制度", max_length=60, blank=True)
    chain = models.JSONField("处置步骤", null=True)
    remark = models.CharField("说明", max_length=200, blank=True)
    joined = models.ForeignKey(
        "self", verbose_name="并入", null=True, on_delete=models.PROTECT, related_name="days_joined"
    )
    closed_at = models.DateTimeField("办结时间", null=True)

    objects = AbsenceCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "缺勤处置"
        verbose_name_plural = "缺勤处置"
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="one_absence_case_a_day"),
            models.CheckConstraint(
                condition=~Q(state="unexcused")
                | (Q(found_by__isnull=False, found_at__isnull=False) & ~Q(reason="") & ~Q(capacity="")),
                name="finding_has_a_name_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(found_by=None) | ~Q(found_by=F("person")), name="nobody_finds_his_own_absence"
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(explained_with=""), name="explanation_says_with_what"
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(closed_at=None), name="pending_case_is_open"
            ),
            models.CheckConstraint(
                condition=Q(joined=None) | ~Q(joined=F("id")), name="case_not_joined_to_itself"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "day"], name="absence_team"),
            models.Index(fields=["unit", "day"], name="absence_unit"),
            models.Index(fields=["closed_at", "state"], name="absence_open"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.short}"

    def get_absolute_url(self) -> str:
        return reverse("attendance:absence_case", args=[self.pk])

    @property
    def part(self) -> str:
        """上午, 下午; nothing for a whole day."""
        return "" if self.halves == Halves.DAY else self.get_halves_display()

    @property
    def short(self) -> str:
        """11月5日上午."""
        return f"{day_words(self.day)}{self.part}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the day it is about, as facts name them."""
        return ("am", "pm") if self.halves == Halves.DAY else (self.halves,)


class AbsenceAct(models.Model):
    """One thing that was said or done in a case. Only added; the case's row says what stands."""

    class What(models.TextChoices):
        OPENED = "opened", "列为待核"
        EXPLAINED = "explained", "查明有因"
        FOUND = "found", "认定无故不在岗"
        WITHDRAWN = "withdrawn", "撤销认定"
        NOTED = "noted", "补充情况"

    case = models.ForeignKey(
        AbsenceCase, verbose_name="缺勤处置", on_delete=models.PROTECT, related_name="acts"
    )
    what = models.CharField("事项", max_length=10, choices=What.choices)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        Person, verbose_name="经办人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    capacity = models.CharField("身份", max_length=160, blank=True)
    note = models.CharField("内容", max_length=TEXT, blank=True)

    class Meta:
        verbose_name = "缺勤处置记录"
        verbose_name_plural = "缺勤处置记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"


class CaseStep(models.Model):
    """One step of the chain: whose it is, by when, and once it is done by whom, as what, in which words.

    The post and the body are looked up when the step begins, so that the office answers that holds the function on
    that day. ``outcomes``: for 问责, a list of whom, measure and note. ``due`` is None where the text has no number.
    """

    case = models.ForeignKey(
        AbsenceCase, verbose_name="缺勤处置", on_delete=models.PROTECT, related_name="steps"
    )
    round = models.PositiveSmallIntegerField("第几次认定")
    order = models.PositiveSmallIntegerField("次序")
    code = models.CharField("步骤", max_length=40)
    form = models.CharField("形式", max_length=20)
    clause = models.CharField("条款", max_length=60)
    party = models.CharField("主体", max_length=60)
    label = models.CharField("主体名称", max_length=120)
    what = models.CharField("要办的事", max_length=200)
    post = models.CharField("职务", max_length=24, choices=Post.choices, blank=True)
    body = models.ForeignKey(
        Body, verbose_name="机构", null=True, on_delete=models.PROTECT, related_name="absence_steps"
    )
    joint_body = models.ForeignKey(
        Body, verbose_name="共同负责的机构", null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField("起算", null=True)
    due = models.DateTimeField("截止", null=True)
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.ForeignKey(
        Person, verbose_name="经办人", null=True, on_delete=models.PROTECT, related_name="absence_steps_done"
    )
    capacity = models.CharField("身份", max_length=160, blank=True)
    text = models.TextField("内容", blank=True)
    outcomes = models.JSONField("措施", default=list)
    sent_to = models.CharField("报送", max_length=200, blank=True)
    late = models.BooleanField("逾期", default=False)
    dropped_at = models.DateTimeField("不再办理", null=True)

    class Meta:
        verbose_name = "处置步骤"
        verbose_name_plural = "处置步骤"
        ordering = ["case", "round", "order"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "code"], name="one_step_a_round"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(capacity="")),
                name="done_step_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(dropped_at=None), name="step_done_or_dropped"
            ),
        ]
        indexes = [models.Index(fields=["body", "done_at"], name="absence_step_body")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"

    @property
    def pairs(self) -> list[tuple[str, int]]:
        """The posts and bodies whose step it is, two where it is theirs jointly; none for the person's own."""
        bodies = [each for each in (self.body_id, self.joint_body_id) if each is not None]
        return [(self.post, each) for each in bodies]

    @property
    def is_open(self) -> bool:
        """Has it begun, and is it neither done nor dropped?"""
        return self.started_at is not None and self.done_at is None and self.dropped_at is None


class AbsenceSweep(models.Model):
    """Up to which day a county's silent days have been listed, by the hour at which its towns' days are over."""

    place = models.CharField("县级区划路径", max_length=40)
    hour = models.CharField("时刻", max_length=8)
    through = models.DateField("已列到", default=date.min)

    class Meta:
        verbose_name = "待核列出进度"
        verbose_name_plural = "待核列出进度"
        constraints = [
            models.UniqueConstraint(fields=["place", "hour"], name="one_absence_sweep_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.hour} {self.through}"


class AbsenceStatement(models.Model):
    """情况说明: what the person himself says, signed by the head of his unit; on paper where it was written there."""

    class State(models.TextChoices):
        PENDING = "pending", "待单位签字"
        SIGNED = "signed", "已签字"
        RETURNED = "returned", "退回修改"
        PAPER = "paper", "纸质代录"

    STANDING = ("pending", "signed", "paper")

    case = models.ForeignKey(
        AbsenceCase, verbose_name="缺勤处置", on_delete=models.PROTECT, related_name="statements"
    )
    step = models.ForeignKey(
        CaseStep, verbose_name="处置步骤", on_delete=models.PROTECT, related_name="statements"
    )
    whereabouts = models.CharField("去向", max_length=200)
    reason = models.CharField("原因", max_length=TEXT)
    papers = models.CharField("手续", max_length=200, blank=True)
    evidence = models.CharField("佐证", max_length=200, blank=True)
    remedy = models.CharField("整改", max_length=TEXT)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    written_at = models.DateTimeField("写成时间")
    entered_by = models.ForeignKey(User, verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    paper_signer = models.CharField("纸质签字人", max_length=60, blank=True)
    paper_on = models.DateField("纸质签字日期", null=True)

    class Meta:
        verbose_name = "情况说明"
        verbose_name_plural = "情况说明"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"],
                condition=Q(state__in=["pending", "signed", "paper"]),
                name="one_standing_statement",
            ),
            models.CheckConstraint(
                condition=~Q(state="paper") | (~Q(paper_signer="") & Q(paper_on__isnull=False)),
                name="paper_statement_says_who_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}情况说明"

    def get_absolute_url(self) -> str:
        return reverse("attendance:absence_statement", args=[self.pk])

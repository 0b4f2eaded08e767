"""The sign-off engine's tables. The database itself refuses what the verbs would never do."""

from __future__ import annotations

import re

from django.db import models
from django.db.models import Q

from core.subjects import Words
from teams.models import Appointment, Body, Person
from teams.words import Post

#: A capacity that says in whose place: ``代刘海峰（回龙镇党委 书记）``.
_STANDS_IN = re.compile("代[^（]+（.+）")


class SignOff(models.Model):
    """One round of decisions on one subject, under a plan that policy computed or ``assign`` made by hand.

    The row is the subject's one mutex. Plan and hash are frozen; a settled round never changes again.
    """

    class State(models.TextChoices):
        OPEN = "open", "办理中"
        AGREED = "agreed", "同意"
        REFUSED = "refused", "不同意"
        RETURNED = "returned", "退回修改"
        WITHDRAWN = "withdrawn", "已撤回"
        VOIDED = "voided", "签字作废"
        ASSIGNED = "assigned", "已指定批准人"

    kind = models.CharField("签批类别", max_length=40)
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    round = models.PositiveSmallIntegerField("轮次")
    content_hash = models.CharField("内容校验码", max_length=64)
    plan = models.JSONField("方案")
    step = models.PositiveSmallIntegerField("当前步", default=0)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField("开始时间")
    settled_at = models.DateTimeField("办结时间", null=True)
    settled_why = models.CharField("办结说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "签批"
        verbose_name_plural = "签批"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=Q(state="open"), name="one_open_sign_off"
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "round"], name="one_sign_off_per_round"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} 第 {self.round} 轮"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Seat(models.Model):
    """A post in a body that has a say in one step. Never a user: a handover reassigns nothing."""

    class Need(models.TextChoices):
        ANY = "any", "一人即可"
        ALL = "all", "都要签"

    class Voice(models.TextChoices):
        DECIDE = "decide", "决定"
        OPINION = "opinion", "意见"
        ASSIGN = "assign", "指定批准人"

    class Fallback(models.TextChoices):
        NONE = "none", "不代"
        ACTING = "acting", "代行职务的人"
        UPWARD = "upward", "代行职务的人，其次上一级"

    sign_off = models.ForeignKey(SignOff, verbose_name="签批", on_delete=models.CASCADE, related_name="seats")
    step = models.PositiveSmallIntegerField("步")
    need = models.CharField("要求", max_length=4, choices=Need.choices)
    voice = models.CharField("作用", max_length=8, choices=Voice.choices, default=Voice.DECIDE)
    party = models.CharField("条款中的主体", max_length=60)
    label = models.CharField("名称", max_length=120)
    post = models.CharField("职务", max_length=24, choices=Post.choices)
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="seats")
    fallback = models.CharField("空缺时", max_length=8, choices=Fallback.choices, default=Fallback.NONE)

    class Meta:
        verbose_name = "签批席位"
        verbose_name_plural = "签批席位"
        ordering = ["sign_off", "step", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_off", "step", "post", "body"], name="one_seat_per_post_and_step"
            )
        ]
        indexes = [models.Index(fields=["body", "post"], name="seat_holder")]

    def __str__(self) -> str:
        return self.label

    @property
    def pair(self) -> tuple[str, int]:
        return self.post, self.body_id


class SeatUpward(models.Model):
    """Who may decide instead when the seat's holder is absent and nobody acts: the next tier of the same clause."""

    seat = models.ForeignKey(Seat, verbose_name="席位", on_delete=models.CASCADE, related_name="upward")
    rank = models.PositiveSmallIntegerField("次序")
    post = models.CharField("职务", max_length=24, choices=Post.choices)
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "上一级席位"
        verbose_name_plural = "上一级席位"
        ordering = ["seat", "rank"]
        constraints = [models.UniqueConstraint(fields=["seat", "rank"], name="one_upward_per_rank")]

    def __str__(self) -> str:
        return f"{self.seat} → {self.body}"


class Signature(models.Model):
    """What one person said in one seat, in which capacity, on which content. Never changed, never removed."""

    class Decision(models.TextChoices):
        AGREE = "agree", "同意"
        REFUSE = "refuse", "不同意"
        RETURN = "return", "退回修改"
        OPINION = "opinion", "意见"
        ASSIGN = "assign", "指定批准人"

    sign_off = models.ForeignKey(
        SignOff, verbose_name="签批", on_delete=models.PROTECT, related_name="signatures"
    )
    seat = models.OneToOneField(Seat, verbose_name="席位", on_delete=models.PROTECT, related_name="signature")
    step = models.PositiveSmallIntegerField("步")
    need = models.CharField("要求", max_length=4, choices=Seat.Need.choices)
    signer = models.ForeignKey(
        Person, verbose_name="签字人", on_delete=models.PROTECT, related_name="signatures"
    )
    capacity = models.CharField("身份", max_length=160)
    appointment = models.ForeignKey(
        Appointment, verbose_name="任职", on_delete=models.PROTECT, related_name="signatures"
    )
    decision = models.CharField("决定", max_length=8, choices=Decision.choices)
    note = models.CharField("意见", max_length=500, blank=True)
    content_hash = models.CharField("内容校验码", max_length=64)
    request_key = models.CharField("提交键", max_length=64, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "签字"
        verbose_name_plural = "签字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "signer"], name="one_signature_per_signer"),
            models.UniqueConstraint(
                fields=["sign_off", "step"], condition=Q(need="any"), name="one_signature_per_any_step"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["agree", "opinion"]) | ~Q(note=""), name="refusal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer} {self.get_decision_display()}"

    @property
    def by(self) -> str:
        """Who said it in which capacity: ``张三（洪阳镇党委 党委书记）``; for another, ``李四代张三（洪阳镇党委 党委书记）``."""
        stands_in = _STANDS_IN.match(self.capacity)
        return f"{self.signer}{self.capacity}" if stands_in else f"{self.signer}（{self.capacity}）"

    def said(self, words: Words) -> str:
        """What it says: 同意, or as the kind of subject puts it; reads the seat."""
        if self.decision == self.Decision.AGREE:
            return words.agree(self.seat.post)
        return words.send_back if self.decision == self.Decision.RETURN else self.get_decision_display()


class Recusal(models.Model):
    """The beneficiary (applicant, payee, person assessed): he never decides, whatever else he becomes."""

    sign_off = models.ForeignKey(
        SignOff, verbose_name="签批", on_delete=models.PROTECT, related_name="recusals"
    )
    person = models.ForeignKey(
        Person, verbose_name="回避人", on_delete=models.PROTECT, related_name="recusals"
    )
    why = models.CharField("原因", max_length=80)

    class Meta:
        verbose_name = "回避"
        verbose_name_plural = "回避"
        constraints = [models.UniqueConstraint(fields=["sign_off", "person"], name="one_recusal_per_person")]

    def __str__(self) -> str:
        return f"{self.person}：{self.why}"


class Filing(models.Model):
    """A body that is told of a settled decision: 备案 where a clause names it, 知会 where it is our courtesy."""

    class Kind(models.TextChoices):
        FILING = "filing", "备案"
        COPY = "copy", "知会"

    sign_off = models.ForeignKey(
        SignOff, verbose_name="签批", on_delete=models.PROTECT, related_name="filings"
    )
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    party = models.CharField("条款中的主体", max_length=60)
    label = models.CharField("名称", max_length=120)
    clause = models.CharField("条款", max_length=60, blank=True)
    post = models.CharField("职务", max_length=24, choices=Post.choices)
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="filings")
    told_at = models.DateTimeField("告知时间")
    seen_by = models.ForeignKey(
        Person, verbose_name="阅知人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField("阅知时间", null=True, blank=True)

    class Meta:
        verbose_name = "备案与知会"
        verbose_name_plural = "备案与知会"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_off", "post", "body"], name="one_filing_per_body"),
            models.CheckConstraint(
                condition=~Q(kind="filing") | ~Q(clause=""), name="filing_names_its_clause"
            ),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="seen_by_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="filing_subject"),
            models.Index(fields=["body", "post"], name="filing_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def each_once(self) -> DeadlineQuerySet:
        """Of a clock that several bodies share one row, the first that still runs."""
        same = {name: models.OuterRef(name) for name in ("kind", "subject_kind", "subject_id")}
        before = Deadline.objects.filter(**same, met__isnull=True, share__lt=models.OuterRef("share"))
        return self.filter(Q(share=0) | ~models.Exists(before.order_by()))


class Deadline(models.Model):
    """What must be done by when, by which post of which body. Met or not; nobody is judged by it alone.

    What several bodies have to do together has a row for each of them, ``share`` 0, 1, …, with the same moments.
    """

    kind = models.CharField("类别", max_length=40)
    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.BigIntegerField("对象编号")
    clause = models.CharField("条款", max_length=60, blank=True)
    post = models.CharField("职务", max_length=24, choices=Post.choices, blank=True)
    body = models.ForeignKey(
        Body, verbose_name="机构", null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    person = models.ForeignKey(
        Person, verbose_name="本人", null=True, blank=True, on_delete=models.PROTECT, related_name="deadlines"
    )
    share = models.PositiveSmallIntegerField("共同办理的第几家", default=0)
    started = models.DateTimeField("起算")
    due = models.DateTimeField("截止")
    met = models.DateTimeField("完成", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "时限"
        verbose_name_plural = "时限"
        ordering = ["due"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id", "share"],
                condition=Q(met__isnull=True),
                name="one_open_deadline",
            ),
            models.CheckConstraint(condition=Q(due__gte=models.F("started")), name="deadline_after_start"),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(person__isnull=False), name="deadline_names_somebody"
            ),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="deadline_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due:%Y-%m-%d %H:%M}"

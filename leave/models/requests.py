from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from approvals.selectors import involved_subjects
from core import clock
from core.crypto import EncryptedTextField
from policy.days import Half as PolicyHalf
from policy.days import Span, format_days
from policy.leave import LeaveDecision
from teams.models import Appointment, Person
from teams.scope import Scope, scope_of
from teams.words import Half

if TYPE_CHECKING:
    from teams.models import User


def looked_after(scope: Scope) -> list[Q]:
    """Why a post, or a grant, opens what concerns a posting: the place, the team, the dispatching unit."""
    places = [scope.places_q("posting__body__region__path")] if scope.seen_paths else []
    teams = [Q(posting__body__in=scope.seen_team_ids)] if scope.seen_team_ids else []
    units = [Q(posting__unit__in=scope.seen_unit_ids)] if scope.seen_unit_ids else []
    return places + teams + units


class LeaveRequestQuerySet(models.QuerySet["LeaveRequest"]):
    def visible_to(self, user: User, on: date | None = None) -> LeaveRequestQuerySet:
        """One's own, those one looks after by post, and those in which one has a seat or was told.

        A draft is its drafter's alone. Narrow first and ask then: each reason reads only what is left, where a whole
        city's requests would be put together to find the three of one name among them.
        """
        scope = scope_of(user, on)
        if scope.person_id is None:
            return self.none()
        every = self.order_by().values("pk")
        asked = every.exclude(state=LeaveRequest.State.DRAFT)
        own = every.filter(applicant=scope.person_id)
        reasons = [asked.filter(reason) for reason in looked_after(scope)]
        # A draft has no sign-off, so nobody is involved in one.
        return self.filter(pk__in=own.union(*reasons, *involved_subjects(user, "leave"), all=True))

    def with_phase(self, today: date | None = None) -> LeaveRequestQuerySet:
        """Annotate ``phase``: the state, with an approved leave split by the day (see :class:`Phase`).

        An extension is approved and no more: whether its person is away or overdue is for the leave it extends to say.
        """
        today = today or clock.today()
        approved = Q(state=LeaveRequest.State.APPROVED, extends__isnull=True)
        return self.annotate(
            phase=Case(
                When(
                    Q(state=LeaveRequest.State.VOICE, paper_due__lt=today), then=Value(Phase.PAPER_LATE.value)
                ),
                When(approved & Q(until__lt=today), then=Value(Phase.OVERDUE.value)),
                When(approved & Q(start__lte=today), then=Value(Phase.UNDER_WAY.value)),
                default=F("state"),
                output_field=CharField(),
            )
        )

    def whole(self) -> LeaveRequestQuerySet:
        """Each leave once: an approved extension is part of the leave it extends and no row of its own."""
        return self.exclude(
            extends__isnull=False, state__in=[LeaveRequest.State.APPROVED, LeaveRequest.State.BACK]
        )

    def overdue(self, today: date) -> LeaveRequestQuerySet:
        """Approved leave that has ended, extensions included, without 销假."""
        return self.filter(state=LeaveRequest.State.APPROVED, extends__isnull=True, until__lt=today)

    def for_lists(self) -> LeaveRequestQuerySet:
        """With everything one row of a list shows, in one query."""
        return self.with_phase().select_related(
            "applicant", "posting__body__region", "posting__unit", "posting__stationed_at", "stand_in"
        )

    def for_rows(self) -> LeaveRequestQuerySet:
        """With what the overseers' list shows and no more: neither the frozen decision nor what must be deciphered."""
        return (
            self.with_phase()
            .select_related("applicant", "posting__body", "posting__unit")
            .only(
                "number", "type_label", "channel", "extends", "replaces", "absence_halves", "start", "start_half",
                "end", "end_half", "until", "until_half", "applicant__name", "posting__body__name",
                "posting__body__short_name", "posting__unit__name", "posting__unit__short_name",
            )
        )  # fmt: skip


class LeaveRequest(models.Model):
    """请假: one request from draft to 销假, with the decision under which it was routed, frozen.

    Lengths are integers of halves: ``absence_halves`` decides the tier, ``charged_halves`` the balance.

    An extension (续假) and a change of plan are requests of their own, linked to the leave they concern: ``extends``
    names the first leave of a chain, ``replaces`` the one that a change takes the place of. What was signed is never
    rewritten; ``until`` alone moves, to where the chain ends.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        VOICE = "voice", "口头同意"
        PENDING = "pending", "待批"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "已批准"
        REFUSED = "refused", "不同意"
        WITHDRAWN = "withdrawn", "已撤回"
        CANCELLED = "cancelled", "已取消"
        CHANGED = "changed", "已变更"
        BACK = "back", "已销假"

    class Channel(models.TextChoices):
        """How the agreement came: signed here, or given outside and written down here, which is no signature."""

        ONLINE = "online", "网上"
        VOICE = "voice", "口头"
        PAPER = "paper", "纸质"
        PAST = "past", "补录"

    class Going(models.TextChoices):
        """去向: how far, as the form asks (离县、离省)."""

        COUNTY = "county", "本县（市、区）内"
        PROVINCE = "province", "离县，在本省内"
        BEYOND = "beyond", "离省"
        ABROAD = "abroad", "出国（境）"

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    submit_key = models.CharField("提交键", max_length=64, blank=True, editable=False)
    series = models.CharField("编号系列", max_length=12, blank=True, help_text="县级区划代码")
    number = models.CharField("编号", max_length=20, blank=True)
    applicant = models.ForeignKey(
        Person, verbose_name="申请人", on_delete=models.PROTECT, related_name="leave_requests"
    )
    posting = models.ForeignKey(
        Appointment, verbose_name="驻点任职", on_delete=models.PROTECT, related_name="leave_requests"
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.PROTECT, related_name="+"
    )
    type = models.CharField("类别", max_length=20)
    type_label = models.CharField("类别名称", max_length=20)
    start = models.DateField("开始日期")
    start_half = models.CharField("开始于", max_length=2, choices=Half.choices, default=Half.AM)
    end = models.DateField("结束日期")
    end_half = models.CharField("结束于", max_length=2, choices=Half.choices, default=Half.PM)
    going = models.CharField("去向范围", max_length=10, choices=Going.choices, default=Going.COUNTY)
    destination = models.CharField("去向", max_length=120, blank=True)
    exit_document = models.CharField("出国（境）批件文号", max_length=80, blank=True)
    reason = models.TextField("事由", max_length=500, blank=True)
    stand_in = models.ForeignKey(
        Person,
        verbose_name="代岗人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="standing_in",
    )
    contact = EncryptedTextField("请假期间电话", blank=True, default="")
    extends = models.ForeignKey(
        "self", verbose_name="续哪一件", null=True, blank=True, on_delete=models.PROTECT,
        related_name="extensions",
    )  # fmt: skip
    replaces = models.ForeignKey(
        "self", verbose_name="变更哪一件", null=True, blank=True, on_delete=models.PROTECT,
        related_name="changes",
    )  # fmt: skip
    channel = models.CharField("途径", max_length=6, choices=Channel.choices, default=Channel.ONLINE)
    paper_due = models.DateField("书面手续截止", null=True, blank=True)
    until = models.DateField("实际批到", help_text="续假获批后移到续假的结束")
    until_half = models.CharField("实际批到（半天）", max_length=2, choices=Half.choices, default=Half.PM)
    absence_halves = models.PositiveSmallIntegerField("离岗半天数", default=0)
    charged_halves = models.PositiveSmallIntegerField("计假半天数", default=0)
    decision = models.JSONField("路由结论", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField("修订号", default=1)
    created_at = models.DateTimeField("建立时间")
    updated_at = models.DateTimeField("修改时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    returned_on = models.DateField("返岗日期", null=True, blank=True)
    returned_half = models.CharField("返岗于", max_length=2, choices=Half.choices, blank=True)
    return_recorded_by = models.ForeignKey(
        Person, verbose_name="销假登记人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    return_recorded_at = models.DateTimeField("销假时间", null=True, blank=True)
    return_note = models.CharField("销假说明", max_length=200, blank=True)

    objects = LeaveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "请假"
        verbose_name_plural = "请假"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["applicant", "start"], name="leave_applicant"),
            models.Index(fields=["posting", "state", "start"], name="leave_posting"),
            models.Index(fields=["state", "until"], name="leave_overdue"),
            models.Index(fields=["number"], name="leave_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], condition=~Q(number=""), name="one_leave_number"
            ),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")) | (Q(end=F("start")) & ~Q(start_half="pm", end_half="am")),
                name="leave_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("end")) | Q(until=F("end")), name="until_not_before_end"
            ),
            models.CheckConstraint(
                condition=~Q(state="voice") | Q(channel="voice", paper_due__isnull=False),
                name="voice_leave_has_a_paper_due",
            ),
            models.CheckConstraint(
                condition=Q(extends__isnull=True) | Q(replaces__isnull=True), name="extends_or_replaces"
            ),
            models.UniqueConstraint(
                Coalesce("extends", "replaces"), condition=Q(state="pending"), name="one_pending_link"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (
                    Q(decision__isnull=False, submitted_at__isnull=False, absence_halves__gt=0)
                    & ~Q(number="")
                ),
                name="submitted_leave_is_complete",
            ),
            models.CheckConstraint(
                condition=(Q(state="back") & Q(returned_on__isnull=False, return_recorded_by__isnull=False))
                | (~Q(state="back") & Q(returned_on__isnull=True)),
                name="back_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.applicant.name} {self.kind_and_days}"

    def get_absolute_url(self) -> str:
        return reverse("leave:card", args=[self.pk])

    @property
    def span(self) -> Span:
        """The leave as policy counts it."""
        return Span(self.start, PolicyHalf(self.start_half), self.end, PolicyHalf(self.end_half))

    @property
    def whole(self) -> Span:
        """From its first half-day to where it ends, approved extensions included."""
        return Span(self.start, PolicyHalf(self.start_half), self.until, PolicyHalf(self.until_half))

    @property
    def is_extended(self) -> bool:
        return (self.until, self.until_half) != (self.end, self.end_half)

    @property
    def days(self) -> str:
        """Absence days in words, ``3.5`` or ``4``; approved extensions included."""
        return format_days(self.whole.halves if self.is_extended else self.absence_halves)

    @property
    def kind_label(self) -> str:
        """``事假``; with ``（续假）``, ``（变更）``, ``（口头）``, ``（纸质）`` or ``（补录）`` where it is not plainly asked for."""
        link = "续假" if self.extends_id else "变更" if self.replaces_id else ""
        channel = self.get_channel_display() if self.channel != self.Channel.ONLINE else ""
        marks = "、".join(filter(None, [link, channel]))
        return f"{self.type_label}（{marks}）" if marks else self.type_label

    @property
    def kind_and_days(self) -> str:
        """``事假 2 天``, ``事假（口头）2 天``: no space behind a full-width bracket."""
        kind = self.kind_label
        return f"{kind}{'' if kind.endswith('）') else ' '}{self.days} 天"

    @property
    def routed(self) -> LeaveDecision | None:
        """The frozen decision under which the request was routed."""
        return LeaveDecision.thaw(self.decision) if self.decision else None

    def phase_on(self, today: date) -> str:
        """The same answer as the annotation ``phase``, for one object."""
        if self.state == self.State.VOICE and self.paper_due is not None and self.paper_due < today:
            return Phase.PAPER_LATE
        if self.state == self.State.APPROVED and self.extends_id is None:
            if self.until < today:
                return Phase.OVERDUE
            if self.start <= today:
                return Phase.UNDER_WAY
        return self.state

    @property
    def content(self) -> dict[str, Any]:
        """What a signature on this request covers, files aside."""
        return {
            "applicant": self.applicant_id,
            "posting": self.posting_id,
            "type": self.type,
            "span": self.span.to_json(),
            "going": self.going,
            "destination": self.destination,
            "exit_document": self.exit_document,
            "reason": self.reason,
            "stand_in": self.stand_in_id,
            "absence_halves": self.absence_halves,
            "charged_halves": self.charged_halves,
            "decision": self.decision,
            "channel": self.channel,
            "extends": self.extends_id,
            "replaces": self.replaces_id,
        }


class Phase(models.TextChoices):
    """What people call the present condition; approved leave is split by today's date, never stored."""

    DRAFT = "draft", "草稿"
    VOICE = "voice", "口头同意，待补手续"
    PAPER_LATE = "paper_late", "口头同意，补假逾期"
    PENDING = "pending", "待批"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "已批准"
    UNDER_WAY = "under_way", "休假中"
    OVERDUE = "overdue", "待核（逾期未销假）"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"
    CANCELLED = "cancelled", "已取消"
    CHANGED = "changed", "已变更"
    BACK = "back", "已销假"

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.urls import reverse

from core import clock
from leave.models.requests import LeaveRequest, looked_after
from policy.days import Half as PolicyHalf
from policy.days import Span, format_days
from teams.models import Appointment, Person
from teams.scope import scope_of
from teams.words import Half

if TYPE_CHECKING:
    from teams.models import User


class OfficialTripQuerySet(models.QuerySet["OfficialTrip"]):
    def visible_to(self, user: User, on: date | None = None) -> OfficialTripQuerySet:
        """One's own, and those of the people one looks after by post. Narrow first and ask then, as with leave."""
        scope = scope_of(user, on)
        if scope.person_id is None:
            return self.none()
        every = self.order_by().values("pk")
        reasons = [every.filter(reason) for reason in looked_after(scope)]
        own = every.filter(traveller=scope.person_id)
        return self.filter(pk__in=own.union(*reasons, all=True))

    def with_phase(self, today: date | None = None) -> OfficialTripQuerySet:
        """Annotate ``phase``: the state, with a running trip split by the day (see :class:`TripPhase`)."""
        today = today or clock.today()
        running = Q(state__in=OfficialTrip.RUNNING)
        return self.annotate(
            phase=Case(
                When(running & Q(end__lt=today), then=Value(TripPhase.ENDED.value)),
                When(running & Q(start__lte=today), then=Value(TripPhase.UNDER_WAY.value)),
                default=F("state"),
                output_field=CharField(),
            )
        )

    def for_lists(self) -> OfficialTripQuerySet:
        """With everything one row of a list shows, in one query."""
        return self.with_phase().select_related("traveller", "posting__body__region", "posting__unit")


class OfficialTrip(models.Model):
    """因公外出: reported in writing, decided by nobody; confirmed as read by whom the document names.

    Its half-days are the person's from the report on: leave on the same half-days is refused, and the other way round.
    """

    class State(models.TextChoices):
        REPORTED = "reported", "已报告"
        ACKNOWLEDGED = "acknowledged", "已知悉"
        CANCELLED = "cancelled", "已取消"
        BACK = "back", "已返岗"

    #: States in which the person is, or will be, away.
    RUNNING = (State.REPORTED, State.ACKNOWLEDGED)

    form_key = models.CharField("表单键", max_length=64, unique=True, editable=False)
    series = models.CharField("编号系列", max_length=12, help_text="县级区划代码")
    number = models.CharField("编号", max_length=20)
    traveller = models.ForeignKey(
        Person, verbose_name="外出人", on_delete=models.PROTECT, related_name="official_trips"
    )
    posting = models.ForeignKey(
        Appointment, verbose_name="驻点任职", on_delete=models.PROTECT, related_name="official_trips"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="报告人", on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField("报告时间")
    sent_by = models.CharField("派遣单位", max_length=120)
    document = models.CharField("通知文号", max_length=80, blank=True)
    purpose = models.TextField("事由", max_length=500)
    going = models.CharField("去向范围", max_length=10, choices=LeaveRequest.Going.choices)
    destination = models.CharField("去向", max_length=120)
    start = models.DateField("开始日期")
    start_half = models.CharField("开始于", max_length=2, choices=Half.choices, default=Half.AM)
    end = models.DateField("结束日期")
    end_half = models.CharField("结束于", max_length=2, choices=Half.choices, default=Half.PM)
    halves = models.PositiveSmallIntegerField("半天数")
    told = models.JSONField("报告给谁", help_text="条款点名的，或本系统知会的")
    clauses = models.JSONField("条款", default=list)
    state = models.CharField("状态", max_length=14, choices=State.choices, default=State.REPORTED)
    acknowledged_by = models.ForeignKey(
        Person, verbose_name="知悉人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_as = models.CharField("知悉人身份", max_length=160, blank=True)
    acknowledged_at = models.DateTimeField("知悉时间", null=True, blank=True)
    returned_on = models.DateField("返岗日期", null=True, blank=True)
    returned_half = models.CharField("返岗于", max_length=2, choices=Half.choices, blank=True)
    return_recorded_by = models.ForeignKey(
        Person, verbose_name="返岗登记人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    return_recorded_at = models.DateTimeField("返岗登记时间", null=True, blank=True)
    outcome = models.CharField("办理情况", max_length=200, blank=True)

    objects = OfficialTripQuerySet.as_manager()

    class Meta:
        verbose_name = "因公外出"
        verbose_name_plural = "因公外出"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["traveller", "start"], name="trip_traveller"),
            models.Index(fields=["posting", "state", "start"], name="trip_posting"),
            models.Index(fields=["number"], name="trip_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="one_trip_number"),
            models.CheckConstraint(
                condition=Q(end__gt=F("start")) | (Q(end=F("start")) & ~Q(start_half="pm", end_half="am")),
                name="trip_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(sent_by="") & ~Q(destination="") & Q(halves__gt=0),
                name="trip_report_is_complete",
            ),
            models.CheckConstraint(
                condition=(Q(state="back") & Q(returned_on__isnull=False, return_recorded_by__isnull=False))
                | (~Q(state="back") & Q(returned_on__isnull=True)),
                name="trip_back_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged")
                | (Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False) & ~Q(acknowledged_as="")),
                name="trip_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True) | ~Q(acknowledged_by=F("traveller")),
                name="trip_acknowledged_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.traveller.name} 因公外出 {self.days} 天"

    def get_absolute_url(self) -> str:
        return reverse("leave:trip", args=[self.pk])

    @property
    def span(self) -> Span:
        """The trip as policy counts it."""
        return Span(self.start, PolicyHalf(self.start_half), self.end, PolicyHalf(self.end_half))

    @property
    def days(self) -> str:
        """Days in words, ``3.5`` or ``4``."""
        return format_days(self.halves)

    @property
    def content(self) -> dict[str, Any]:
        """What was reported, files aside."""
        return {
            "traveller": self.traveller_id,
            "posting": self.posting_id,
            "sent_by": self.sent_by,
            "document": self.document,
            "purpose": self.purpose,
            "going": self.going,
            "destination": self.destination,
            "span": self.span.to_json(),
        }


class TripPhase(models.TextChoices):
    """What people call the present condition of a trip; split by today's date, never stored."""

    REPORTED = "reported", "已报告"
    ACKNOWLEDGED = "acknowledged", "已知悉"
    UNDER_WAY = "under_way", "外出中"
    ENDED = "ended", "已结束，待报返岗"
    CANCELLED = "cancelled", "已取消"
    BACK = "back", "已返岗"

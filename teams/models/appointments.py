from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from teams.models.bodies import Body, DispatchingUnit
from teams.models.dated import Dated, in_force
from teams.models.people import Person
from teams.models.places import Region
from teams.words import FULL_TIME_POSTS, HEADS, TEAM_POSTS, Post

if TYPE_CHECKING:
    from teams.models.people import User


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def on(self, day: date) -> AppointmentQuerySet:
        """Appointments in force on that day."""
        return self.filter(in_force(day))

    def postings(self) -> AppointmentQuerySet:
        """Appointments to a team (驻点)."""
        return self.filter(post__in=TEAM_POSTS)

    def full_time(self) -> AppointmentQuerySet:
        """The one posting that counts for leave, attendance and quota."""
        return self.filter(post__in=FULL_TIME_POSTS, acting_for=None)

    def visible_to(self, user: User, on: date | None = None) -> AppointmentQuerySet:
        """The user's own, and those in his places, teams and units; none that were called off."""
        from teams.scope import scope_of

        scope = scope_of(user, on)
        return self.filter(
            Q(person=scope.person_id)
            | scope.places_q("body__region__path")
            | Q(body__in=scope.seen_team_ids | scope.own_team_ids)
            | Q(unit__in=scope.seen_unit_ids),
            void=False,
        )


class Appointment(Dated):
    """任职: a person holds a post in a body from one day to another. A posting is an appointment to a team.

    ``acting_for`` marks an acting holder (代理) with its written ``basis``; it is active by itself while the
    holder it names is away. A person may hold several capacities at once, but one full-time posting.
    ``void``: called off before it began, or on its first day; it holds on no day, its row is kept.
    """

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="appointments"
    )
    post = models.CharField("职务", max_length=24, choices=Post.choices)
    body = models.ForeignKey(Body, verbose_name="机构", on_delete=models.PROTECT, related_name="appointments")
    title = models.CharField("职务全称", max_length=60, blank=True, help_text="如：镇党委副书记")
    acting_for = models.ForeignKey(
        "self",
        verbose_name="代行谁的职务",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="acting",
    )
    basis = models.CharField("书面依据", max_length=120, blank=True)
    unit = models.ForeignKey(
        DispatchingUnit,
        verbose_name="派出单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="postings",
    )
    home_post = models.CharField("派出单位职务", max_length=60, blank=True)
    stationed_at = models.ForeignKey(
        Region, verbose_name="驻点", null=True, blank=True, on_delete=models.PROTECT, related_name="stationed"
    )
    document = models.CharField("批准文号", max_length=80, blank=True)
    party_relation = models.CharField("组织关系", max_length=60, blank=True)
    insured_until = models.DateField("保险止期", null=True, blank=True)
    remark = models.CharField("备注", max_length=120, blank=True)

    void = models.BooleanField("已撤销", default=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["body", "post", "person__pinyin", "pk"]
        indexes = [models.Index(fields=["body", "post"], name="appointment_seat")]
        constraints = [
            # What was called off ends the day before it begins.
            models.CheckConstraint(
                condition=Q(void=True, valid_to__lt=F("valid_from"))
                | Q(void=False, valid_to__isnull=True)
                | Q(void=False, valid_to__gte=F("valid_from")),
                name="appointment_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person", "post", "body", "valid_from"],
                condition=Q(void=False),
                name="one_appointment_a_day",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(post__in=FULL_TIME_POSTS, valid_to__isnull=True, acting_for__isnull=True),
                name="one_open_full_time_posting",
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(basis=""), name="acting_needs_written_basis"
            ),
            models.CheckConstraint(
                condition=~Q(post__in=FULL_TIME_POSTS) | Q(unit__isnull=False) | Q(acting_for__isnull=False),
                name="posting_names_its_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.capacity}"

    @property
    def post_name(self) -> str:
        """The post in words: the full title where there is one."""
        return self.title or self.get_post_display()

    @property
    def capacity(self) -> str:
        """In which capacity the person signs, e.g. ``回龙镇党委 党委书记``."""
        return f"{self.body} {self.post_name}"

    @property
    def speaks_for_body(self) -> bool:
        """Does the post speak for an organ that has named no 签批人?"""
        return self.post in HEADS

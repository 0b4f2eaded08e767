from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from teams.models.dated import Dated
from teams.models.places import Region
from teams.words import BodyKind, Function, Origin, PairingRole, TaskKind, TeamKind

if TYPE_CHECKING:
    from teams.models.people import User


class Body(Dated):
    """Anything a person can hold a post in: an office, a dispatching unit or a team.

    Seats, filings and deadlines name a post and a body, never a person. Old names stay on old rows: a rename
    or merger closes this row and points to ``successor``.
    """

    kind = models.CharField("类别", max_length=8, choices=BodyKind.choices, editable=False)
    name = models.CharField("全称", max_length=80)
    short_name = models.CharField("简称", max_length=30, blank=True)
    region = models.ForeignKey(Region, verbose_name="所在", on_delete=models.PROTECT, related_name="bodies")
    successor = models.ForeignKey(
        "self",
        verbose_name="并入或更名为",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    document = models.CharField("依据文号", max_length=80, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "机构"
        verbose_name_plural = "机构"
        ordering = ["region__path", "pk"]

    def __str__(self) -> str:
        return self.short_name or self.name


class Office(Body):
    """部门: a party or government office at one level, with the functions it holds from day to day."""

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"


class OfficeFunction(Dated):
    """A function an office answers for, from one day to another (a 乡村振兴局 may be absorbed overnight)."""

    office = models.ForeignKey(
        Office, verbose_name="部门", on_delete=models.PROTECT, related_name="functions"
    )
    function = models.CharField("职能", max_length=24, choices=Function.choices)

    class Meta(Dated.Meta):
        verbose_name = "部门职能"
        verbose_name_plural = "部门职能"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["office", "function", "valid_from"], name="one_function_row_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office}：{self.get_function_display()}"


class DispatchingUnit(Body):
    """派出单位. The same institution may also be an office (县农业农村局 dispatches and approves)."""

    code = models.CharField("单位代码", max_length=24, blank=True)
    pinyin = models.CharField("拼音", max_length=160, blank=True, editable=False)
    spelling = models.CharField("拼音连写", max_length=160, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    origin = models.CharField("选派层级", max_length=12, choices=Origin.choices)
    institution = models.ForeignKey(
        Office,
        verbose_name="同一机构的部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="as_units",
    )

    class Meta:
        verbose_name = "派出单位"
        verbose_name_plural = "派出单位"


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User, on: date | None = None) -> TeamQuerySet:
        """Teams in the user's places, teams he is posted to or leads, and teams his unit sends people to."""
        from teams.scope import scope_of

        scope = scope_of(user, on)
        units = scope.seen_unit_ids
        sent_to = [
            Q(pk__in=Team.objects.order_by().filter(**{f"{way}__unit__in": units}).values("pk"))
            for way in ("appointments", "pairings")
            if units
        ]
        return self.filter(
            reduce(
                or_,
                sent_to,
                scope.places_q("region__path") | Q(pk__in=scope.seen_team_ids | scope.own_team_ids),
            )
        )


class Team(Body):
    """驻镇帮镇扶村工作队 or 驻村工作队; ``region`` is the town, or the village, it lives in."""

    team_kind = models.CharField("类型", max_length=8, choices=TeamKind.choices)
    task = models.CharField("任务", max_length=20, choices=TaskKind.choices, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = "工作队"
        verbose_name_plural = "工作队"
        ordering = ["region__path", "pk"]

    def get_absolute_url(self) -> str:
        return reverse("teams:team", args=[self.pk])


class Pairing(Dated):
    """组团结对: which unit sends what to which team (新丰 附件 1). Text where the paper names no unit."""

    team = models.ForeignKey(Team, verbose_name="工作队", on_delete=models.PROTECT, related_name="pairings")
    role = models.CharField("角色", max_length=20, choices=PairingRole.choices)
    unit = models.ForeignKey(
        DispatchingUnit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pairings",
    )
    note = models.CharField("原文", max_length=120, blank=True)
    document = models.CharField("依据", max_length=80, blank=True)

    class Meta(Dated.Meta):
        verbose_name = "组团结对"
        verbose_name_plural = "组团结对"
        ordering = ["team", "role", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | ~Q(note=""), name="pairing_names_unit_or_quotes"
            ),
            models.UniqueConstraint(
                fields=["team", "role", "unit", "valid_from"], name="one_pairing_per_team_role_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.get_role_display()} {self.unit or self.note}"

"""Exceptional, dated sight of one region or body, beside what appointments give."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from guardian.models import UserObjectPermissionBase

from teams.models.bodies import Body
from teams.models.dated import Dated, in_force
from teams.models.places import Region
from teams.words import GrantPurpose


class RegionPermission(UserObjectPermissionBase):
    """guardian's row for a region; laid and lifted by :mod:`teams.grants` alone."""

    content_object = models.ForeignKey(Region, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "区划授权"
        verbose_name_plural = "区划授权"


class BodyPermission(UserObjectPermissionBase):
    """guardian's row for an office, a unit or a team; laid and lifted by :mod:`teams.grants` alone."""

    content_object = models.ForeignKey(Body, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "机构授权"
        verbose_name_plural = "机构授权"


class GrantQuerySet(models.QuerySet["Grant"]):
    def live(self, day: date) -> GrantQuerySet:
        """Grants that give something on that day: in their dates, not revoked, and guardian's row still there."""
        region = RegionPermission.objects.filter(user=OuterRef("user"), content_object=OuterRef("region"))
        body = BodyPermission.objects.filter(user=OuterRef("user"), content_object=OuterRef("body"))
        return self.filter(in_force(day), Exists(region) | Exists(body), revoked_at=None)


class Grant(Dated):
    """授权: a user may read what belongs to one region, office, unit or team, from one day to another.

    For what no post gives: an auditor, an inspection group, a neighbouring office for a month. It opens pages and
    lets nobody sign or change anything. The last day is always known; it ends at midnight by its dates, whether
    or not the nightly job has cleared guardian's row.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.PROTECT, related_name="grants"
    )
    region = models.ForeignKey(
        Region, verbose_name="区划", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    body = models.ForeignKey(
        Body, verbose_name="机构", null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    purpose = models.CharField("用途", max_length=12, choices=GrantPurpose.choices)
    why = models.CharField("理由", max_length=200)
    document = models.CharField("依据文号", max_length=80)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="授权人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    given_at = models.DateTimeField("授权时间")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收回人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_why = models.CharField("收回理由", max_length=200, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "授权"
        verbose_name_plural = "授权"
        ordering = ["-pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(region__isnull=False, body__isnull=True)
                | Q(region__isnull=True, body__isnull=False),
                name="grant_names_one_object",
            ),
            models.CheckConstraint(condition=Q(valid_to__isnull=False), name="grant_names_its_last_day"),
            models.CheckConstraint(condition=~Q(why="") & ~Q(document=""), name="grant_names_its_basis"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_why=""), name="grant_revoked_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.target}"

    @property
    def target(self) -> Region | Body:
        """What it opens."""
        found = self.region or self.body
        assert found is not None, "a constraint insists on one of them"
        return found

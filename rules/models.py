from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from teams.models import Region
from teams.models.dated import Dated


class RegionSetting(Dated):
    """A declared setting of one region, in force from a day on, inherited by everything below it.

    Keys are declared in :mod:`rules.settings`; each row says who set it and on what basis.
    """

    region = models.ForeignKey(Region, verbose_name="区划", on_delete=models.PROTECT, related_name="settings")
    key = models.CharField("设置项", max_length=60)
    value = models.JSONField("值")
    basis = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="设置人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("设置时间")

    class Meta(Dated.Meta):
        verbose_name = "区域设置"
        verbose_name_plural = "区域设置"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["region", "key"],
                condition=Q(valid_to__isnull=True),
                name="one_open_setting_per_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.key}"

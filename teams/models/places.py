from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zlib import crc32

from django.db import models
from django.db.models import Q

from teams.models.dated import Dated
from teams.words import Level

if TYPE_CHECKING:
    from teams.models.people import User

#: Digits of one level in a path. Fixed width keeps range scans right under every collation.
STEP = 4


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User, on: date | None = None) -> RegionQuerySet:
        """Regions inside, or above, what the user's appointments give today."""
        from teams.scope import scope_of

        scope = scope_of(user, on)
        seen = scope.places_q("path")
        above = Q(path__in=scope.ancestor_paths())
        return self.filter(seen | above)


class Region(Dated):
    """行政区划. The path decides who is under whom; the 12-digit statistical code is an attribute.

    ``path`` is the row's place in the tree: four digits per level, e.g. ``000100020001``. Management areas
    (经开区) need not share a code prefix with their towns, so codes are never compared for belonging.
    A place that is renamed gets a new row on the same path, and the old row ends: whatever points to either is
    in the same place. A place that is merged away keeps its own path, on which nothing lives any more.
    """

    parent = models.ForeignKey(
        "self", verbose_name="上级", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField("路径", max_length=40, db_index=True)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    code = models.CharField("统计用区划代码", max_length=12, blank=True, db_index=True)
    name = models.CharField("名称", max_length=60)
    spelling = models.CharField("拼音连写", max_length=240, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=60, blank=True, editable=False)
    support_class = models.CharField("镇类型", max_length=20, blank=True, help_text="如：重点帮扶镇")
    successor = models.ForeignKey(
        "self",
        verbose_name="并入或更名为",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="absorbed",
    )
    document = models.CharField("依据文号", max_length=80, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = "行政区划"
        verbose_name_plural = "行政区划"
        ordering = ["path", "valid_from"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["path"], condition=Q(valid_to__isnull=True), name="one_living_region_a_path"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def town(self) -> Region:
        """The town it is or lies in; a place higher up stands for itself."""
        return self.parent if self.level == Level.VILLAGE and self.parent else self

    def ancestor_paths(self) -> list[str]:
        """Paths from the root down to this region, itself included."""
        return paths_down_to(self.path)

    @property
    def rule_code(self) -> str:
        """What rules call the region: its statistical code, or a stand-in for a management area without one.

        No province's codes begin with 98, and a renamed area keeps its path. Empty for a village without a code,
        which follows its town.
        """
        if self.code or self.level not in (Level.COUNTY, Level.TOWN):
            return self.code
        return f"98{crc32(self.path.encode()):010d}"

    def subtree(self) -> tuple[str, str]:
        """The half-open path range of this region and everything below it."""
        return path_range(self.path)


def paths_down_to(path: str) -> list[str]:
    """Paths from the root down to this one, itself included."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def path_range(path: str) -> tuple[str, str]:
    """``[path, next sibling)``: all descendants sort into it, in any collation, and an index serves it."""
    last = int(path[-STEP:]) + 1
    return path, f"{path[:-STEP]}{last:0{STEP}d}"

"""Where a place stands in the tree: paths are given out here and never typed."""

from __future__ import annotations

from core.errors import Refused
from teams.models import Region
from teams.models.places import STEP, path_range


def next_path(parent: Region | None) -> str:
    """A free path below ``parent``, or for a root; the parent's row is the mutex under which they are given out."""
    stem = "" if parent is None else parent.path
    below = Region.objects.all()
    if parent is not None:
        Region.objects.select_for_update(no_key=True, of=("self",)).get(pk=parent.pk)
        low, high = path_range(stem)
        below = below.filter(path__gte=low, path__lt=high)
    last = below.order_by("-path").values_list("path", flat=True).first() or stem
    ordinal = int(last[len(stem) : len(stem) + STEP] or 0) + 1
    if ordinal >= 10**STEP - 1:
        raise Refused("region_full", "下级区划已满，先在上级建立分组")
    return f"{stem}{ordinal:0{STEP}d}"

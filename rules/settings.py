"""Region settings: declared in ``rules.declared``, dated in the table, inherited down the tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import audit, clock
from core.errors import NotYours, Refused
from core.texts import written
from core.verbs import verb
from rules.declared import DECLARED, Declared
from rules.desks import desks
from rules.models import RegionSetting
from teams.models import Region, User
from teams.models.dated import in_force
from teams.models.places import paths_down_to
from teams.words import Level

BASIS_LENGTH = 200


def setting(region: Region, key: str, on: date | None = None) -> Any:
    """The value of ``key`` for ``region`` on a day: the nearest region upwards that set it, else the default."""
    declared = DECLARED[key]
    row = (
        RegionSetting.objects.filter(
            in_force(on or clock.today()), key=key, region__path__in=region.ancestor_paths()
        )
        .order_by("-region__path")
        .first()
    )
    return declared.default if row is None else row.value


class InForce:
    """Some settings as they hold everywhere on a day, for a job that looks at many places: one query in all."""

    def __init__(self, *keys: str, on: date | None = None) -> None:
        rows = RegionSetting.objects.filter(in_force(on or clock.today()), key__in=keys)
        self._set = {
            (path, key): value for path, key, value in rows.values_list("region__path", "key", "value")
        }

    def at(self, path: str, key: str) -> Any:
        """As :func:`setting` says it for the region at ``path``."""
        for each in reversed(paths_down_to(path)):
            if (each, key) in self._set:
                return self._set[each, key]
        return DECLARED[key].default


@dataclass(frozen=True)
class Standing:
    """What a setting is in a region on a day: ``row`` is the row that says so, ``own`` whether it is the region's."""

    declared: Declared
    value: Any
    row: RegionSetting | None
    own: bool


def standing_settings(region: Region, on: date | None = None) -> list[Standing]:
    """Every declared setting as it holds in the region, in the order of the registry; one query."""
    rows = (
        RegionSetting.objects.filter(in_force(on or clock.today()), region__path__in=region.ancestor_paths())
        .select_related("region", "set_by__person")
        .order_by("region__path")
    )
    nearest = {row.key: row for row in rows}
    return [_standing(each, nearest.get(each.key), region.path) for each in DECLARED.values()]


def may_set(user: User, region: Region) -> bool:
    """The county's managing office and organization department set the county's values and its towns'."""
    return any(
        desk.region.level == Level.COUNTY and region.path.startswith(desk.region.path) for desk in desks(user)
    )


def standings(region: Region, keys: Iterable[str], on: date | None = None) -> dict[str, Standing]:
    """Several settings with the row that says so, of which place, value and basis are read; one query."""
    return standings_at([region.path], keys, on)[region.path]


def standings_at(
    paths: Iterable[str], keys: Iterable[str], on: date | None = None
) -> dict[str, dict[str, Standing]]:
    """The same at each of these region paths; one query for all."""
    keys = list(dict.fromkeys(keys))
    above = {path: Region(path=path).ancestor_paths() for path in paths}
    rows = RegionSetting.objects.filter(
        in_force(on or clock.today()),
        key__in=keys,
        region__path__in={each for own in above.values() for each in own},
    )
    said = rows.select_related("region").only("key", "value", "basis", "region__path", "region__name")
    known = sorted(said.order_by(), key=lambda row: row.region.path)
    found = {}
    for path, own in above.items():
        nearest = {row.key: row for row in known if row.region.path in own}
        found[path] = {key: _standing(DECLARED[key], nearest.get(key), path) for key in keys}
    return found


def _standing(declared: Declared, row: RegionSetting | None, path: str) -> Standing:
    return Standing(
        declared, row.value if row else declared.default, row, row is not None and row.region.path == path
    )


def values_at(paths: Iterable[str], key: str, on: date | None = None) -> dict[str, Any]:
    """What ``key`` is at each of these region paths: the nearest region upwards that set it; one query."""
    paths = list(dict.fromkeys(paths))
    above = {path: Region(path=path).ancestor_paths() for path in paths}
    rows = RegionSetting.objects.filter(
        in_force(on or clock.today()),
        key=key,
        region__path__in={each for own in above.values() for each in own},
    )
    known = dict(rows.values_list("region__path", "value"))
    return {
        path: next(
            (known[each] for each in sorted(above[path], key=len, reverse=True) if each in known),
            DECLARED[key].default,
        )
        for path in paths
    }


@verb("setting.set")
def set_setting(
    *,
    region: Region,
    key: str,
    value: Any,
    basis: str,
    acting_user: User | None,
    valid_from: date | None = None,
) -> RegionSetting:
    """Set a region's value from a day on; the earlier row ends the day before. A basis is required.

    ``acting_user`` None is the installation itself. Raises NotYours for whoever manages nothing there.
    """
    if acting_user is not None and not may_set(acting_user, region):
        raise NotYours("not_yours", "没有这个地方")
    declared = DECLARED.get(key)
    if declared is None:
        raise Refused("unknown_setting", f"没有“{key}”这个设置项", field="key")
    if not declared.allows(value):
        raise Refused("setting_type", f"“{declared.says}”的值不对", field="value")
    basis = written(basis, field="basis", most=BASIS_LENGTH, missing="写明依据的文号或会议", label="依据")
    first = valid_from or clock.today()
    Region.objects.select_for_update(of=("self",)).get(pk=region.pk)
    current = (
        RegionSetting.objects.select_for_update()
        .filter(region=region, key=key, valid_to__isnull=True)
        .first()
    )
    if current is not None:
        if current.valid_from >= first:
            raise Refused(
                "setting_order", f"现行设置从 {current.valid_from} 起，新的要晚于这一天", field="valid_from"
            )
        current.valid_to = first - timedelta(days=1)
        current.save(update_fields=["valid_to"])
    row = RegionSetting.objects.create(
        region=region,
        key=key,
        value=value,
        basis=basis,
        valid_from=first,
        set_by=acting_user,
        set_at=clock.now(),
    )
    audit.record(
        action="setting.set",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before={"value": current.value if current else declared.default},
        after={"key": key, "value": value},
    )
    return row

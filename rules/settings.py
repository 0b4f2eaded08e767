"""Region settings: declared in ``rules.declared``, dated in the table, inherited down the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import audit, clock, editions
from core.errors import NotYours, Refused
from core.texts import written
from core.verbs import verb
from rules.declared import DECLARED, Declared
from rules.desks import desks
from rules.models import RegionSetting
from teams import places
from teams.models import Region, User
from teams.models.dated import in_force
from teams.models.places import paths_down_to
from teams.words import Level

BASIS_LENGTH = 200
#: Settings are read by nearly every page and seldom changed: each process keeps them (:mod:`core.editions`).
EDITION = "settings"


@dataclass(frozen=True, slots=True)
class Stated:
    """One row of the table, as processes keep it: what a place said, of which days, on what basis."""

    path: str
    place: str
    value: Any
    basis: str
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


def _stated() -> dict[tuple[str, str], list[Stated]]:
    """(region path, key) → what was ever said there; kept until a setting changes or a place moves.

    Before the first stamp nobody has set anything.
    """
    return editions.kept(EDITION, _read, places.EDITION, unset=dict)


def _read() -> dict[tuple[str, str], list[Stated]]:
    found: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    # A place that was renamed has several rows of one path: of those that hold the latest says it.
    rows = RegionSetting.objects.order_by("-valid_from", "-pk").values_list(
        "key", "region__path", "region__name", "value", "basis", "valid_from", "valid_to"
    )
    for key, *said in rows.iterator():
        row = Stated(*said)
        found[row.path, key].append(row)
    return dict(found)


def _nearest(
    stated: Mapping[tuple[str, str], list[Stated]], above: Sequence[str], key: str, on: date
) -> Stated | None:
    """What the nearest place says that says anything; ``above``: a place's path and those above it, downwards."""
    for path in reversed(above):
        for row in stated.get((path, key), ()):
            if row.holds(on):
                return row
    return None


def setting(region: Region, key: str, on: date | None = None) -> Any:
    """The value of ``key`` for ``region`` on a day: the nearest region upwards that set it, else the default."""
    return values_at([region.path], key, on)[region.path]


class InForce:
    """Settings as they hold everywhere on a day, for a job that looks at many places."""

    def __init__(self, on: date | None = None) -> None:
        self._stated, self._on = _stated(), on or clock.today()

    def at(self, path: str, key: str) -> Any:
        """As :func:`setting` says it for the region at ``path``."""
        row = _nearest(self._stated, paths_down_to(path), key, self._on)
        return DECLARED[key].default if row is None else row.value


@dataclass(frozen=True)
class Standing:
    """What a setting is in a region on a day: ``row`` is the row that says so, ``own`` whether it is the region's."""

    declared: Declared
    value: Any
    row: Stated | None
    own: bool


@dataclass(frozen=True)
class Shown:
    """The same for its page, which also says who set it: ``row`` as it stands in the table."""

    declared: Declared
    value: Any
    row: RegionSetting | None
    own: bool


def standing_settings(region: Region, on: date | None = None) -> list[Shown]:
    """Every declared setting as it holds in the region, in the order of the registry; one query."""
    rows = (
        RegionSetting.objects.filter(in_force(on or clock.today()), region__path__in=region.ancestor_paths())
        .select_related("region", "set_by__person")
        .order_by("region__path", "valid_from", "pk")
    )
    nearest = {row.key: row for row in rows}
    found = []
    for declared in DECLARED.values():
        row = nearest.get(declared.key)
        own = row is not None and row.region.path == region.path
        found.append(Shown(declared, row.value if row else declared.default, row, own))
    return found


def may_set(user: User, region: Region) -> bool:
    """The county's managing office and organization department set the county's values and its towns'."""
    return any(
        desk.region.level == Level.COUNTY and region.path.startswith(desk.region.path) for desk in desks(user)
    )


def standings(region: Region, keys: Iterable[str], on: date | None = None) -> dict[str, Standing]:
    """Several settings with the row that says so, of which place, value and basis are read."""
    return standings_at([region.path], keys, on)[region.path]


def standings_at(
    paths: Iterable[str], keys: Iterable[str], on: date | None = None
) -> dict[str, dict[str, Standing]]:
    """The same at each of these region paths."""
    keys, on, stated = list(dict.fromkeys(keys)), on or clock.today(), _stated()
    found: dict[str, dict[str, Standing]] = {}
    for path in dict.fromkeys(paths):
        above = paths_down_to(path)
        rows = {key: _nearest(stated, above, key, on) for key in keys}
        found[path] = {
            key: Standing(
                DECLARED[key],
                row.value if row else DECLARED[key].default,
                row,
                row is not None and row.path == path,
            )
            for key, row in rows.items()
        }
    return found


def values_at(paths: Iterable[str], key: str, on: date | None = None) -> dict[str, Any]:
    """What ``key`` is at each of these region paths: the nearest region upwards that set it."""
    on, stated, default = on or clock.today(), _stated(), DECLARED[key].default
    found = {}
    for path in dict.fromkeys(paths):
        row = _nearest(stated, paths_down_to(path), key, on)
        found[path] = default if row is None else row.value
    return found


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
    # What was set under an earlier name of the place ends, too.
    open_ = RegionSetting.objects.select_for_update(of=("self",)).filter(
        region__path=region.path, key=key, valid_to__isnull=True
    )
    current = open_.order_by("-valid_from", "-pk").first()
    if current is not None:
        if current.valid_from >= first:
            raise Refused(
                "setting_order", f"现行设置从 {current.valid_from} 起，新的要晚于这一天", field="valid_from"
            )
        open_.update(valid_to=first - timedelta(days=1))
    row = RegionSetting.objects.create(
        region=region,
        key=key,
        value=value,
        basis=basis,
        valid_from=first,
        set_by=acting_user,
        set_at=clock.now(),
    )
    editions.renew(EDITION)
    audit.record(
        action="setting.set",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        before={"value": current.value if current else declared.default},
        after={"key": key, "value": value},
    )
    return row

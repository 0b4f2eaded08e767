"""Region settings: declared here, dated in the table, inherited down the tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import audit, clock
from core.errors import Refused
from core.verbs import verb
from rules.models import RegionSetting
from teams.models import Region, User
from teams.models.dated import in_force


@dataclass(frozen=True)
class Declared:
    """One setting: its key, what it does in words, its type and what holds where nobody has set it."""

    key: str
    says: str
    kind: type
    default: Any


DECLARED = {
    item.key: item
    for item in [
        Declared("leave.join_touching", "相连的假合并计算天数来定批准人", bool, True),
    ]
}


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
    """Set a region's value from a day on; the earlier row ends the day before. A basis is required."""
    declared = DECLARED.get(key)
    if declared is None:
        raise Refused("unknown_setting", f"没有“{key}”这个设置项", field="key")
    if not isinstance(value, declared.kind):
        raise Refused("setting_type", f"“{declared.says}”的值不对", field="value")
    if not basis.strip():
        raise Refused("no_basis", "写明依据的文号或会议", field="basis")
    first = valid_from or clock.today()
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
        basis=basis.strip(),
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

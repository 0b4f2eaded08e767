"""Party codes `level:post` and their Chinese names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.schema import Pack

LABELS: dict[str, str] = {
    "person:self": "本人",
    "team:captain": "队长",
    "team:team": "工作队",
    "team:member": "队员",
    "village:party_branch": "村党组织",
    "village:committee": "村“两委”",
    "town:party_secretary": "乡镇（街道）党（工）委书记",
    "town:party_committee": "乡镇（街道）党（工）委",
    "town:deputy_secretary": "乡镇党委副书记",
    "town:attendance_officer": "乡镇考勤员",
    "town:organization_member": "乡镇党委组织委员",
    "town:government": "乡镇政府（街道办事处）",
    "town:finance": "乡镇财政所",
    "unit:leader": "派出单位",
    "unit:party_group": "派出单位党委（党组）",
    "unit:deputy": "派出单位分管领导",
    "unit:deputies": "派出单位分管领导和其他班子成员",
    "unit:principal": "派出单位主要负责同志",
    "unit:lead": "牵头单位",
    "unit:participating": "成员单位",
    "county:organization": "县（区）委组织部",
    "county:rural_work": "县（区）委农办",
    "county:agriculture": "县（区）农业农村局",
    "county:rural_revitalization": "县（区）乡村振兴局",
    "county:stationing_office": "县驻村办",
    "county:finance": "县财政局",
    "county:poverty_relief": "县扶贫办",
    "county:party_building": "县委基层党建办",
    "county:leading_group": "县级驻村工作领导小组",
    "county:party_committee": "县（市、区）党委",
    "county:government": "县（市、区）政府",
    "county:departments": "县（市、区）有关部门",
    "county:leader": "联系乡镇的县级领导",
    "city:organization": "市委组织部",
    "city:rural_work": "市委农办",
    "city:agriculture": "市农业农村局",
    "city:rural_revitalization": "市乡村振兴局",
    "province:departments": "省级有关单位",
}

# Who stands above whom; the unit stands beside the town, outside the county's own ladder.
RANKS: dict[str, int] = {
    "person": 0,
    "team": 1,
    "village": 1,
    "town": 2,
    "unit": 2,
    "county": 3,
    "city": 4,
    "province": 5,
}


def party_rank(code: str) -> int:
    """How high a party stands: 1 team, 2 town or unit, 3 county, 4 city, 5 province."""
    return RANKS[code.partition(":")[0]]


def party_label(code: str, pack: Pack | None = None) -> str:
    """The Chinese name of a party, as `pack` calls it when given; the code itself when nobody names it."""
    if pack is not None and code in pack.pack.parties:
        return pack.pack.parties[code]
    return LABELS.get(code, code)


def join_labels(
    codes: Iterable[str], names: Mapping[str, str] | None = None, pack: Pack | None = None
) -> str:
    """甲、乙和丙."""
    labels = [(names or {}).get(code) or party_label(code, pack) for code in codes]
    return labels[0] if len(labels) == 1 else "、".join(labels[:-1]) + "和" + labels[-1] if labels else ""

"""The sheets of the roster and their columns: one table for the template, the reader and the words of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core import typed
from teams.models import Person
from teams.words import TEAM_POSTS, Level, Origin, PairingRole, Post, TaskKind, TeamKind

#: Rows under the heading for which the template offers choices.
OFFERED_ROWS = 500


@dataclass(frozen=True)
class Field:
    """One column.

    key      name of the value                 heading  what the template writes above it
    read     cell → value (core.typed)         also     other headings people use for the same thing
    choices  word → code, where only these are taken; ``offered`` are the words the template offers, or a range
    need     a row cannot do without it        longest  the most signs it may have
    """

    key: str
    heading: str
    read: Callable[[Any], Any] = typed.text
    also: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] | str = ()
    need: bool = False
    longest: int = 60
    width: float = 12
    as_text: bool = False
    help: str = ""


@dataclass(frozen=True)
class SheetKind:
    """One sheet: its name, its columns, the rows shown as examples (by heading key)."""

    key: str
    name: str
    fields: tuple[Field, ...]
    also: tuple[str, ...] = ()
    examples: tuple[Mapping[str, str], ...] = ()

    def heading(self, key: str) -> str:
        return next(each.heading for each in self.fields if each.key == key)


def _labels(choices: type[Any], *only: str) -> dict[str, str]:
    """Word → code of a list of choices."""
    return {label: value for value, label in choices.choices if not only or value in only}


NUMBER = Field("no", "序号", also=("编号", "行号"), width=7, help="示例行这一列写“示例”，导入时跳过")
EXAMPLE_MARKS = ("示例", "例")

LEVELS = {
    **_labels(Level, Level.TOWN, Level.VILLAGE),
    **dict.fromkeys(("乡镇", "乡", "镇", "街道", "农场", "镇（街）"), Level.TOWN.value),
    **dict.fromkeys(("村", "社区", "行政村"), Level.VILLAGE.value),
}
KINDS = {
    **_labels(TeamKind),
    **dict.fromkeys(("驻镇", "镇", "驻镇工作队"), TeamKind.TOWN.value),
    **dict.fromkeys(("驻村", "村", "驻村队"), TeamKind.VILLAGE.value),
}
ORIGINS = {
    **_labels(Origin),
    **{label.removesuffix("单位"): value for label, value in _labels(Origin).items()},
    "中央": Origin.CENTRAL.value,
    "省": Origin.PROVINCE.value,
    "市": Origin.CITY.value,
    "县": Origin.COUNTY.value,
}
POSTS = {
    **_labels(Post, *TEAM_POSTS),
    "第一书记": Post.FIRST_SECRETARY.value,
    "三支一扶": Post.RURAL_SERVICE_GRADUATE.value,
    "志愿者": Post.GRADUATE_VOLUNTEER.value,
    "工作队员": Post.MEMBER.value,
    "工作队长": Post.CAPTAIN.value,
}
YES_NO = ("是", "否")

REGIONS = SheetKind(
    "regions",
    "区划",
    (
        NUMBER,
        Field("name", "名称", also=("区划名称", "乡镇名称", "乡镇", "镇街", "村名", "镇（街）"), need=True,
            width=20),
        Field("level", "级别", also=("区划级别", "类别"), choices=LEVELS,
            offered=("乡镇（街道、农场）", "村（社区）"), need=True, width=20),
        Field("parent", "上级", also=("所属乡镇", "所在乡镇", "隶属"), width=20,
            help="村写所在的乡镇；乡镇不用填"),
        Field("code", "区划代码", read=typed.number, also=("统计用区划代码", "代码", "行政区划代码"), width=18,
            as_text=True, help="12 位统计用区划代码，没有就不填"),
        Field("support_class", "镇类型", also=("类型", "帮扶类型"), longest=20, width=16,
            help="如：重点帮扶镇"),
    ),
    also=("区划（乡镇、村）", "乡镇", "行政区划", "乡镇村"),
    examples=(
        {"name": "云溪镇", "level": "乡镇（街道、农场）", "support_class": "重点帮扶镇"},
        {"name": "上塘村", "level": "村（社区）", "parent": "云溪镇"},
    ),
)  # fmt: skip

UNITS = SheetKind(
    "units",
    "派出单位",
    (
        NUMBER,
        Field("name", "单位全称", also=("单位名称", "派出单位", "选派单位", "全称", "名称", "单位"), need=True,
            longest=80, width=36),
        Field("short_name", "简称", also=("单位简称",), longest=30, width=20),
        Field("origin", "选派层级", also=("单位层级", "层级"), choices=ORIGINS, offered=tuple(Origin.labels),
            need=True, width=18),
        Field("code", "单位代码", read=typed.number, also=("统一社会信用代码",), longest=24, width=24,
            as_text=True),
        Field("place", "所在乡镇", also=("所在地", "所在"), width=16,
            help="乡镇单位写所在乡镇；县级和外地单位不用填"),
    ),
    also=("单位", "选派单位"),
    examples=({"name": "云溪县水利局", "short_name": "县水利局", "origin": "县直单位"},),
)  # fmt: skip

TEAMS = SheetKind(
    "teams",
    "工作队",
    (
        NUMBER,
        Field("name", "队名", also=("工作队", "工作队名称", "队伍名称", "名称", "队伍"), need=True, longest=80,
            width=32),
        Field("short_name", "简称", also=("队名简称",), longest=30, width=22),
        Field("team_kind", "类型", also=("队伍类型", "工作队类型"), choices=KINDS,
            offered=tuple(TeamKind.labels), width=24,
            help="不填的话，驻在乡镇的算驻镇工作队，驻在村的算驻村工作队"),
        Field("place", "驻地", also=("驻点", "派驻乡镇", "派驻地", "所在乡镇", "所在村", "驻村"), need=True,
            width=20, offered="=区划!$B$2:$B$502"),
        Field("task", "任务", choices=_labels(TaskKind), offered=tuple(TaskKind.labels), width=16),
    ),
    also=("队伍", "驻村工作队"),
    examples=({"name": "驻云溪镇帮镇扶村工作队", "short_name": "驻云溪镇工作队", "team_kind": "驻镇帮镇扶村工作队", "place": "云溪镇"},),
)  # fmt: skip

PEOPLE = SheetKind(
    "people",
    "人员",
    (
        NUMBER,
        Field("name", "姓名", read=typed.name, also=("名字", "队员姓名", "人员姓名"), need=True, longest=40,
            width=10),
        Field("gender", "性别", choices=_labels(Person.Gender), offered=tuple(Person.Gender.labels), width=7),
        Field("ethnicity", "民族", longest=20, width=8),
        Field("born", "出生年月", read=typed.month, also=("出生年月（档案）", "出生日期", "出生时间", "生日"),
            width=11, as_text=True, help="按档案，如 1985-03"),
        Field("education", "学历", also=("文化程度",), longest=20, width=9),
        Field("political_status", "政治面貌", longest=20, width=11),
        Field("joined_party_on", "入党时间", read=typed.day, also=("入党日期",), width=12, as_text=True),
        Field("full_member_on", "转正时间", read=typed.day, also=("转正日期", "转正"), width=12, as_text=True),
        Field("working_since", "参加工作时间", read=typed.month, also=("参加工作", "参加工作年月", "工作时间"),
            width=13, as_text=True),
        Field("staffing", "编制性质", also=("编制", "人员性质"), longest=20, width=11),
        Field("unit", "派出单位", also=("选派单位", "派驻单位", "工作单位", "单位", "派出单位全称"), longest=80,
            width=24, offered="=派出单位!$B$2:$B$502", help="全称或简称；队长、队员要填"),
        Field("home_post", "职务职级", also=("派出单位职务", "单位职务", "原职务", "职务"), width=14),
        Field("team", "工作队", also=("队名", "所在工作队", "驻村工作队", "队伍", "工作队名称"), need=True,
            longest=80, width=24, offered="=工作队!$B$2:$B$502"),
        Field("post", "队内职务", also=("队内岗位", "岗位", "队内身份", "工作队职务"), choices=POSTS,
            offered=tuple(Post(post).label for post in TEAM_POSTS), need=True, width=14),
        Field("first_secretary", "驻村第一书记", read=typed.yes,
            also=("第一书记", "兼第一书记", "是否第一书记", "兼驻村第一书记"), offered=YES_NO, width=13,
            help="兼任的写“是”"),
        Field("station", "驻点", also=("驻村", "派驻村", "帮扶村"), width=14,
            help="具体驻在哪个村，不填就是工作队的驻地"),
        Field("valid_from", "任期起", read=typed.day,
            also=("起", "任职时间", "任职日期", "开始日期", "驻村时间", "派驻时间", "起始日期"), width=12,
            as_text=True),
        Field("valid_to", "任期止", read=typed.day, also=("止", "结束日期", "截止日期", "届满日期"), width=12,
            as_text=True, help="还在任、没有定届满日的不填"),
        Field("document", "批准文号", also=("文号", "任职文号"), longest=80, width=18),
        Field("party_relation", "组织关系", also=("党组织关系",), width=14),
        Field("insured_until", "保险止期", read=typed.day, also=("保险到期",), width=12, as_text=True),
        Field("phone", "电话", read=typed.number, also=("手机", "手机号", "手机号码", "联系电话", "联系方式"),
            longest=20, width=14, as_text=True),
        Field("identity", "身份证号", read=typed.number, also=("身份证", "身份证号码", "公民身份号码"),
            width=21, as_text=True),
        Field("same", "是否同一人", read=typed.yes, also=("同一人",), offered=YES_NO, width=11,
            help="核对时提示可能重复才填"),
        Field("remark", "备注", longest=120, width=16),
    ),
    also=("花名册", "名册", "人员名册", "驻村人员", "人员信息"),
    examples=(
        {"name": "赵一鸣", "gender": "男", "ethnicity": "汉族", "born": "1985-03", "education": "本科",
            "political_status": "中共党员", "unit": "县水利局", "home_post": "副局长",
         "team": "驻云溪镇帮镇扶村工作队", "post": "队长", "valid_from": "2026-03-01", "phone": "13800000000"},
        {"name": "钱二禾", "gender": "女", "born": "1990.11", "unit": "县水利局", "home_post": "科员",
            "team": "驻云溪镇帮镇扶村工作队", "post": "队员", "first_secretary": "是",
         "station": "上塘村", "valid_from": "2026年3月1日"},
    ),
)  # fmt: skip

PAIRINGS = SheetKind(
    "pairings",
    "组团结对",
    (
        NUMBER,
        Field("team", "工作队", also=("队名", "队伍"), need=True, longest=80, width=32,
            offered="=工作队!$B$2:$B$502"),
        Field("role", "结对角色", also=("角色",), choices=_labels(PairingRole),
            offered=tuple(PairingRole.labels), need=True, width=20),
        Field("unit", "单位", also=("结对单位", "单位名称", "单位全称", "派出单位"), longest=80, width=32,
            offered="=派出单位!$B$2:$B$502", help="文件没有写明单位的不填，把原文照抄在后一列"),
        Field("note", "原文或按语", also=("原文", "按语", "备注"), longest=120, width=44),
        Field("document", "依据", also=("依据文号", "文号", "文件"), longest=80, width=30),
        Field("valid_from", "起", read=typed.day, also=("自", "起始日期", "结对时间"), need=True, width=12,
            as_text=True),
        Field("valid_to", "止", read=typed.day, also=("结束日期",), width=12, as_text=True),
    ),
    also=("结对", "组团结对情况表", "组团结对表"),
    examples=(
        {"team": "驻云溪镇帮镇扶村工作队", "role": "牵头单位", "unit": "云溪县水利局",
            "document": "云乡振组〔2026〕1号", "valid_from": "2026-03-01"},
        {"team": "驻云溪镇帮镇扶村工作队", "role": "金融助理", "note": "农行省分行等",
            "valid_from": "2026-03-01"},
    ),
)  # fmt: skip

#: In the order of the template; rows are worked through from places to pairings.
SHEETS = (PEOPLE, UNITS, TEAMS, REGIONS, PAIRINGS)

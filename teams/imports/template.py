"""人员名册导入模板: the sheets to fill in, with what the county has already, and how to fill them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.workbooks import Column, Table, write
from teams.imports.fields import (
    EXAMPLE_MARKS,
    NUMBER,
    OFFERED_ROWS,
    PEOPLE,
    REGIONS,
    SHEETS,
    TEAMS,
    UNITS,
    Field,
    SheetKind,
)
from teams.models import DispatchingUnit, Region, Team
from teams.models.places import path_range
from teams.words import Level

NAME = "人员名册导入模板.xlsx"
GUIDE = (
    "一、每张表从标题行下面一行填起。序号写“示例”的行只作样子，导入时跳过，可以删去，也可以留着。",
    "二、列的次序可以变，标题行上面可以加表名，不用的列可以删；标题不要改成别的意思。",
    "三、先传上来核对，不会马上写入：每一行新增、修改还是不变，都列给您看；有一处不对，整份都不导入，并写明哪张表、哪一行、哪一列。",
    "四、同一份名册再导入一次，什么都不会变。空着的格子不改系统里已有的内容。名册里没有的人，也不会因此结束任职。",
    "五、日期写 2026-03-01、2026.3.1、2026/3/1、2026年3月1日、20260301 都可以，要写到日；出生年月和参加工作时间写到月，如 1985-03。",
    "六、结束任职：在原来那一行写上任期止。换了工作队：原来的写上任期止，另起一行写新的任期。",
    "七、派出单位和工作队写全称或简称，要先在“派出单位”“工作队”两张表里或系统里有。村和别的乡镇的村同名时，前面加上乡镇名。",
    "八、姓名相同、读音相同又在一个单位的，核对时会问是不是同一个人：填身份证号，或在“是否同一人”列写是或否。",
    "九、身份证号和电话加密保存，页面和导出的表里只显示一部分。这份文件办完以后系统不留，您自己电脑里的那一份要妥善保管。",
    "十、组团结对表：文件写明单位的填单位，没有写明的把原文抄在“原文或按语”里。次序就是情况表里的次序。",
)


def template(county: Region | None = None) -> bytes:
    """The workbook; with a county, its towns, villages, units and teams are filled in and offered in the lists."""
    have = _registered(county) if county is not None else {}
    tables = [_table(kind, have.get(kind.key, [])) for kind in SHEETS]
    guide = Table("说明", [Column("怎样填写", lambda line: line, 120, left=True)], GUIDE)
    return write(*tables, guide, title="人员名册导入模板")


def _table(kind: SheetKind, rows: Iterable[Mapping[str, Any]]) -> Table[Any]:
    examples = [{**example, NUMBER.key: EXAMPLE_MARKS[0]} for example in kind.examples]
    return Table(
        kind.name,
        [_column(each) for each in kind.fields],
        rows,
        examples=examples,
        empty_rows=OFFERED_ROWS - len(examples),
    )


def _column(each: Field) -> Column[Mapping[str, Any]]:
    heading = f"{each.heading} *" if each.need else each.heading
    return Column(
        heading,
        lambda row: row.get(each.key),
        each.width,
        number_format="@" if each.as_text else "",
        choices=each.offered,
        help=each.help,
    )


def _registered(county: Region) -> dict[str, list[dict[str, Any]]]:
    low, high = path_range(county.path)
    places = Region.objects.filter(path__gt=county.path, path__lt=high, valid_to=None).select_related(
        "parent"
    )
    units = DispatchingUnit.objects.filter(region__path__gte=low, region__path__lt=high, valid_to=None)
    teams = Team.objects.filter(region__path__gte=low, region__path__lt=high, valid_to=None)
    return {
        REGIONS.key: [
            {
                "name": row.name,
                "level": row.get_level_display(),
                "parent": row.parent.name if row.level == Level.VILLAGE and row.parent else None,
                "code": row.code or None,
                "support_class": row.support_class or None,
            }
            for row in places
        ],
        UNITS.key: [
            {"name": row.name, "short_name": row.short_name or None, "origin": row.get_origin_display()}
            for row in units.order_by("pinyin", "pk")
        ],
        TEAMS.key: [
            {
                "name": row.name,
                "short_name": row.short_name or None,
                "team_kind": row.get_team_kind_display(),
                "place": row.region.name,
                "task": row.get_task_display() or None,
            }
            for row in teams.select_related("region")
        ],
        PEOPLE.key: [],
    }

"""Workbooks as clerks would type them, for the tests of 名册导入."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core import identity

Rows = list[list[Any]]
PEOPLE = [
    "姓名", "性别", "出生年月", "派出单位", "职务职级", "工作队", "队内职务", "驻村第一书记", "任期起",
    "任期止", "电话", "身份证号", "是否同一人",
]  # fmt: skip
XINFENG = Path(__file__).parents[2] / "overview" / "demo"


def workbook(**sheets: Rows) -> bytes:
    """``workbook(人员=[[...], ...])``: one sheet per keyword."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(content: bytes, name: str = "名册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def person(
    name: str, team: str = "驻洪阳镇工作队", unit: str | None = "普宁市林业局", **more: Any
) -> list[Any]:
    """A row under :data:`PEOPLE`: a member from 1 March 2026 unless told otherwise."""
    row = {"姓名": name, "工作队": team, "派出单位": unit, "队内职务": "队员", "任期起": "2026-03-01", **more}
    return [row.get(heading) for heading in PEOPLE]


def people(*rows: list[Any]) -> bytes:
    return workbook(人员=[PEOPLE, *rows])


def number(birthday: str = "19850314", serial: int = 442) -> str:
    """An identity number of nobody: the region is not given out."""
    first = f"990000{birthday}{serial:03d}"
    return first + identity.check_digit(first)


def annex() -> dict[str, Any]:
    """新丰's annex 1: what the county's clerk copies from the paper."""
    data = tomllib.loads((XINFENG / "xinfeng.toml").read_text(encoding="utf-8"))
    places = tomllib.loads((XINFENG / "regions.toml").read_text(encoding="utf-8"))["regions"]
    data["towns"] = [row for row in places if row.get("in") == "xinfeng"]
    return data


def annex_workbook() -> bytes:
    """The annex as a workbook: towns, units, teams, and one row for every name in every cell."""
    data = annex()
    labels = {
        "central": "中央驻地方单位", "province": "省直单位", "partner_city": "对口帮扶市", "city": "市直单位", "county": "县直单位",
    }  # fmt: skip
    names = {row["key"]: row["name"] for row in (*data["units"], *data["teams"], *data["towns"])}
    table = data["pairing"]

    def lines(row: dict[str, Any]) -> Rows:
        found: Rows = [["牵头单位", names[row["lead"]], row.get("lead_note")]]
        found += [["选派第一书记单位", names[unit], None] for unit in row["first_secretary"]]
        if not row["first_secretary"]:
            found.append(["选派第一书记单位", None, table["by_members"]])
        found += [["选派驻镇队员单位", names[unit], None] for unit in row["member"]]
        found += [["金融助理", None, table["finance"]], ["科技特派员等", None, table["specialist"]]]
        return [[names[row["team"]], *line, table["document"], table["since"]] for line in found]

    return workbook(
        区划=[["名称", "级别", "区划代码", "镇类型"]]
        + [[row["name"], "乡镇", row["code"], row.get("class")] for row in data["towns"]],
        派出单位=[["单位全称", "简称", "选派层级"]]
        + [[row["name"], row.get("short"), labels[row["origin"]]] for row in data["units"]],
        工作队=[["队名", "简称", "驻地", "类型"]]
        + [[row["name"], row["short"], names[row["in"]], "驻镇"] for row in data["teams"]],
        组团结对=[
            ["新丰县驻镇帮镇扶村组团结对情况表"],
            ["工作队", "结对角色", "单位", "原文或按语", "依据", "起"],
        ]
        + [line for row in table["rows"] for line in lines(row)],
    )

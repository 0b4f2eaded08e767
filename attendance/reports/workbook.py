"""出勤登记表 as a county prints it: a sheet for each team, A4 across, one page wide; and the county's summary."""

from __future__ import annotations

import io
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from core.months import month_words
from core.workbooks import (
    BORDER,
    CENTRE,
    FONT,
    HEAD_FILL,
    HEAD_FONT,
    LEFT,
    TITLE_FONT,
    Column,
    Table,
    for_printing,
    kept_text,
    safe_text,
    styled,
    write,
)
from leave.whereabouts.grid import Day, days_of
from policy.attendance import VISIT

#: Who it is, with the width of each column in characters.
WHO = (("序号", 4.5), ("姓名", 8), ("职务", 8), ("派出单位", 14), ("驻点", 10))
LEGEND = (
    "√ 在岗　住 在岗并住村　镇 在岗并住镇　√· 上午在岗　·√ 下午在岗　值 值班　补 补休　训 培训　"
    "公 因公外出　假 请假　休 休息　✗ 无故不在岗　待核 未核实，不计入"
)
VISITS = "　户 下组入户　户住、户镇 下组入户并住村、住镇"
SIGNS = ("考勤员", "队长", "村党组织书记", "乡镇分管领导（盖章）")
BENEATH = Alignment(vertical="center", wrap_text=True)
HEAD, WEEKDAYS = 3, 4


@dataclass(frozen=True, kw_only=True)
class TeamPage:
    """One sheet: the team, its lines as a month's sheet freezes them, and what stands under the title."""

    team: str
    said: str
    lines: Sequence[dict[str, Any]]


def _days(halves: int | None) -> float | int | None:
    """Halves as days for a cell; nothing where there is none."""
    if not halves:
        return None
    return halves // 2 if halves % 2 == 0 else halves / 2


def _text(
    sheet: Any, row: int, column: int, value: object, *, font: Font = FONT, alignment: Alignment = CENTRE,
    border: bool = True, fill: PatternFill | None = None,
) -> None:  # fmt: skip
    """A cell whose text no program takes for a formula."""
    look = styled(sheet, font, alignment, BORDER if border else None, fill=fill)
    if value is None or isinstance(value, int | float):
        kind = "n"
    else:
        value = kept_text(str(value)) or None
        kind = "s" if value else "n"
    # As the library's own ``sheet.cell`` does, without asking for each what it is and how it looks.
    cell = Cell(sheet, row, column, style_array=copy(look))
    cell._value, cell.data_type = value, kind
    sheet._cells[row, column] = cell


def town_workbook(*, title: str, month: date, pages: Sequence[TeamPage]) -> bytes:
    """The workbook of one town."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = safe_text(title), "驻帮"
    used: set[str] = set()
    for page in pages:
        _page(book.create_sheet(_sheet_name(page.team, used)), page, month)
    if not pages:
        book.create_sheet("无")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(team: str, used: set[str]) -> str:
    """What a sheet may be called: thirty-one signs without some, each name once."""
    name = "".join("_" if sign in "[]:*?/\\'" else sign for sign in safe_text(team))[:28] or "工作队"
    number, unique = 1, name
    while unique in used:
        number += 1
        unique = f"{name}{number}"
    used.add(unique)
    return unique


def _page(sheet: Any, page: TeamPage, month: date) -> None:
    days = days_of(month)
    kinds = sorted({kind for line in page.lines for kind in line["totals"].get("leave_by_kind", {})})
    totals = [
        ("应驻", "owed"), ("在岗", "on_post"), ("住村", "village"), ("下组入户", VISIT), ("因公", "trip"),
        ("值班", "duty"), ("补休", "comp_rest"), *((kind, f"kind:{kind}") for kind in kinds or ["请假"]),
        ("无故", "unexcused"),
    ]  # fmt: skip
    visits = any(line["totals"].get(VISIT) for line in page.lines)
    first_day = len(WHO) + 1
    first_sum = first_day + len(days)
    last = first_sum + len(totals) + 1
    _widths(sheet, len(days), len(totals))
    _across(sheet, 1, last, f"{page.team}{month_words(month)}出勤登记表", TITLE_FONT, 28)
    _across(sheet, 2, last, page.said, FONT, 18)
    for number, (heading, _) in enumerate(WHO, start=1):
        _tall(sheet, number, heading)
    for number, day in enumerate(days):
        _text(sheet, HEAD, first_day + number, day.number, font=HEAD_FONT, fill=HEAD_FILL)
        _text(sheet, WEEKDAYS, first_day + number, day.weekday, font=HEAD_FONT, fill=HEAD_FILL)
    for number in range(len(totals)):
        _text(
            sheet,
            HEAD,
            first_sum + number,
            "合计（天、夜）" if not number else None,
            font=HEAD_FONT,
            fill=HEAD_FILL,
        )
        _text(sheet, WEEKDAYS, first_sum + number, totals[number][0], font=HEAD_FONT, fill=HEAD_FILL)
    _merge(sheet, HEAD, HEAD, first_sum, first_sum + len(totals) - 1)
    _tall(sheet, last - 1, "本人签名")
    _tall(sheet, last, "备注")
    sheet.row_dimensions[WEEKDAYS].height = 42
    row = WEEKDAYS
    for line in page.lines:
        row += 1
        _line(sheet, row, line, days, totals, first_day, first_sum)
    for text in (
        f"说明：{LEGEND}{VISITS if visits else ''}。",
        "应驻、在岗等按天，住村按夜；“无故”为已认定的天数；"
        + ("“下组入户”按台账登记的天数，包含在“在岗”里。" if visits else "“下组入户”由乡镇核实后手填。"),
    ):
        row += 1
        _text(sheet, row, 1, text, alignment=BENEATH, border=False)
        _merge(sheet, row, row, 1, last)
        sheet.row_dimensions[row].height = 18
    row += 1
    sheet.row_dimensions[row].height = 36
    step = last // len(SIGNS)
    for number, who in enumerate(SIGNS):
        start = 1 + number * step
        end = last if number == len(SIGNS) - 1 else start + step - 1
        _text(sheet, row, start, f"{who}：　　　　　　　　　年　月　日", alignment=LEFT, border=False)
        _merge(sheet, row, row, start, end)
    for_printing(sheet, HEAD, WEEKDAYS)
    sheet.freeze_panes = f"C{WEEKDAYS + 1}"
    sheet.print_area = f"A1:{get_column_letter(last)}{row}"


def _line(
    sheet: Any, row: int, line: dict[str, Any], days: Sequence[Day], totals: Sequence[tuple[str, str]],
    first_day: int, first_sum: int,
) -> None:  # fmt: skip
    said = line["totals"]
    for number, value in enumerate(
        (line["order"], line["name"], line["post"], line["unit"], line["place"]), 1
    ):
        _text(sheet, row, number, value)
    for number, (day, mark) in enumerate(zip(days, line["marks"], strict=True)):
        fill = HEAD_FILL if day.rest else None
        _text(sheet, row, first_day + number, "／" if mark is None else mark, fill=fill)
    for number, (heading, name) in enumerate(totals):
        if name.startswith("kind:"):
            value = said.get("leave_by_kind", {}).get(heading)
            value = said.get("leave") if heading == "请假" and value is None else value
        else:
            value = said.get(name) if name else None
        _text(sheet, row, first_sum + number, _days(value))
    for number, value in enumerate((None, line.get("remark"))):
        _text(sheet, row, first_sum + len(totals) + number, value)
    sheet.row_dimensions[row].height = 28


def _widths(sheet: Any, days: int, totals: int) -> None:
    widths = [width for _, width in WHO] + [3.4] * days + [4.6] * totals + [9, 9]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width


def _across(sheet: Any, row: int, last: int, text: str, font: Any, height: float) -> None:
    _text(sheet, row, 1, text, font=font, border=False)
    _merge(sheet, row, row, 1, last)
    sheet.row_dimensions[row].height = height


def _merge(sheet: Any, first_row: int, last_row: int, first: int, last: int) -> None:
    """Make one cell of these: the first one's text, and around it the border of each.

    The library's own way takes each apart and puts it together again, a third of the time of a whole workbook.
    """
    sheet.merged_cells.add(CellRange(min_row=first_row, max_row=last_row, min_col=first, max_col=last).coord)


def _tall(sheet: Any, column: int, heading: str) -> None:
    """A heading over both rows."""
    for row in (HEAD, WEEKDAYS):
        _text(sheet, row, column, heading if row == HEAD else None, font=HEAD_FONT, fill=HEAD_FILL)
    _merge(sheet, HEAD, WEEKDAYS, column, column)


def county_workbook(*, title: str, said: str, towns: Sequence[tuple[str, Sequence[dict[str, Any]]]]) -> bytes:
    """The county's summary: everybody by town and team with what his month comes to, and a line for each town."""
    rows = [(town, line) for town, lines in towns for line in lines]

    def total(name: str) -> Any:
        return lambda row: _days(row[1]["totals"].get(name))

    columns: list[Column[Any]] = [
        Column("乡镇", lambda row: row[0], 12),
        Column("工作队", lambda row: row[1]["team"], 18, left=True),
        Column("姓名", lambda row: row[1]["name"], 9),
        Column("职务", lambda row: row[1]["post"], 10),
        Column("派出单位", lambda row: row[1]["unit"], 18, left=True),
        Column("应驻", total("owed"), 6),
        Column("在岗", total("on_post"), 6),
        Column("住村", total("village"), 6),
        Column("住镇", total("town"), 6),
        Column("因公", total("trip"), 6),
        Column("值班", total("duty"), 6),
        Column("补休", total("comp_rest"), 6),
        Column("请假", total("leave"), 6),
        Column("待核", total("unverified"), 6),
        Column("无故", total("unexcused"), 6),
    ]

    def summed(name: str) -> Any:
        return lambda row: _days(sum(line["totals"].get(name) or 0 for line in row[1]))

    by_town: list[Column[Any]] = [
        Column("乡镇", lambda row: row[0], 14),
        Column("专职人数", lambda row: len({(line["name"], line["appointment"]) for line in row[1]}), 9),
        *(
            Column(label, summed(name), 9)
            for label, name in (
                ("在岗", "on_post"), ("住村", "village"), ("因公", "trip"), ("值班", "duty"),
                ("补休", "comp_rest"), ("请假", "leave"), ("待核", "unverified"), ("无故", "unexcused"),
            )
        ),
    ]  # fmt: skip
    return write(
        Table(
            "按乡镇",
            by_town,
            list(towns),
            title=title,
            said=said,
            beneath=["单位：天，住村按夜。乡镇按区划代码排列。"],
        ),
        Table("按人员", columns, rows, title=title, said=said, beneath=["单位：天，住村按夜。"]),
        title=title,
    )

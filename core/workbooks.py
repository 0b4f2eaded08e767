"""Workbooks that leave the house. A sheet is a table of columns, heading → function; no cell is ever a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any, Generic, TypeVar
from unicodedata import east_asian_width

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

R = TypeVar("R")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A4 = "9"
#: Points.
LINE_HEIGHT = 13.5
#: The most a cell holds.
MAX_CELL = 32_767
#: What makes a spreadsheet, or the next one that the text is copied into, take a text for a formula.
_FORMULA = re.compile(r"[=+\-@＝＋－﹣−＠]")
#: Numbers, and dashes alone, begin like a formula and are none.
_HARMLESS = re.compile(r"[+\-－−]?[\d.,，%\s]*|[-－−]+")
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff\ud800-\udfff\ufffe\uffff]"
)

FONT, HEAD_FONT, TITLE_FONT = Font(name="宋体", size=10), Font(name="宋体", size=10, bold=True), Font(name="宋体", size=16, bold=True)  # fmt: skip
HEAD_FILL = PatternFill("solid", fgColor="E8EDF4")
EXAMPLE_FONT = Font(name="宋体", size=10, italic=True, color="5B6472")
_LINE = Side(style="thin", color="737E8C")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
#: Across the page without merging cells, so that the table stays a table.
ACROSS = Alignment(horizontal="centerContinuous", vertical="center")


def safe_text(value: object) -> str:
    """The value as a text that no program takes for a formula, without signs that a workbook cannot hold.

    A leading apostrophe marks what would be one, as people do by hand; it survives being saved as CSV.
    """
    text = _FORBIDDEN.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()[: MAX_CELL - 1]
    if _FORMULA.match(text) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def unguarded(text: str) -> str:
    """What :func:`safe_text` was given, when such a workbook comes back."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column: its heading, how it is got from a row, how wide it is in characters.

    choices  texts a person may pick from in the cell, as a list or the range that holds them (``=区划!$A$2:$A$99``)
    """

    heading: str
    value: Callable[[R], Any]
    width: float = 12
    left: bool = False
    number_format: str = ""
    choices: Sequence[str] | str = ()
    help: str = ""


@dataclass
class Table(Generic[R]):
    """One sheet: columns and rows, a title above, lines beneath; ``examples`` are shown in another hand.

    said  under the title: of what and of when the sheet is
    """

    name: str
    columns: Sequence[Column[R]]
    rows: Iterable[R]
    title: str = ""
    said: str = ""
    beneath: Sequence[str] = field(default_factory=list)
    #: Row numbers, from the first row under the heading, down to which choices are offered.
    empty_rows: int = 0
    examples: Iterable[R] = ()


def write(*tables: Table[Any], title: str = "") -> bytes:
    """The workbook as bytes: A4 across, one page wide, headings on every page and frozen on screen."""
    book = Workbook(write_only=True)
    book.properties.title = safe_text(title)
    book.properties.creator = "驻帮"
    for table in tables:
        _sheet(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def response(content: bytes, filename: str) -> HttpResponse:
    """The workbook as a file to be saved."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
    }
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _sheet(book: Workbook, table: Table[Any]) -> None:
    sheet = book.create_sheet(table.name)
    last, heading_row = get_column_letter(len(table.columns)), 1 + bool(table.title) + bool(table.said)
    for_printing(sheet, heading_row, heading_row)
    for number, column in enumerate(table.columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        if column.number_format:
            dimension.number_format = column.number_format
    if table.title:
        sheet.row_dimensions[1].height = 30
        _across(sheet, table, table.title, TITLE_FONT)
    if table.said:
        sheet.row_dimensions[heading_row - 1].height = 18
        _across(sheet, table, table.said, FONT)
    headings = [_cell(sheet, column.heading, HEAD_FONT, CENTRE, BORDER) for column in table.columns]
    _room(sheet, heading_row, table.columns, headings)
    for cell in headings:
        cell.fill = HEAD_FILL
    sheet.append(headings)
    filled = heading_row
    for rows, font in ((table.examples, EXAMPLE_FONT), (table.rows, FONT)):
        for row in rows:
            filled += 1
            cells = [_value(sheet, column, row, font) for column in table.columns]
            _room(sheet, filled, table.columns, cells)
            sheet.append(cells)
    for line in table.beneath:
        sheet.append([_cell(sheet, line, FONT, Alignment(vertical="center"))])
    sheet.print_area = f"A1:{last}{max(filled, heading_row + table.empty_rows) + len(table.beneath)}"
    for number, column in enumerate(table.columns, start=1):
        _offer(
            sheet,
            column,
            get_column_letter(number),
            heading_row + 1,
            max(filled, heading_row) + table.empty_rows,
        )


def _across(sheet: Any, table: Table[Any], text: str, font: Font) -> None:
    """One line of text over all columns."""
    blanks = [_cell(sheet, "", font, ACROSS) for _ in table.columns[1:]]
    sheet.append([_cell(sheet, text, font, ACROSS), *blanks])


def for_printing(sheet: Any, first: int, last: int) -> None:
    """A4 across, one page wide, the heading rows ``first`` to ``last`` on every page and frozen on screen."""
    sheet.freeze_panes = f"A{last + 1}"
    sheet.print_title_rows = f"{first}:{last}"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _room(sheet: Any, row: int, columns: Sequence[Column[Any]], cells: Sequence[WriteOnlyCell]) -> None:
    """Make a row as high as its longest cell needs: not every program does so by itself."""
    most = 1
    for column, cell in zip(columns, cells, strict=True):
        text = cell._value
        # As long as two signs fill no more than its width a text takes one line.
        if isinstance(text, str) and (2 * len(text) > column.width - 1 or "\n" in text):
            most = max(most, _lines(text, column.width))
    if most > 1:
        sheet.row_dimensions[row].height = LINE_HEIGHT * most + 2


@lru_cache(maxsize=20_000)
def _lines(value: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two others."""
    wide = (sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) for line in value.split("\n"))
    return sum(max(1, ceil(each / max(width - 1, 1))) for each in wide)


def _value(sheet: Any, column: Column[Any], row: Any, font: Font) -> WriteOnlyCell:
    value = column.value(row)
    number_format = column.number_format
    if isinstance(value, date) and number_format in ("", "@"):
        number_format = ""
    return _cell(sheet, value, font, LEFT if column.left else CENTRE, BORDER, number_format)


def _cell(
    sheet: Any,
    value: Any,
    font: Font,
    alignment: Alignment,
    border: Border | None = None,
    number_format: str = "",
) -> WriteOnlyCell:
    """A cell that is a number, a date or a text; a text is never left for the library to guess at."""
    cell = WriteOnlyCell(sheet, None)
    if isinstance(value, str):
        cell._value = kept_text(value) or None
        cell.data_type = "n" if cell._value is None else "s"
    elif value is None or isinstance(value, bool | int | float | Decimal | date):
        if value is not None:
            cell.value = value
            if isinstance(value, date):
                number_format = number_format or "yyyy-mm-dd"
    else:
        cell._value, cell.data_type = safe_text(value) or None, "s"
        if cell._value is None:
            cell.data_type = "n"
    cell._style = copy(styled(sheet, font, alignment, border, number_format))
    return cell


#: Most of a table's texts stand in it many times.
kept_text = lru_cache(maxsize=20_000)(safe_text)


def styled(
    sheet: Any,
    font: Font,
    alignment: Alignment,
    border: Border | None = None,
    number_format: str = "",
    fill: PatternFill | None = None,
) -> Any:
    """How cells of this kind look, found out once in a workbook: the library looks each part up anew for every cell.

    A cell takes a copy of it.
    """
    made: dict[Any, Any] = sheet.parent.__dict__.setdefault("_zhubang_styles", {})
    key = (id(font), id(alignment), id(border), number_format, id(fill))
    known = made.get(key)
    if known is None:
        cell = WriteOnlyCell(sheet, None)
        cell.font, cell.alignment = font, alignment
        if border is not None:
            cell.border = border
        if number_format:
            cell.number_format = number_format
        if fill is not None:
            cell.fill = fill
        # What the key names by its identity is kept, so that no other object gets the same one.
        known = made[key] = (cell._style, font, alignment, border, fill)
    return known[0]


def _offer(sheet: Any, column: Column[Any], letter: str, first: int, last: int) -> None:
    """Choices and a word of help for the cells of one column."""
    if last < first or not (column.choices or column.help):
        return
    offered = column.choices
    if offered and not isinstance(offered, str):
        offered = '"' + ",".join(offered) + '"'
    rule = DataValidation(type="list" if offered else None, formula1=offered or None, allow_blank=True)
    if column.help:
        rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.heading[:32], column.help[:255]
    # A text that is not in the list is told about when the workbook comes back, in words.
    rule.showErrorMessage = False
    rule.add(f"{letter}{first}:{letter}{last}")
    sheet.data_validations.append(rule)

"""A long table that leaves while it is made: the same workbook cell for cell, nothing held, no text a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from core.streamed import PORTION, stream
from core.workbooks import Column, Table, write

ROWS = 5003
TEXTS = (
    "洪队员", "=1+1", "+86 13800138000", "-", "@SUM(A1)", "＝HYPERLINK(\"x\")", " 两头空格 ", "a<b>&\"c'", "行\n行", "",
    "很长的一句话，" * 12, "\x00\x0b不可见", "'已有撇号", "-12.5", "😀", "]]>",
)  # fmt: skip
COLUMNS: list[Column[int]] = [
    Column("文字", lambda n: TEXTS[n % len(TEXTS)], 12, left=True),
    Column("日期", lambda n: date(2026, 1, 1) + timedelta(days=n % 900), 11),
    Column("数", lambda n: n, 6),
    Column("半天", lambda n: n / 2, 6),
    Column("空", lambda n: None, 4),
    Column("是否", lambda n: n % 2 == 0, 4),
    Column("金额", lambda n: Decimal(n) / 100, 9, number_format="0.00"),
]


def table(rows: Any) -> Table[int]:
    return Table("明细", COLUMNS, rows, title="明细", said="共几行")


def looks(content: bytes) -> list[Any]:
    """Everything a person sees of the sheet."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    seen: list[Any] = [
        book.properties.title, sheet.title, sheet.freeze_panes, sheet.print_area, sheet.print_title_rows,
        sheet.page_setup.orientation, sheet.oddFooter.center.text,
        {name: each.width for name, each in sheet.column_dimensions.items()},
        {number: each.height for number, each in sheet.row_dimensions.items()},
    ]  # fmt: skip
    for row in sheet.iter_rows():
        seen.append(
            [
                (
                    cell.value, cell.data_type, cell.number_format, cell.font.name, cell.font.b,
                    cell.alignment.horizontal, cell.border.left.style, cell.fill.fgColor.rgb,
                )
                for cell in row
            ]
        )  # fmt: skip
    return seen


@pytest.mark.parametrize("count", [0, 1, 17, ROWS])
def test_it_is_the_workbook_that_would_be_written_at_once(count: int) -> None:
    streamed = b"".join(stream(table(range(count)), count=count, title="明细"))
    assert looks(streamed) == looks(write(table(range(count)), title="明细"))
    assert zipfile.ZipFile(io.BytesIO(streamed)).testzip() is None


def test_no_text_is_a_formula() -> None:
    content = b"".join(stream(table(range(64)), count=64))
    sheet = load_workbook(io.BytesIO(content)).active
    assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet["A5"].value == "'=1+1"
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_rows_are_taken_as_pieces_are_sent() -> None:
    taken: list[int] = []

    def rows() -> Iterator[int]:
        for number in range(10 * PORTION):
            taken.append(number)
            yield number

    pieces = stream(table(rows()), count=10 * PORTION)
    next(pieces)
    assert len(taken) <= 1
    sizes = []
    for piece in pieces:
        sizes.append(len(piece))
        if len(sizes) == 1:
            assert len(taken) < 5 * PORTION
    assert len(sizes) > 5


def test_what_it_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing beneath"):
        next(stream(replace(table(range(2)), beneath=["注"]), count=2))

"""Workbooks on their way out: no text is ever a formula, and the sheet prints as people expect."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core import workbooks
from core.workbooks import Column, Table

FORMULAS = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1+1", "\r=1+1", "\0=1", " =1", "＝1+1", "＋1a", "－a",
    "＠x", "=\x1b1", "\u200b=1",
]  # fmt: skip


def cells(content: bytes, sheet: str = "表") -> list[list[Any]]:
    book = load_workbook(io.BytesIO(content))
    return [list(row) for row in book[sheet].iter_rows()]


def one(value: Any) -> Any:
    """The cell under the heading of a sheet with one value."""
    content = workbooks.write(Table("表", [Column("列", lambda row: row)], [value]))
    return cells(content)[1][0]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_be_a_formula_is_a_text(text: str) -> None:
    cell = one(text)
    assert cell.data_type == "s"
    assert not cell.value.lstrip("\u200b").startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
    )


@given(
    st.lists(
        st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n\0\x07' aA1(\u200b王"), max_size=8), max_size=6
    )
)
def test_no_text_whatever_becomes_a_formula(texts: list[str]) -> None:
    content = workbooks.write(
        Table(
            "表", [Column("列", lambda row: row), Column("再", lambda row: row)], texts, title=" ".join(texts)
        )
    )
    for row in cells(content):
        assert {cell.data_type for cell in row} <= {"s", "n"}
        for cell in row:
            begins = str(cell.value or "").lstrip()[:1]
            assert begins not in tuple("=@＝＠")
            assert begins not in tuple("+-＋－") or not any(sign.isalpha() for sign in cell.value)


@pytest.mark.parametrize(
    "text", ["-", "——", "-5", "+86 13800138000", "3.50%", "张三", "'已有撇号", "a=b", "1-2"]
)
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert one(text).value == text


@given(st.text(alphabet="=+-@＝'a1 王", max_size=6))
def test_what_comes_back_is_what_went_out(text: str) -> None:
    if not text.strip().startswith("'"):
        assert workbooks.unguarded(workbooks.safe_text(text)) == text.strip()


def test_numbers_and_dates_stay_numbers_and_dates() -> None:
    assert (one(12.5).value, one(12.5).data_type) == (12.5, "n")
    assert one(date(2026, 3, 1)).is_date
    assert one(date(2026, 3, 1)).number_format == "yyyy-mm-dd"
    assert one(None).value is None


def test_a_sheet_is_ready_to_print() -> None:
    columns = [
        Column("姓名", lambda row: row[0], 10),
        Column("号码", lambda row: row[1], 20, number_format="@"),
    ]
    table = Table("表", columns, [("张三", "001")], title="花名册", beneath=["共 1 人"])
    book = load_workbook(io.BytesIO(workbooks.write(table)))
    sheet = book["表"]
    assert (int(sheet.page_setup.paperSize), sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.freeze_panes == "A3"
    assert sheet.column_dimensions["B"].width == 20
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["花名册", None], ["姓名", "号码"], ["张三", "001"], ["共 1 人", None],
    ]  # fmt: skip
    assert sheet["B3"].number_format == "@"


def test_choices_are_offered_in_the_empty_rows_too() -> None:
    columns = [
        Column("性别", lambda row: row, choices=["男", "女"]),
        Column("镇", lambda row: row, choices="=区划!$B$2:$B$99"),
    ]
    book = load_workbook(io.BytesIO(workbooks.write(Table("表", columns, [], empty_rows=50))))
    offered = {str(rule.sqref): rule.formula1 for rule in book["表"].data_validations.dataValidation}
    assert offered == {"A2:A51": '"男,女"', "B2:B51": "=区划!$B$2:$B$99"}


def test_a_response_is_saved_and_never_shown() -> None:
    answer = workbooks.response(b"x", "花名册.xlsx")
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%8A%B1")
    assert answer["X-Content-Type-Options"] == "nosniff"

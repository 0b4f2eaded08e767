"""What clerks type: accepted in every shape that can be meant in one way, refused with a sentence otherwise."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import identity, typed
from core.typed import Unclear

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [{"date": "2026-03-01"}, {"date": "2026-03-01 00:00:00"}, 46082, 46082.0, 20260301, 20260301.0, "2026-03-01",
     "2026-3-1", "2026.3.1", "2026.03.01", "2026/3/1", "2026年3月1日", "2026年03月01日", "2026 年 3 月 1 日", "20260301",
     "２０２６．３．１", "２０２６年３月１日", "二〇二六年三月一日", "二○二六年三月一日", "二零二六年三月一号", "2026-03-01 00:00:00",
     "　2026-03-01　", "2026－3－1", "2026年3月1号"],
)  # fmt: skip
def test_a_day_in_every_shape(cell: Any) -> None:
    assert typed.day(cell) == FIRST


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("二〇二五年十二月三十一日", date(2025, 12, 31)), ("二〇二五年十月二十日", date(2025, 10, 20)),
     ("二〇二五年十一月十日", date(2025, 11, 10)), (45658, date(2025, 1, 1)), ("2024-02-29", date(2024, 2, 29))],
)  # fmt: skip
def test_chinese_numerals_and_serial_numbers(cell: Any, expected: date) -> None:
    assert typed.day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "words"),
    [("2026-02-29", "不存在"), ("2026.13.1", "不存在"), (20260231, "不存在"), ("二〇二六年二月三十日", "不存在"),
     ("3/1/2026", "分不清"), ("01-03-26", "分不清"), ("26.3.1", "分不清"), ("2026.3", "只有年月"), (2026.3, "只有年月"),
     ("2026年3月", "只有年月"), ("明年三月", "不是日期"), ("1026-03-01", "年份不对"), ("2026-03.01", "不是日期"),
     (12, "不是日期"), (True, "不是日期"), ("", None), (None, None), ("2026-03-01至2027-03-01", "不是日期"),
     ("9" * 400, "不是日期"), ("十" * 50, "不是日期")],
)  # fmt: skip
def test_what_is_no_day_is_refused_in_words(cell: Any, words: str | None) -> None:
    if words is None:
        assert typed.day(cell) is None
        return
    with pytest.raises(Unclear, match=words):
        typed.day(cell)


@given(
    st.dates(date(1930, 1, 1), date(2090, 12, 31)),
    st.sampled_from(
        ["{0}-{1:02}-{2:02}", "{0}.{1}.{2}", "{0}/{1}/{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}"]
    ),
)
def test_any_day_in_any_shape_is_that_day(day: date, shape: str) -> None:
    assert typed.day(shape.format(day.year, day.month, day.day)) == day


@given(
    st.text(max_size=30) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
)
def test_nothing_in_a_cell_ends_in_a_crash(cell: Any) -> None:
    for read in (typed.text, typed.name, typed.yes, typed.number, typed.day, typed.month):
        with suppress(Unclear):
            read(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "1985-03",
        "1985.3",
        1985.3,
        "1985年3月",
        "198503",
        198503,
        "1985/03",
        "一九八五年三月",
        "1985-03-14",
        {"date": "1985-03-01"},
        "１９８５．３",
    ],
)
def test_a_month_in_every_shape(cell: Any) -> None:
    assert typed.month(cell) == "1985-03"


def test_a_month_that_lost_its_nought_is_refused() -> None:
    with pytest.raises(Unclear, match="分不清是 1 月还是 10 月"):
        typed.month(1985.1)
    assert typed.month("1985.10") == "1985-10"
    with pytest.raises(Unclear, match="不存在"):
        typed.month("1985-13")


def test_names_and_numbers_lose_only_their_layout() -> None:
    assert typed.name("张　三") == typed.name(" 张 三 ") == "张三"
    assert typed.name("Adili Maimaiti") == "Adili Maimaiti"
    assert typed.text("新丰县　水利局（ＡＢ１２）") == "新丰县 水利局（AB12）"
    assert typed.number("４４０２３３-1985 0314 421x") == "44023319850314421X"
    assert typed.number(13800138000) == "13800138000"
    with pytest.raises(Unclear, match="后几位已丢失"):
        typed.number(440233198503144210)
    with pytest.raises(Unclear, match="公式错误"):
        typed.text("#REF!")


def test_yes_and_no() -> None:
    assert [typed.yes(cell) for cell in ("是", "√", 1, True, "否", "×", 0, False, None)] == [True] * 4 + [False] * 4 + [None]  # fmt: skip
    with pytest.raises(Unclear, match="填“是”或“否”"):
        typed.yes("也许")


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_identity_number_is_always_found(digits: int, place: int, change: int) -> None:
    right = f"{digits:017d}"
    right = right[:6] + "19850314" + right[14:]
    number = right + identity.check_digit(right)
    assert identity.problem(number) == ""
    wrong = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    assert identity.problem(wrong) != ""
    assert number not in identity.problem(wrong)


@pytest.mark.parametrize(
    ("number", "words"),
    [("44023319850314421", "要 18 位，现在是 17 位"), ("4402331985031442AX", "末位可以是 X"), ("440233198502304210", "出生日期不存在")],
)  # fmt: skip
def test_what_is_wrong_with_an_identity_number_is_said(number: str, words: str) -> None:
    assert words in identity.problem(number)


def test_an_identity_number_is_shown_masked() -> None:
    assert identity.masked("440233198503144219") == "4402************19"
    assert identity.masked("") == ""

"""What clerks type into cells, read the way they mean it: texts, days, months, yes and no, numbers of persons.

Each function takes a cell as :mod:`core.upload_guard` hands it out and returns the value, or None for an empty
cell. What cannot be read, or can be read in two ways, raises :class:`Unclear` with a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

#: Day 0 of the serial numbers of workbooks, and the numbers that can be meant as days of a working life.
EPOCH, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 7_306, 73_050
EARLIEST, LATEST = 1920, 2099

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE = re.compile(r"[〇○零一二三四五六七八九]{4}")
_DAY = re.compile(r"(\d{4})(?P<gap>[-./年])(\d{1,2})(?:(?P=gap)|月)(\d{1,2})日?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})[-./年](\d{1,2})月?")
_COMPACT_MONTH = re.compile(r"(\d{4})(\d{2})")
_MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00)?$")
YES, NO = frozenset({"是", "√", "✓", "有", "兼", "y", "yes", "1", "对"}), frozenset({"否", "×", "无", "不", "n", "no", "0", "—", "-"})  # fmt: skip


class Unclear(ValueError):
    """The cell says nothing that can be taken; the text is a sentence for the person who filled it in."""


def text(cell: Any) -> str | None:
    """A text without blanks around it, full-width digits, letters and blanks made ordinary ones."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, dict):
        return str(cell["date"])
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    plain = "".join(_ordinary(sign) for sign in str(cell) if sign.isprintable() or sign.isspace())
    plain = re.sub(r"\s+", " ", plain).strip()
    if re.fullmatch(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", plain):
        raise Unclear(f"单元格里是公式错误“{plain}”，改成文字")
    return plain or None


def _ordinary(sign: str) -> str:
    """Full-width digits, Latin letters and blanks as ordinary ones; Chinese punctuation stays."""
    if sign == "\u3000" or sign == "\xa0":
        return " "
    if "\uff10" <= sign <= "\uff5a" and sign not in "：；＜＝＞？＠":
        return unicodedata.normalize("NFKC", sign)
    return sign


def name(cell: Any) -> str | None:
    """A person's name: blanks between Chinese characters (张　三) are only layout."""
    plain = text(cell)
    if plain is None:
        return None
    return re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", plain)


def yes(cell: Any) -> bool | None:
    """是 or 否, also as a tick, a cross or a digit."""
    plain = text(cell)
    if plain is None:
        return None
    if plain.lower() in YES:
        return True
    if plain.lower() in NO:
        return False
    raise Unclear(f"“{plain}”看不出是还是否，填“是”或“否”")


def number(cell: Any) -> str | None:
    """A telephone or identity number: digits and a last X, without blanks and hyphens."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e15:
        raise Unclear("号码被表格当成数字，后几位已丢失；先把这一列设成文本格式再重新填")
    plain = text(cell)
    if plain is None:
        return None
    return re.sub(r"[\s\-－—]", "", plain).upper()


def day(cell: Any) -> date | None:
    """A day: a real date, a serial number, 2026-03-01, 2026.3.1, 2026/3/1, 2026年3月1日, 20260301, 二〇二六年三月一日."""
    plain = text(cell)
    if plain is None:
        return None
    if isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return EPOCH + timedelta(days=int(cell))
    squeezed = _squeezed(plain)
    found = _DAY.fullmatch(squeezed) or _COMPACT_DAY.fullmatch(squeezed)
    if found is None:
        raise Unclear(_why_no_day(plain, squeezed))
    year, month, of_month = found[1], found[found.lastindex - 1], found[found.lastindex]  # type: ignore[operator]
    return _date(int(year), int(month), int(of_month), plain)


def month(cell: Any) -> str | None:
    """A month as ``1985-03``: of any day, and 1985.3, 1985年3月, 198503, 一九八五年三月.

    1985.1 as a number may have been typed as 1985.10, so it is refused.
    """
    plain = text(cell)
    if plain is None:
        return None
    if isinstance(cell, float) and re.fullmatch(r"\d{4}\.1", plain):
        raise Unclear(f"“{plain}”分不清是 1 月还是 10 月，写成 {plain[:4]}-01 或 {plain[:4]}-10")
    squeezed = _squeezed(plain)
    found = _MONTH.fullmatch(squeezed) or _COMPACT_MONTH.fullmatch(squeezed)
    if found:
        return f"{_date(int(found[1]), int(found[2]), 1, plain):%Y-%m}"
    try:
        whole = day(cell)
    except Unclear as unclear:
        raise Unclear(f"“{plain}”不是年月，写成 1985-03") from unclear
    return f"{whole:%Y-%m}"


def _squeezed(plain: str) -> str:
    """Without blanks and midnight, one kind of separators, Chinese numerals as digits."""
    plain = (
        re.sub(r"\s+", "", _MIDNIGHT.sub("", plain)).replace("。", ".").replace("．", ".").replace("／", "/")
    )
    plain = plain.replace("－", "-").replace("—", "-").replace("–", "-").replace("号", "日")
    if _CHINESE.match(plain):
        head, mark, rest = plain.partition("年")
        plain = head.translate(_DIGITS) + mark + re.sub(r"[〇○零一二三四五六七八九十]+", _numeral, rest)
    return plain


def _numeral(found: re.Match[str]) -> str:
    """三 → 3, 十 → 10, 十二 → 12, 三十一 → 31."""
    signs = found[0]
    if "十" not in signs:
        return signs.translate(_DIGITS)
    tens, _, ones = signs.partition("十")
    return f"{int((tens or '一').translate(_DIGITS)) * 10 + int((ones or '零').translate(_DIGITS))}"


def _date(year: int, month_: int, of_month: int, plain: str) -> date:
    if not EARLIEST <= year <= LATEST:
        raise Unclear(f"“{plain}”的年份不对，写成 4 位年份，如 2026-03-01")
    try:
        return date(year, month_, of_month)
    except ValueError as error:
        raise Unclear(f"“{plain}”这一天不存在，核对月份和日子") from error


def _why_no_day(plain: str, squeezed: str) -> str:
    if _MONTH.fullmatch(squeezed) or _COMPACT_MONTH.fullmatch(squeezed):
        return f"“{plain}”只有年月，写到日，如 2026-03-01"
    if re.fullmatch(r"\d{1,2}[-./年]\d{1,2}[-./月]\d{1,4}日?", squeezed):
        return f"“{plain}”分不清年、月、日，写成 4 位年份在前，如 2026-03-01"
    return f"“{plain}”不是日期，写成 2026-03-01"

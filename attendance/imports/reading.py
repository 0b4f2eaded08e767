"""From cells to marks: finds the heading with the days, and who each row is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import typed
from core.imported import Problem
from core.months import month_words
from core.upload_guard import Sheet
from core.workbooks import unguarded

#: A heading stands in one of the first rows that hold anything; titles and notes may stand above it.
HEADING_WITHIN = 10
_DAY = re.compile(r"(?:\d{1,2}月)?(\d{1,2})[日号]?(?:[(（]?(?:周|星期)?[一二三四五六日天][)）]?)?")
_MONTH = re.compile(r"(\d{4})年(\d{1,2})月")
_WEEKDAY = re.compile(r"(?:周|星期)?[一二三四五六日天]")
#: Lines that people write under a table.
_BENEATH = re.compile(r"(注|备注|说明|图例|填表|制表|审核|合计|共计|考勤员|队长|共\d)")
#: Words over the columns that say who; what stands first is what the template writes.
HEADS: dict[str, tuple[str, ...]] = {
    "posting": ("编号", "任职编号"),
    "team": ("工作队", "所在工作队", "队伍"),
    "name": ("姓名", "人员", "队员", "驻村干部"),
    "unit": ("派出单位", "单位", "选派单位"),
}
_HEAD_OF = {word: key for key, words in HEADS.items() for word in words}
LABELS = {key: words[0] for key, words in HEADS.items()}


@dataclass(frozen=True)
class Line:
    """One row: whom it names, and what is written into each filled day."""

    sheet: str
    number: int
    who: dict[str, str]
    days: dict[int, str]

    def problem(self, column: str, sentence: str) -> Problem:
        return Problem(self.sheet, self.number, column, sentence)


@dataclass
class Book:
    """Everything a workbook says of one month."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(sheets: Iterable[Sheet], month: date) -> Book:
    """The rows of every sheet that has a heading with 姓名 and days; other sheets are left unread."""
    book, sheets = Book(), list(sheets)
    found = [(sheet, place) for sheet in sheets if (place := _heading(sheet)) is not None]
    for sheet, place in found:
        _sheet(sheet, place, month, book)
    if not found:
        name = sheets[0].name if sheets else "文件"
        book.problems.append(Problem(name, 0, "", "没有找到标题行，标题行里要有“姓名”和日期（1、2、3……）"))
    elif not book.lines and not book.problems:
        book.problems.append(Problem(found[0][0].name, 0, "", "没有可导入的行，在姓名后面的日期列里填符号"))
    return book


def _plain(cell: Any) -> str:
    return re.sub(r"[\s*＊:：]", "", typed.text(cell) or "") if not isinstance(cell, dict) else cell["date"]


def _heading(sheet: Sheet) -> int | None:
    """Which row names the columns: the first with 姓名 (or the numbers) and at least one day."""
    for place, (_, cells) in enumerate(sheet.rows[:HEADING_WITHIN]):
        try:
            words = [_plain(cell) for cell in cells]
        except typed.Unclear:
            continue
        if any(_HEAD_OF.get(word) in ("name", "posting") for word in words) and any(
            _day_of(cell, word) is not None for cell, word in zip(cells, words, strict=True)
        ):
            return place
    return None


def _day_of(cell: Any, word: str) -> int | date | None:
    """The day a heading means: a number of the month, or a whole date; None for other columns."""
    if isinstance(cell, bool) or not word:
        return None
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"])
    if isinstance(cell, int | float):
        if cell == int(cell) and 1 <= cell <= 31:
            return int(cell)
        try:
            return typed.day(cell)
        except typed.Unclear:
            return None
    found = _DAY.fullmatch(word)
    if found and 1 <= int(found[1]) <= 31:
        return int(found[1])
    try:
        return typed.day(word)
    except typed.Unclear:
        return None


def _sheet(sheet: Sheet, place: int, month: date, book: Book) -> None:
    number, cells = sheet.rows[place]
    _check_title(sheet, place, month, book)
    who: dict[int, str] = {}
    days: dict[int, int] = {}
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        word = _plain(cell)
        if word in _HEAD_OF:
            who[index] = _HEAD_OF[word]
            continue
        day = _day_of(cell, word)
        if isinstance(day, date):
            if (day.year, day.month) != (month.year, month.month):
                book.problems.append(
                    Problem(sheet.name, number, str(cell if not isinstance(cell, dict) else day),
                            f"不在{month_words(month)}里，改列标题，或者选对月份再上传")
                )  # fmt: skip
                continue
            day = day.day
        if day is None:
            # A register that was exported carries sums, signatures and remarks behind its days.
            if not _WEEKDAY.fullmatch(word) and word not in ("序号", "职务", "驻点"):
                book.notes.append(f"“{sheet.name}”的“{word}”这一列不是日期，没有读")
            continue
        if not _exists(month, day):
            book.problems.append(Problem(sheet.name, number, f"{day}日", f"{month.month}月没有 {day} 日"))
        elif day in days.values():
            book.problems.append(Problem(sheet.name, number, f"{day}日", "有两列是同一天，留一列"))
        else:
            days[index] = day
    for row, values in sheet.rows[place + 1 :]:
        line = _line(sheet.name, row, values, who, days, book)
        if line is not None:
            book.lines.append(line)


def _exists(month: date, day: int) -> bool:
    try:
        month.replace(day=day)
    except ValueError:
        return False
    return True


def _check_title(sheet: Sheet, place: int, month: date, book: Book) -> None:
    """A title above that names another month is no slip to be passed over."""
    for row, cells in sheet.rows[:place]:
        for cell in cells:
            found = _MONTH.search(cell) if isinstance(cell, str) else None
            if found and (int(found[1]), int(found[2])) != (month.year, month.month):
                book.problems.append(
                    Problem(sheet.name, row, "",
                            f"表上写的是 {found[1]}年{int(found[2])}月，选的是 {month_words(month)}，选对月份再上传")
                )  # fmt: skip


def _line(
    sheet: str, number: int, cells: list[Any], who: dict[int, str], days: dict[int, int], book: Book
) -> Line | None:
    said: dict[str, str] = {}
    marks: dict[int, str] = {}
    for index, cell in enumerate(cells):
        if cell is None or not (index in who or index in days):
            continue
        column = LABELS[who[index]] if index in who else f"{days[index]}日"
        try:
            plain = unguarded(cell) if isinstance(cell, str) else cell
            text = typed.name(plain) if who.get(index) == "name" else typed.text(plain)
        except typed.Unclear as unclear:
            book.problems.append(Problem(sheet, number, column, str(unclear)))
            continue
        if text is None:
            continue
        if index in who:
            said[who[index]] = text
        else:
            marks[days[index]] = text
    first = next(iter(said.values()), "")
    named = said.keys() & {"name", "posting"}
    if not marks or (not named and (not first or _BENEATH.match(first))):
        return None
    # The row of weekdays under a heading of two rows.
    if not named:
        if all(_WEEKDAY.fullmatch(each) for each in marks.values()):
            return None
        book.problems.append(Problem(sheet, number, "姓名", "没有填姓名"))
        return None
    if _BENEATH.match(said.get("name", "")):
        return None
    return Line(sheet, number, said, marks)

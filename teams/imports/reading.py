"""From cells to rows: finds the sheets and headings people wrote, reads each cell, and names what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core import typed
from core.imported import Problem
from core.upload_guard import Sheet
from core.workbooks import unguarded
from teams.imports.fields import EXAMPLE_MARKS, PEOPLE, SHEETS, Field, SheetKind

#: A heading stands in one of the first rows that hold anything; titles and notes may stand above it.
HEADING_WITHIN = 10
#: Lines that people write under a table.
_BENEATH = re.compile(r"^(注|备注|说明|填表|制表|审核|合计|共计|共 ?\d)")


@dataclass(frozen=True)
class Row:
    """One filled row: the values by key, without the empty cells."""

    kind: SheetKind
    sheet: str
    number: int
    values: dict[str, Any]

    def get(self, key: str, otherwise: Any = None) -> Any:
        return self.values.get(key, otherwise)

    def problem(self, key: str, sentence: str) -> Problem:
        return Problem(self.sheet, self.number, self.kind.heading(key) if key else "", sentence)


@dataclass
class Book:
    """Everything a workbook says: rows by sheet, what is to be mended, what was left unread."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of(self, kind: SheetKind) -> list[Row]:
        return self.rows.get(kind.key, [])


def read(sheets: Iterable[Sheet]) -> Book:
    """The rows of every sheet whose name is known; of the only sheet, whatever its name, if people stand in it."""
    book, sheets = Book(), list(sheets)
    known = [(sheet, kind) for sheet in sheets if (kind := _kind(sheet.name))]
    if not known and sheets:
        known = [(sheets[0], PEOPLE)]
    for sheet, kind in known:
        if kind.key in book.rows:
            book.problems.append(Problem(sheet.name, 0, "", f"有两张“{kind.name}”表，并成一张"))
            continue
        book.rows[kind.key] = _rows(sheet, kind, book)
    if not any(book.rows.values()) and not book.problems:
        names = "、".join(f"“{kind.name}”" for kind in SHEETS)
        book.problems.append(
            Problem(
                sheets[0].name if sheets else "文件", 0, "", f"没有可导入的行；工作表叫{names}，示例行不算"
            )
        )
    return book


def _kind(name: str) -> SheetKind | None:
    plain = _plain(name)
    return next((kind for kind in SHEETS if plain in map(_plain, (kind.name, *kind.also))), None)


def _plain(heading: str) -> str:
    """A heading without blanks, stars, colons and remarks like （选填）."""
    text = heading.replace("(", "（").replace(")", "）")
    return re.sub(r"[\s*＊:：]|（(选填|必填|可不填)）", "", text)


def _rows(sheet: Sheet, kind: SheetKind, book: Book) -> list[Row]:
    if not sheet.rows:
        return []
    place, columns = _heading(sheet, kind)
    if place is None:
        wanted = "、".join(f"“{each.heading}”" for each in kind.fields if each.need)
        book.problems.append(
            Problem(sheet.name, sheet.rows[0][0], "", f"没有找到标题行，标题行里要有{wanted}")
        )
        return []
    number, cells = sheet.rows[place]
    for index, cell in enumerate(cells):
        if cell is not None and index not in columns:
            book.notes.append(f"“{sheet.name}”的“{cell}”这一列不认识，没有读")
    twice = [each.heading for each in kind.fields if list(columns.values()).count(each) > 1]
    missing = [each.heading for each in kind.fields if each.need and each not in columns.values()]
    for heading in twice:
        book.problems.append(Problem(sheet.name, number, heading, "有两列是同一个标题，留一列"))
    for heading in missing:
        book.problems.append(Problem(sheet.name, number, heading, "缺这一列"))
    if twice or missing:
        return []
    read_rows = (_row(sheet.name, kind, columns, *each, book) for each in sheet.rows[place + 1 :])
    return [row for row in read_rows if row is not None]


def _heading(sheet: Sheet, kind: SheetKind) -> tuple[int | None, dict[int, Field]]:
    """Which row is the heading, and which field stands in which column: the row that names most of them."""
    by_word = {_plain(word): each for each in reversed(kind.fields) for word in each.also}
    by_word |= {_plain(each.heading): each for each in kind.fields}
    best: tuple[int | None, dict[int, Field]] = (None, {})
    for place, (_, cells) in enumerate(sheet.rows[:HEADING_WITHIN]):
        found = {
            index: by_word[_plain(cell)]
            for index, cell in enumerate(cells)
            if isinstance(cell, str) and _plain(cell) in by_word
        }
        if len(found) >= 2 and len(found) > len(best[1]):
            best = place, found
    return best


def _row(
    sheet: str, kind: SheetKind, columns: dict[int, Field], number: int, cells: list[Any], book: Book
) -> Row | None:
    """One row, or None for an example, a repeated heading and what stands under the table."""
    filled = [(columns.get(index), cell) for index, cell in enumerate(cells) if cell is not None]
    first = str(filled[0][1]).strip()
    if not any(each for each, _ in filled if each is not None and each.key != "no"):
        return None
    if first.startswith(EXAMPLE_MARKS) or (len(filled) == 1 and _BENEATH.match(first)):
        return None
    values: dict[str, Any] = {}
    unread = set()
    for each, cell in filled:
        if each is None or each.key == "no":
            continue
        try:
            value = _value(each, unguarded(cell) if isinstance(cell, str) else cell)
        except typed.Unclear as unclear:
            book.problems.append(Problem(sheet, number, each.heading, str(unclear)))
            unread.add(each.key)
        else:
            if value is not None:
                values[each.key] = value
    lacking = [
        each for each in kind.fields if each.need and each.key not in values and each.key not in unread
    ]
    for each in lacking:
        book.problems.append(Problem(sheet, number, each.heading, f"没有填{each.heading}"))
    return None if lacking or unread else Row(kind, sheet, number, values)


def _value(each: Field, cell: Any) -> Any:
    value = each.read(cell)
    if isinstance(value, str):
        if each.choices:
            known = {_plain(word): code for word, code in each.choices.items()}
            if _plain(value) not in known:
                offered = "、".join(each.offered if not isinstance(each.offered, str) else each.choices)
                raise typed.Unclear(f"没有“{value}”这一项，从这些里选：{offered}")
            return known[_plain(value)]
        if len(value) > each.longest:
            raise typed.Unclear(f"最多 {each.longest} 字，现在 {len(value)} 字")
    return value

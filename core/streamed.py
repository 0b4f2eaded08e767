"""One long table as a workbook that leaves while it is made: nothing of it is held but the rows at hand.

The frame (headings, widths, looks, how it prints) is that of :func:`core.workbooks.write`, made with the first row
alone; the rows are then written between its head and its foot as the same cells would be. Texts stand in the cells
themselves, as texts, so that no program takes one for a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from core.workbooks import XLSX, Table, height_of, kept_text, write

R = TypeVar("R")
_SHEET = "xl/worksheets/sheet1.xml"
_BOOK = "xl/workbook.xml"
#: Rows are packed in portions; the sign of one more portion is what keeps the connection awake.
PORTION = 2000


class _Sink(io.RawIOBase):
    """Where the archive is written; what came since is taken away again at once."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Everything written since it was last asked."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def stream(table: Table[R], *, count: int, title: str = "") -> Iterator[bytes]:
    """The workbook of one table with exactly ``count`` rows, in pieces. Nothing stands beneath such a table."""
    if table.beneath or table.examples or any(column.choices or column.help for column in table.columns):
        raise ValueError("a long table has neither examples nor choices, and nothing beneath it")
    rows = iter(table.rows)
    first = list(islice(rows, 1))
    frame = zipfile.ZipFile(io.BytesIO(write(replace(table, rows=first), title=title)))
    heading = 1 + bool(table.title) + bool(table.said)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as book:  # type: ignore[arg-type]
        for name in frame.namelist():
            if name == _SHEET:
                continue
            content = frame.read(name)
            if name == _BOOK:
                content = content.replace(
                    f"${heading + len(first)}<".encode(), f"${heading + count}<".encode()
                )
            book.writestr(name, content)
        yield sink.taken()
        head, sample, foot = _split(frame.read(_SHEET).decode(), heading + 1 if first else 0)
        with book.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(head.encode())
            for portion in _portions(table, chain(first, rows), _looks(sample), heading):
                sheet.write(portion)
                if piece := sink.taken():
                    yield piece
            sheet.write(foot.encode())
    yield sink.taken()


def _split(xml: str, number: int) -> tuple[str, str, str]:
    """(what stands before the row of that number, the row, what stands after it)."""
    found = re.search(rf'<row r="{number}".*?</row>', xml, re.S) if number else None
    if found is None:
        at = xml.index("</sheetData>")
        return xml[:at], "", xml[at:]
    return xml[: found.start()], found[0], xml[found.end() :]


def _looks(sample: str) -> list[str]:
    """How the cells of a row look: the number of the style of each."""
    return re.findall(r'<c r="[A-Z]+\d+" s="(\d+)"', sample)


def _portions(table: Table[R], rows: Iterable[R], looks: list[str], heading: int) -> Iterator[bytes]:
    letters = [get_column_letter(number) for number in range(1, len(table.columns) + 1)]
    columns = list(zip(table.columns, letters, looks, strict=bool(looks)))
    made: list[str] = []
    for number, row in enumerate(rows, start=heading + 1):
        texts: list[Any] = []
        for column, _, _ in columns:
            value = column.value(row)
            texts.append(kept_text(value) if isinstance(value, str) else value)
        height = height_of(table.columns, texts)
        made.append(f'<row r="{number}" ht="{height}" customHeight="1">' if height else f'<row r="{number}">')
        made += [
            f'<c r="{letter}{number}" s="{look}"{_cell(value)}'
            for (_, letter, look), value in zip(columns, texts, strict=True)
        ]
        made.append("</row>")
        if number % PORTION == 0:
            yield "".join(made).encode()
            made.clear()
    yield "".join(made).encode()


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return f' t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal | date):
        return _number(value)
    return _text(kept_text(str(value)))


@lru_cache(maxsize=20_000)
def _text(value: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


@lru_cache(maxsize=2000)
def _number(value: int | float | Decimal | date) -> str:
    return f' t="n"><v>{to_excel(value) if isinstance(value, date) else value}</v></c>'


def response(pieces: Iterable[bytes], filename: str) -> StreamingHttpResponse:
    """The workbook as a file to be saved, sent while it is made."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": content_disposition_header(True, filename) or "attachment",
    }
    return StreamingHttpResponse(pieces, content_type=XLSX, headers=headers)

"""The export of a county's days (出勤明细), and any large sheet, against openpyxl writing the same cells by itself.

    .venv/bin/python -m bench.export
    .venv/bin/python -m bench.export --postgres postgres://postgres@127.0.0.1:5432/postgres --rows 50000

The floor writes as many cells, with a font, a border and an alignment each, in openpyxl's write-only mode.
"""

from __future__ import annotations

import argparse
import io
import resource
from time import perf_counter
from typing import Any

from bench.world import analysed, enter_month, grow, scratch

COLUMNS = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--rows", type=int, default=0, help=f"also a sheet of so many rows and {COLUMNS} columns"
    )
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(1000)
        enter_month()
        analysed()
        _export()
        if asked.rows:
            _large(asked.rows)


def _export() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from attendance.reports import day_book
    from core import clock
    from teams.models import User

    chief, today = User.objects.get(username="c0-chief"), clock.today()
    month = today.replace(day=1)
    # The shape alone, once beforehand; every import is done.
    day_book.export(acting_user=chief, first=today, last=today)
    started = perf_counter()
    with CaptureQueriesContext(connection) as queries:
        day_book.export(acting_user=chief, first=month, last=today)
    ours = perf_counter() - started
    rows = 1000 * today.day
    bottom = _floor(rows, [column.value for column in day_book.COLUMNS], _some_row(chief, month, today))
    print(
        f"{connection.vendor}: {rows:,} rows of {len(day_book.COLUMNS)} cells: {ours:.1f} s, "
        f"{len(queries)} questions, floor {bottom:.1f} s, {ours / bottom:.2f} ×"
    )


def _some_row(user: Any, first: Any, last: Any) -> Any:
    from attendance.keepers import looked_after_rows
    from attendance.reports import day_book

    return next(day_book._days([row.pk for row in looked_after_rows(user, first, last)[:1]], first, last))


def _floor(rows: int, values: list[Any], row: Any) -> float:
    """So many rows with these cells, written by openpyxl alone."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    from core.workbooks import BORDER, CENTRE, FONT

    started = perf_counter()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    texts = [value(row) for value in values]
    for _ in range(rows):
        cells = []
        for text in texts:
            cell = WriteOnlyCell(sheet, text)
            cell.font, cell.alignment, cell.border = FONT, CENTRE, BORDER
            cells.append(cell)
        sheet.append(cells)
    book.save(io.BytesIO())
    return perf_counter() - started


def _large(rows: int) -> None:
    from core.workbooks import Column, Table, write

    texts = [f"第{number}栏的内容" if number % 4 else number for number in range(COLUMNS)]
    columns: list[Column[Any]] = [
        Column(f"栏{each}", lambda row, each=each: row[each], 16) for each in range(COLUMNS)
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = perf_counter()
    write(Table("大表", columns, (texts for _ in range(rows)), title="大表"), title="大表")
    ours = perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    bottom = _floor(rows, [column.value for column in columns], texts)
    print(
        f"{rows:,} × {COLUMNS}: {ours:.1f} s, floor {bottom:.1f} s, {ours / bottom:.2f} ×; "
        f"{grown:.0f} MB more at the peak"
    )


if __name__ == "__main__":
    main()

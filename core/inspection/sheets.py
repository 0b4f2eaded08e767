"""The cells of a workbook as plain values, up to limits. openpyxl reads, defusedxml beneath it parses."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from core.inspection.archive import Bad

MAX_SHEETS = 20
MAX_ROWS = 10_000
MAX_COLUMNS = 64
#: No field is longer; what is cut here is refused there as too long.
MAX_TEXT = 2001


def read(data: bytes) -> list[dict[str, Any]]:
    """``[{"name", "rows": [[row number, [cells]]]}]``: rows that hold anything, cells up to the last filled one.

    A date is ``{"date": "2026-03-01"}``. Raises Bad for more sheets or rows than anybody fills in.
    """
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    if len(book.worksheets) > MAX_SHEETS:
        raise Bad("sheets")
    found = []
    for sheet in book.worksheets:
        # What a sheet says about its own size is not believed; a million columns would be padded with nothing.
        sheet.reset_dimensions()
        rows = []
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), start=1):
            if number > MAX_ROWS:
                raise Bad("rows")
            values = [_plain(cell) for cell in cells]
            while values and values[-1] is None:
                values.pop()
            if values:
                rows.append([number, values])
        found.append({"name": sheet.title, "rows": rows})
    return found


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    if isinstance(cell, datetime):
        return {"date": cell.date().isoformat() if not (cell.hour or cell.minute) else cell.isoformat(" ")}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    text = str(cell)[:MAX_TEXT]
    return text if text.strip() else None

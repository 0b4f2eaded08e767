"""The monthly job: from facts to the towns' workbooks and the county's, and the most memory it takes.

    .venv/bin/python -m bench.reports                              # a county of 1,000, SQLite
    .venv/bin/python -m bench.reports --people 10000 --postgres postgres://postgres@127.0.0.1:5432/postgres

The floor writes workbooks of the same shape with openpyxl alone: as many sheets, rows, columns and styled cells.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import re
import resource
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.world import analysed, enter_month, grow, scratch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(asked.people)
        enter_month()
        analysed()
        _measure()


def _measure() -> None:
    from django.db import connection

    from attendance.reports import building
    from attendance.reports.models import ReportPart
    from core import clock

    month = clock.today().replace(day=1)
    begun = building.begin_month(month)
    # A process of its own, as a worker is one: what making the data left behind is no part of it.
    connection.close()
    with multiprocessing.get_context("spawn").Pool(1) as worker:
        built, ours, peak = worker.apply(_job)
    assert built == begun
    parts = ReportPart.objects.exclude(path__in=ReportPart.objects.values("report__county__path"))
    people = sum(parts.values_list("people", flat=True))
    shape = list(parts.values_list("lines", flat=True))
    started = perf_counter()
    for lines in shape:
        _plain(lines)
    bottom = perf_counter() - started
    print(
        f"{connection.vendor}: {begun} reports, {len(shape)} towns, {people:,} people: {ours:.1f} s, "
        f"{ours * 10_000 / people:.1f} s for 10,000; peak {peak:.0f} MB in all; "
        f"floor {bottom:.1f} s, {ours / bottom:.2f} ×"
    )


def _job() -> tuple[int, float, float]:
    """How many reports were built, in how many seconds, and the most memory of the process, in MB."""
    import django

    django.setup()
    from django.urls import reverse

    from attendance.reports import building

    # A worker has loaded the site's addresses, and with them every page, long before a month ends.
    reverse("overview:home")
    started = perf_counter()
    built = building.build_due()
    return built, perf_counter() - started, _peak()


def _peak() -> float:
    """The most memory this process has had, in MB. Of what getrusage says, Linux passes the parent's on."""
    try:
        told = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    except OSError:
        told = None
    return int(told[1]) / 1024 if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _plain(lines: list[dict[str, Any]]) -> bytes:
    """A workbook with the same cells and one style each, without any of our words."""
    from openpyxl import Workbook

    from core.workbooks import BORDER, CENTRE, FONT

    book = Workbook()
    book.remove(book.active)
    for team in dict.fromkeys(line["team"] for line in lines):
        sheet = book.create_sheet()
        for row, line in enumerate((each for each in lines if each["team"] == team), start=5):
            values = [line["order"], line["name"], line["post"], line["unit"], line["place"], *line["marks"]]
            for column, value in enumerate([*values, *[None] * 12], start=1):
                cell = sheet.cell(row=row, column=column, value=value)
                cell.font, cell.alignment, cell.border = FONT, CENTRE, BORDER
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()

"""What the charts draw. The same figures stand in a table behind each; without a script the table is all there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from overview.board.ahead import Coming
from overview.board.days import Days
from policy.days import format_days

#: Tints of the day marks, so that a bar and a cell of the register say the same thing by the same colour.
COLOURS = {
    "在岗": "#1a7f4b",
    "请假": "#1f5fa8",
    "公出": "#7a5bb5",
    "待批": "#c9ced6",
    "没有登记": "#d9dee5",
    "待核": "#b07a00",
}


@dataclass(frozen=True)
class CourseRow:
    """A past working day in people."""

    date: date
    posted: int
    there: str
    leave: str
    trip: str
    unverified: str
    silent: str
    url: str


def coming(found: Coming) -> dict[str, Any]:
    """People away on each of the coming days."""
    return _stacked(
        [day.label for day in found.days],
        [
            ("请假", [day.leave for day in found.days]),
            ("公出", [day.trip for day in found.days]),
            ("待批", [day.waiting for day in found.days]),
        ],
        "人",
    )


def course_rows(days: Days) -> list[CourseRow]:
    """The working days of the month so far, all places together."""
    found = []
    for column in days.columns:
        count = days.whole.get(column.date)
        if count is None or not count.posted or column.rest or column.date > days.today:
            continue
        texts = (count.there, count.leave, count.trip, count.unverified, count.silent)
        found.append(
            CourseRow(column.date, count.posted, *map(format_days, texts), days.day_url("", column.date))
        )
    return found


def course(days: Days) -> dict[str, Any]:
    """The same as stacked bars, in people."""
    shown = [
        (column, count)
        for column in days.columns
        if (count := days.whole.get(column.date)) and not column.rest and column.date <= days.today
    ]
    return _stacked(
        [f"{column.number}日" for column, _ in shown],
        [
            ("在岗", [count.there / 2 for _, count in shown]),
            ("请假", [count.leave / 2 for _, count in shown]),
            ("公出", [count.trip / 2 for _, count in shown]),
            ("待核", [count.unverified / 2 for _, count in shown]),
            ("没有登记", [count.silent / 2 for _, count in shown]),
        ],
        "人",
    )


def _stacked(labels: list[str], series: list[tuple[str, list[float]]], unit: str) -> dict[str, Any]:
    return {
        "labels": labels,
        "unit": unit,
        "series": [
            {"name": name, "colour": COLOURS[name], "values": values}
            for name, values in series
            if any(values)
        ],
    }

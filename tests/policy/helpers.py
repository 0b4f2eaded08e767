"""Short ways to make what the rule tests need."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from policy.calendar import Calendar
from policy.days import Half, Span
from policy.leave import EarlierLeave, LeaveCase

HERE = Path(__file__).parent
WEEKS = Calendar()

# The National Day rest of 2024 with the weekend days worked in exchange.
OCTOBER_2024 = Calendar(
    {date(2024, 10, day): False for day in range(1, 8)} | {date(2024, 9, 29): True, date(2024, 10, 12): True},
    frozenset({2024}),
)


def span(first: str, last: str) -> Span:
    """`span("2024-09-02", "2024-09-04pm")`: am unless said at the start, pm unless said at the end."""
    start, start_half = (first[:10], Half(first[10:] or "am"))
    end, end_half = (last[:10], Half(last[10:] or "pm"))
    return Span(date.fromisoformat(start), start_half, date.fromisoformat(end), end_half)


def case(whole: Span, **changes: Any) -> LeaveCase:
    """A county unit's member in 普宁 asking for personal leave on 1 September 2024."""
    known: dict[str, Any] = {
        "region_codes": ("445281102000", "445281000000", "445200000000", "440000000000"),
        "team_kind": "town",
        "role": "member",
        "also_first_secretary": False,
        "dispatched_by": "county",
        "type": "personal",
        "span": whole,
        "asked_on": date(2024, 9, 1),
    }
    return LeaveCase(**(known | changes))


def earlier(ref: str, first: str, last: str, kind: str = "personal") -> EarlierLeave:
    """Another leave of the same person."""
    return EarlierLeave(ref, kind, span(first, last))


def table(name: str) -> list[dict[str, str]]:
    """The rows of a case file."""
    with (HERE / "cases" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))

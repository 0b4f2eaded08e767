"""How many leave decisions ``policy`` makes in a second, against the least it could do."""

from __future__ import annotations

import sys
import time
from bisect import bisect_left
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policy.calendar import Calendar
from policy.days import Span
from policy.leave import LeaveCase, decide_leave
from policy.loader import load_all

PLACES = {
    "445281000000": ("445281101000", "445281000000", "445200000000", "440000000000"),
    "411700000000": ("411722107201", "411722107000", "411722000000", "411700000000", "410000000000"),
    "440233000000": ("440233102000", "440233000000", "440200000000", "440000000000"),
}
KINDS = {"445281000000": "town", "411700000000": "village", "440233000000": "town"}
ROUNDS = 40


def cases() -> list[dict[str, object]]:
    """A thousand different questions: places, roles, types, lengths, days of asking."""
    found = []
    for place, role, type_code, halves, week in product(
        PLACES, ("captain", "member"), ("personal", "annual"), range(1, 18), range(5)
    ):
        asked = date(2026, 3, 2) + timedelta(weeks=week)
        found.append(
            {
                "region_codes": PLACES[place],
                "team_kind": KINDS[place],
                "role": role,
                "also_first_secretary": False,
                "dispatched_by": "county",
                "type": type_code,
                "span": Span.of_halves(asked + timedelta(days=3), halves),
                "asked_on": asked,
            }
        )
    return found


def per_second(act: Callable[[dict[str, object]], object], questions: list[dict[str, object]]) -> float:
    for question in questions:
        act(question)
    started = time.perf_counter()
    for _ in range(ROUNDS):
        for question in questions:
            act(question)
    return ROUNDS * len(questions) / (time.perf_counter() - started)


def main() -> None:
    book, calendar, questions = load_all(), Calendar(), cases()
    bounds = (6, 10)
    bottom = per_second(lambda given: bisect_left(bounds, LeaveCase(**given).span.halves), questions)
    ours = per_second(lambda given: decide_leave(book, LeaveCase(**given), calendar), questions)
    worded = per_second(lambda given: decide_leave(book, LeaveCase(**given), calendar).text, questions)
    print(f"{len(questions)} different cases, {ROUNDS} rounds")
    for work, rate in (
        ("floor: case and bisection", bottom),
        ("decide", ours),
        ("decide and say why", worded),
    ):
        print(f"  {work:<28}{rate:>12,.0f} a second{bottom / rate:>8.1f} × floor's time")


if __name__ == "__main__":
    main()

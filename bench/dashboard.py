"""总览 of a county of 1,000 people, all its blocks in one page: milliseconds, questions, bytes, and times the floor.

    .venv/bin/python -m bench.dashboard
    .venv/bin/python -m bench.dashboard --people 1000 50000 --postgres postgres://postgres@127.0.0.1:5432/postgres

Each person of the county has a month of days and nights entered; everybody around him half a year of leave. The
floor is what the page cannot do without: what counts of the county's month, by person.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from bench.world import analysed, enter_month, grow, scratch

ROUNDS = 15


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, nargs="+", default=[1000])
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        entered = False
        for people in asked.people:
            grow(people)
            if not entered:
                enter_month()
                entered = True
            _measure(people)


def _measure(people: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from core import clock
    from overview.board import ranges
    from overview.board.days import Days
    from teams.models import User

    analysed()
    user = User.objects.get(username="c0-chief")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    here = ranges.roots(user)[0]
    floors = []
    for _ in range(ROUNDS):
        started = perf_counter()
        assert Days(here, clock.today()).known
        floors.append(perf_counter() - started)
    for address in ("/board/", "/"):
        client.get(address)
        times = []
        for _ in range(ROUNDS):
            started = perf_counter()
            answer = client.get(address)
            times.append(perf_counter() - started)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        print(
            f"{connection.vendor}, {people:,} people, {address:8} {median(times) * 1000:5.0f} ms, "
            f"{median(times) / median(floors):.1f} × floor ({median(floors) * 1000:.0f} ms), "
            f"{len(queries)} questions, {len(answer.content) / 1000:.0f} KB"
        )


if __name__ == "__main__":
    main()

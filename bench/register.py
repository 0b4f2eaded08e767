"""The month's register of a county of 1,000 people on one page: milliseconds, questions, bytes.

    .venv/bin/python -m bench.register
    .venv/bin/python -m bench.register --postgres postgres://postgres@127.0.0.1:5432/postgres

Each person has a month of days and nights entered; all teams of the county stand in one town, so that one page holds
them. The floor is the derivation alone: what the page cannot do without.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from bench.world import analysed, enter_month, grow, scratch

ROUNDS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(1000)
        _measure()


def _measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from attendance.derive import standing
    from core import clock
    from core.months import month_number
    from teams.models import Appointment, Person, Region, Team, User

    today = clock.today()
    month = month_number(today)
    people = list(Appointment.objects.on(today).full_time().values_list("person", flat=True))
    enter_month()
    analysed()
    town = Region.objects.filter(level="town").order_by("path").first()
    Team.objects.update(region=town)
    client = Client()
    client.force_login(
        User.objects.get(username="c0-chief"), backend="django.contrib.auth.backends.ModelBackend"
    )
    address = "/attendance/?team=all"
    client.get(address)
    times, floors = [], []
    for _ in range(ROUNDS):
        started = perf_counter()
        page = client.get(address)
        times.append(perf_counter() - started)
        started = perf_counter()
        standing(Person.objects.filter(pk__in=people).values("pk"), [month])
        floors.append(perf_counter() - started)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    lines = page.content.count(b"<tr data-p=")
    print(
        f"{connection.vendor}: {lines} lines, {median(times) * 1000:.0f} ms, the derivation {median(floors) * 1000:.0f} ms, "
        f"{len(queries)} questions, {len(page.content) / 1e6:.2f} MB"
    )


if __name__ == "__main__":
    main()

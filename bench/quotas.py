"""定额 of a county of 1,000 people: the page, what stands of their days, and what the quotas make of it; milliseconds.

    .venv/bin/python -m bench.quotas
    .venv/bin/python -m bench.quotas --postgres postgres://postgres@127.0.0.1:5432/postgres

Each person has a month of days and nights entered, in towns and teams as generated. The floor is the derivation of
what stands, alone.
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
        # 永兴's document asks everybody for days and for nights.
        grow(1000, document="yongxing")
        _measure()


def _measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from attendance.derive import standing
    from attendance.standing import Quotas
    from core import clock
    from core.months import month_number
    from policy.periods import period_of
    from teams.models import Appointment, Person, User

    today = clock.today()
    month = month_number(today)
    ids = list(Appointment.objects.on(today).full_time().values_list("person", flat=True))
    enter_month()
    analysed()
    client = Client()
    client.force_login(
        User.objects.get(username="c0-chief"), backend="django.contrib.auth.backends.ModelBackend"
    )
    address = "/attendance/quotas/"
    client.get(address)
    people = Person.objects.filter(pk__in=ids).values("pk")
    pages, floors, judged = [], [], []
    for _ in range(ROUNDS):
        started = perf_counter()
        client.get(address)
        pages.append(perf_counter() - started)
        started = perf_counter()
        known = standing(people, [month])
        floors.append(perf_counter() - started)
        started = perf_counter()
        quotas = Quotas(people, period_of("month", today))
        found = [result for person in ids for result in quotas.of(person, known[person])]
        judged.append(perf_counter() - started)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    print(
        f"{connection.vendor}: {len(ids)} people, {len(found)} quotas: page {median(pages) * 1000:.0f} ms, "
        f"{len(queries)} questions; what stands {median(floors) * 1000:.0f} ms, judging {median(judged) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()

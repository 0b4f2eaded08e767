"""搜索 with many people in the database, by a county of 1,000 and by a city over all; milliseconds and questions.

    .venv/bin/python -m bench.search
    .venv/bin/python -m bench.search --people 50000 --postgres postgres://postgres@127.0.0.1:5432/postgres

The floor is the page without words: the same middleware, frame and template.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from bench.world import grow, scratch

ROUNDS = 7
WORDS = ("王建国", "王", "wangjian", "wjg", "第3镇", "林业局", "0247", "2026-0247")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(asked.people)
        _measure()


def _measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from overview.generation.places import SINCE
    from teams import people
    from teams.models import Office, Person, Region, User
    from teams.words import Function, Post

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    city = Region.objects.filter(level="city").first()
    clients = {"county": Client()}
    clients["county"].force_login(
        User.objects.get(username="c0-chief"), backend="django.contrib.auth.backends.ModelBackend"
    )
    if city is not None:
        office = people.add_body(
            model=Office, name="市委组织部", region=city, functions=(Function.ORGANIZATION,),
            valid_from=SINCE, acting_user=None,
        )  # fmt: skip
        chief = people.add_person(name="市部长", acting_user=None)
        people.appoint(person=chief, post=Post.LEADER, body=office, valid_from=SINCE, acting_user=None)
        clients["city"] = Client()
        clients["city"].force_login(
            User.objects.create(username="city-chief", person=chief, password="!"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    print(f"{connection.vendor}: {Person.objects.count():,} people")
    for who, client in clients.items():
        for words in ("", *WORDS):
            client.get("/search/", {"q": words})
            taken = []
            for _ in range(ROUNDS):
                started = perf_counter()
                client.get("/search/", {"q": words})
                taken.append(perf_counter() - started)
            with CaptureQueriesContext(connection) as queries:
                client.get("/search/", {"q": words})
            slow = max(queries.captured_queries, key=lambda each: float(each["time"]))
            print(
                f"{who:7} {words or 'floor':10} {median(taken) * 1000:6.0f} ms  {len(queries):3} questions"
                f"  slowest {float(slow['time']) * 1000:.0f} ms"
            )


if __name__ == "__main__":
    main()

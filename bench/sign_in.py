"""Signing in, against a POST through the same middleware that inserts one row and commits; then many at once.

    .venv/bin/python -m bench.sign_in                              # SQLite
    .venv/bin/python -m bench.sign_in --many 5000 --postgres postgres://postgres@127.0.0.1:5432/postgres

Each of a thousand people taps once (a morning and an afternoon said by one tap). With ``--many`` so many taps go out
from eight threads at a rate that would take a minute, and exactly so many must be kept: 5,000 need ``--people 5000``.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
import uuid
from queue import Empty, Queue
from typing import Any

from bench.world import grow, scratch

SAMPLES = 300
THREADS, SECONDS = 8, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(max(asked.people, asked.many))
        _allow()
        _measure()
        if asked.many:
            _flood(asked.many)


def _allow() -> None:
    """Every county lets its people sign in."""
    from core import clock
    from rules.models import RegionSetting
    from teams.models import Region, User

    user = User.objects.get(username="c0-chief")
    for county in Region.objects.filter(level="county"):
        RegionSetting.objects.create(
            region=county, key="attendance.mode", value="sign_in", valid_from=clock.today(), basis="测量",
            set_by=user, set_at=clock.now(),
        )  # fmt: skip


def _names() -> list[str]:
    from core import clock
    from teams.models import Appointment

    rows = Appointment.objects.on(clock.today()).full_time().exclude(person__user=None)
    return list(rows.order_by("pk").values_list("person__user__username", flat=True))


def _client(username: str) -> Any:
    from django.test import Client

    from teams.models import User

    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def _tap(client: Any) -> Any:
    return client.post("/attendance/sign-in/", {"kind": "on_post", "client_key": uuid.uuid4().hex})


def _measure() -> None:
    from django.db import connection

    from attendance.models import SignIn

    clients = [_client(name) for name in _names()[-SAMPLES:]]
    times: dict[str, list[float]] = {"floor": [], "sign in": []}
    for client in clients:
        for work in times:
            started = time.perf_counter()
            answer = client.post("/floor/") if work == "floor" else _tap(client)
            times[work].append(time.perf_counter() - started)
            assert answer.status_code in (200, 302), (work, answer.status_code, answer.content[:300])
    assert SignIn.objects.count() == len(clients)
    floor, ours = (statistics.median(each[10:]) for each in times.values())
    print(
        f"{connection.vendor}: sign in {ours * 1000:.1f} ms, floor {floor * 1000:.1f} ms: "
        f"{floor / ours:.2f} of its rate"
    )


def _flood(many: int) -> None:
    from django.db import connection, connections

    from attendance.models import SignIn

    before = SignIn.objects.count()
    clients = [_client(name) for name in _names()[:many]]
    assert len(clients) == many, f"only {len(clients)} people"
    waiting: Queue[tuple[float, Any]] = Queue()
    times: list[float] = []
    start = time.perf_counter() + 1
    for number, client in enumerate(clients):
        waiting.put((start + number * SECONDS / many, client))

    def work() -> None:
        while True:
            try:
                due, client = waiting.get_nowait()
            except Empty:
                connections.close_all()
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            # What a tap waits for its turn counts as waiting.
            _tap(client)
            times.append(time.perf_counter() - due)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = SignIn.objects.count() - before
    slow = statistics.quantiles(times, n=20)[-1]
    print(
        f"{connection.vendor}: {many} taps from {THREADS} threads in {time.perf_counter() - start:.0f} s, "
        f"{rows} rows, p95 {slow * 1000:.0f} ms"
    )
    assert rows == many


if __name__ == "__main__":
    main()

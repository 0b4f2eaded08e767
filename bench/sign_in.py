"""Signing in, against a POST through the same middleware that inserts one row and commits; then many at once.

    .venv/bin/python -m bench.sign_in                              # SQLite
    .venv/bin/python -m bench.sign_in --many 5000 --postgres postgres://postgres@127.0.0.1:5432/postgres

Each of 300 people taps once, as a phone's page sends it (a morning and an afternoon said by one tap, the card of the
day in the answer). With ``--many`` so many other people tap at a rate that would take a minute, served as in
production by two processes of four threads, and exactly so many must be kept; then the floor takes the same flood.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import threading
import time
import uuid
from collections.abc import Sequence
from functools import cache
from queue import Empty, SimpleQueue
from typing import Any

from bench.world import analysed, grow, scratch

SAMPLES = 300
PROCESSES, THREADS, SECONDS = 2, 4, 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(max(asked.people, asked.many + SAMPLES if asked.many else 0))
        _allow()
        analysed()
        # As the server does before it serves.
        from core.garbage import what_is_loaded_stays

        what_is_loaded_stays()
        _measure()
        if asked.many:
            _flood(asked.many)


def _allow() -> None:
    """Every county lets its people sign in."""
    from rules.settings import set_setting
    from teams.models import Region

    for county in Region.objects.filter(level="county"):
        set_setting(region=county, key="attendance.mode", value="sign_in", basis="测量", acting_user=None)


def _names() -> list[str]:
    from core import clock
    from teams.models import Appointment

    rows = Appointment.objects.on(clock.today()).full_time().exclude(person__user=None)
    return list(rows.order_by("pk").values_list("person__user__username", flat=True))


@cache
def _handler() -> Any:
    """One for all, as a server has one: every client of its own would load the middleware anew."""
    from django.test.client import ClientHandler

    return ClientHandler(enforce_csrf_checks=False)


def _client(username: str) -> Any:
    """Somebody who signed in a moment ago, as the login page leaves his session."""
    from django.test import Client

    from teams.models import User
    from teams.sessions import SEEN, STARTED

    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session[STARTED] = session[SEEN] = time.time()
    session.save()
    return client


def _tap(client: Any) -> Any:
    client.handler = _handler()
    fields = {"kind": "on_post", "client_key": uuid.uuid4().hex}
    return client.post("/attendance/sign-in/", fields, headers={"X-Sign-In": "1"})


def _floor(client: Any) -> Any:
    client.handler = _handler()
    return client.post("/floor/")


WORK = {"sign in": _tap, "floor": _floor}


def _measure() -> None:
    from django.db import connection

    from attendance.models import SignIn

    clients = [_client(name) for name in _names()[-SAMPLES:]]
    times: dict[str, list[float]] = {name: [] for name in WORK}
    for client in clients:
        for name, work in WORK.items():
            started = time.perf_counter()
            answer = work(client)
            times[name].append(time.perf_counter() - started)
            assert answer.status_code == 200, (name, answer.status_code, answer.content[:300])
    assert SignIn.objects.count() == len(clients)
    ours, floor = (statistics.median(each[10:]) for each in times.values())
    print(
        f"{connection.vendor}: sign in {ours * 1000:.1f} ms, floor {floor * 1000:.1f} ms: "
        f"{floor / ours:.2f} of its rate"
    )


def _flood(many: int) -> None:
    from django.db import connection, connections

    from attendance.models import SignIn
    from core.models import AuditEvent

    # Those who were measured have signed in already: to tap again says nothing new.
    names = _names()[:-SAMPLES][:many]
    assert len(names) == many, f"only {len(names)} people"
    clients = [_client(name) for name in names]
    kept = {"sign in": SignIn.objects, "floor": AuditEvent.objects.filter(action="bench.floor")}
    for name in WORK:
        before = kept[name].count()
        connections.close_all()
        start = time.perf_counter() + 2
        due = [(start + number * SECONDS / many, client) for number, client in enumerate(clients)]
        with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
            shares = [(name, due[number::PROCESSES]) for number in range(PROCESSES)]
            times = [each for share in pool.starmap(_served, shares) for each in share]
        took = time.perf_counter() - start
        rows = kept[name].count() - before
        print(
            f"{connection.vendor}: {many} × {name} by {PROCESSES} processes of {THREADS} threads "
            f"in {took:.0f} s ({many / took:.0f} a second), {rows} rows, "
            f"median {statistics.median(times) * 1000:.0f} ms, "
            f"p95 {statistics.quantiles(times, n=20)[-1] * 1000:.0f} ms"
        )
        assert rows == many


def _served(name: str, due: Sequence[tuple[float, Any]]) -> list[float]:
    """What one process is sent, each at its time; how long each waited for its answer, its turn included."""
    from django.db import connections

    waiting: SimpleQueue[tuple[float, Any]] = SimpleQueue()
    for each in due:
        waiting.put(each)
    times: list[float] = []

    def work() -> None:
        while True:
            try:
                at, client = waiting.get_nowait()
            except Empty:
                connections.close_all()
                return
            time.sleep(max(0.0, at - time.perf_counter()))
            WORK[name](client)
            times.append(time.perf_counter() - at)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


if __name__ == "__main__":
    main()

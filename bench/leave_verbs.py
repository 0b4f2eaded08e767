"""Asking for leave and deciding it, against a POST that inserts one row."""

from __future__ import annotations

import argparse
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.world import PEOPLE_PER_TOWN, TOWNS_PER_COUNTY, grow, scratch

SAMPLES = 100


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, nargs="+", default=[1000])
    options.add_argument("--postgres", help="address of a server on which a scratch database may be made")
    chosen = options.parse_args()
    with scratch(chosen.postgres):
        print(f"{'PostgreSQL' if chosen.postgres else 'SQLite'}, {SAMPLES} samples each, milliseconds")
        print(f"{'people':>8}  {'work':<28}{'median':>8}{'p95':>8}{'× floor':>9}{'queries':>9}")
        for round_number, people in enumerate(sorted(chosen.people)):
            grow(people)
            _measure(people, round_number)


def _measure(people: int, round_number: int) -> None:
    from core import clock
    from leave import services
    from leave.checks import Wish
    from teams.models import User

    day = clock.today() + timedelta(days=30 + 40 * round_number)
    members = [
        f"c0-t{town}-m{number}" for number in range(1, PEOPLE_PER_TOWN) for town in range(TOWNS_PER_COUNTY)
    ][: SAMPLES + 5]
    clients = {name: _client(name) for name in members}
    captains = {f"c0-t{town}": _client(f"c0-t{town}-captain") for town in range(TOWNS_PER_COUNTY)}
    drafts = {}
    for name in members:
        wish = Wish(
            type="personal",
            start=day,
            start_half="am",
            end=day + timedelta(days=1),
            end_half="pm",
            destination="广州市",
            reason="家事",
            contact="13800138000",
        )
        user = User.objects.get(username=name)
        drafts[name] = services.save_draft(acting_user=user, wish=wish, form_key=uuid.uuid4().hex)

    def ask(name: str) -> Any:
        draft = drafts[name]
        fields = {"revision": draft.revision, "submit_key": uuid.uuid4().hex}
        return clients[name].post(f"/leave/{draft.pk}/submit/", fields)

    def decide(name: str) -> Any:
        sign_off, fields = pages[name]
        return captains[name.rpartition("-")[0]].post(f"/sign-offs/{sign_off}/sign/", fields)

    bottom = _report(
        people, "floor: insert one row", lambda name: clients[name].post("/floor/"), members, 200
    )
    _report(people, "ask for leave (POST)", ask, members, 302, bottom)
    pages = {name: _page_of(drafts[name].pk) for name in members}
    _report(people, "decide a step (POST)", decide, members, 302, bottom)
    chief = _client("c0-chief")
    _report(people, "list of leave, the county's", lambda name: chief.get("/leave/"), members, 200, bottom)


def _client(username: str) -> Any:
    from django.test import Client

    from teams.models import User

    client = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(User.objects.get(username=username), backend=backend)
    return client


def _page_of(request_id: int) -> tuple[int, dict[str, str]]:
    """What the card's bar would post."""
    from approvals.models import SignOff

    sign_off = SignOff.objects.get(subject_kind="leave", subject_id=request_id, state="open")
    key = uuid.uuid4().hex
    return sign_off.pk, {"page_hash": sign_off.content_hash, "request_key": key, "decision": "agree"}


def _report(
    people: int,
    work: str,
    act: Callable[[str], Any],
    names: list[str],
    expected: int,
    bottom: float | None = None,
) -> float:
    """Time the act for each name, the first few unseen; count the last one's queries. Returns the median in ms."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    times = []
    for number, name in enumerate(names[:-1]):
        started = time.perf_counter()
        response = act(name)
        elapsed = 1000 * (time.perf_counter() - started)
        assert response.status_code == expected, (work, response.status_code, response.content[:300])
        if number >= 4:
            times.append(elapsed)
    with CaptureQueriesContext(connection) as asked:
        act(names[-1])
    questions = [
        query for query in asked.captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))
    ]
    median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    ratio = f"{median / bottom:.1f}" if bottom else ""
    print(f"{people:>8,}  {work:<28}{median:>8.1f}{slow:>8.1f}{ratio:>9}{len(questions):>9}", flush=True)
    return median


if __name__ == "__main__":
    main()

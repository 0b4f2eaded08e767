"""The database server dies under load and comes back: nothing is half written, nothing is lost, nothing twice."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.concurrency.cluster import Cluster, Site, programs

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.once]

PEOPLE = ("liusha_captain", "liusha_member", "liusha_mate", "lihu_captain", "lihu_member")
#: Seconds of load before the crash and after the first answer behind it; how soon that must come.
BEFORE, AFTER, SOON = 6, 6, 30
WISH = {
    "type": "personal",
    "going": "county",
    "destination": "普宁市区",
    "reason": "家中有事",
    "contact": "13800138000",
}

_CAST = f"""
import json
from django.core.management import call_command
from teams.tokens import make_token
from teams.words import TokenScope
from tests import cast
call_command("migrate", verbosity=0)
cast.published()
world = cast.build()
print(json.dumps({{who: make_token(acting_user=world.user(who), name="负载", scopes=list(TokenScope.values), days=30)[1]
                   for who in {PEOPLE!r}}}))
"""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    found = programs()
    if found is None:
        pytest.skip("initdb of a PostgreSQL server is not to be had here")
    cluster = Cluster(found)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def site(cluster: Cluster, tmp_path: Path) -> Iterator[Site]:
    site = Site(cluster, tmp_path)
    try:
        yield site
    finally:
        site.stop()


class Load:
    """People who ask for leave, a day each week, one after the other; who gets no answer sends the same again."""

    def __init__(self, site: Site, tokens: dict[str, str]) -> None:
        self.site, self.tokens = site, tokens
        self.over = threading.Event()
        self.answers: list[tuple[float, int]] = []
        self.asked: dict[int, int] = {}
        self.unexpected: list[Any] = []
        self.threads = [threading.Thread(target=self._ask, args=(who,)) for who in tokens]

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def _ask(self, who: str) -> None:
        first = date.today() + timedelta(days=7)
        for week in range(10_000):
            if self.over.is_set():
                return
            day = (first + timedelta(weeks=week)).isoformat()
            draft = self._post(who, "/api/leave/", {**WISH, "start": day, "end": day}, f"draft-{week}")
            if draft is None:
                return
            sent = self._post(
                who, f"/api/leave/{draft['id']}/submit/", {"revision": draft["revision"]}, f"submit-{week}"
            )
            if sent is None:
                return
            self.asked[sent["id"]] = sent["sign_off"]

    def _post(self, who: str, path: str, body: dict[str, Any], key: str) -> Any:
        """What was answered in the end; None where it was nothing to be expected."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            status, said = self.site.send("POST", path, body, token=self.tokens[who], key=key)
            self.answers.append((time.monotonic(), status))
            if status in (200, 201):
                return said
            if status not in (0, 503):
                self.unexpected.append((path, status, said))
                return None
            time.sleep(0.1)
        self.unexpected.append((path, "no answer for a minute"))
        return None

    def served_after(self, moment: float) -> float | None:
        """When something was first taken after the moment."""
        return min((at for at, status in self.answers if at > moment and status in (200, 201)), default=None)


def rows(cluster: Cluster, question: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(cluster.url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()
    finally:
        connection.close()


def test_a_database_server_that_dies_under_load_leaves_nothing_half_written(
    cluster: Cluster, site: Site
) -> None:
    tokens = json.loads(site.run(_CAST).splitlines()[-1])
    site.start()
    with Load(site, tokens) as load:
        time.sleep(BEFORE)
        taken = len(load.asked)
        died = time.monotonic()
        cluster.crash()
        time.sleep(1)
        cluster.start()
        back = None
        while back is None and time.monotonic() < died + SOON:
            time.sleep(0.1)
            back = load.served_after(died + 0.5)
        time.sleep(AFTER)
    assert taken > len(PEOPLE)
    assert load.unexpected == []
    assert back is not None
    assert back - died < SOON
    assert Counter(status for _, status in load.answers)[503] > 0, "nobody met the crash"
    assert len(load.asked) > taken

    # Each leave that was answered stands, once, whole: its way through sign-off, its half-days, its event.
    leaves = dict(rows(cluster, "SELECT id, state FROM leave_leaverequest"))
    assert {state for pk, state in leaves.items() if pk in load.asked} == {"pending"}
    others = {pk: state for pk, state in leaves.items() if pk not in load.asked}
    assert set(others.values()) <= {"draft"}, "one was sent without its answer, though every key got one"
    assert len(others) <= len(PEOPLE)
    halves = dict(rows(cluster, "SELECT source_id, count(*) FROM teams_away WHERE kind = 'leave' GROUP BY 1"))
    assert halves == dict.fromkeys(load.asked, 2)
    ways = rows(cluster, "SELECT subject_id, id FROM approvals_signoff WHERE subject_kind = 'leave'")
    assert sorted((int(leave), sign_off) for leave, sign_off in ways) == sorted(load.asked.items())
    stages = dict(rows(cluster, "SELECT sign_off_id, count(*) FROM approvals_seat GROUP BY 1"))
    assert set(stages) == set(load.asked.values())
    events = rows(
        cluster,
        "SELECT subject_id, action, count(*) FROM core_auditevent "
        "WHERE outcome = 'done' AND action IN ('leave.save', 'leave.submit') GROUP BY 1, 2",
    )
    assert {count for *_, count in events} == {1}
    by = {
        name: {int(pk) for pk, action, _ in events if action == name}
        for name in ("leave.save", "leave.submit")
    }
    assert by == {"leave.save": set(leaves), "leave.submit": set(load.asked)}

    # The trail is whole, too.
    site.run("from core import seal; seal.seal(everything=True)")
    told = json.loads(site.manage("verify_audit", "--json"))
    assert (told["ok"], told["unsealed"]) == (True, 0)
    print(f"served again after {back - died:.1f} s; {taken} asked before, {len(load.asked) - taken} after")

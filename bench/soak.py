"""An hour of an ordinary day: pages, taps, leave asked for and decided, the jobs beside; does anything fail or grow?

    .venv/bin/python -m bench.soak --minutes 60 --postgres postgres://postgres@127.0.0.1:5432/postgres --redis redis://127.0.0.1:6379/9

A county of 1,000 on the web server of production (two processes of four threads), worker and beat with it. Members,
captains and the county's office ask at a steady rate, as programs and as browsers. What is printed: answers by status,
waiting times, and of the last quarter against the first the memory of all processes, and the connections. The
floor is silence: no answer but those expected, memory within a tenth, connections no more than threads.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from typing import Any

from bench.world import ROOT, analysed, enter_month, grow, scratch

CLIENTS, SAMPLE_SECONDS = 8, 5
#: What members of a county do in a day is little; the rate is many times that of a thousand people.
PER_SECOND = 8
PAGES = {
    "chief": (
        "/",
        "/board/",
        "/leave/",
        "/attendance/",
        "/attendance/quotas/",
        "/search/?q=王",
        "/leave/away/",
    ),
    "captain": ("/", "/todo/", "/leave/", "/attendance/", "/leave/away/"),
    "member": ("/", "/leave/mine/", "/attendance/mine/", "/notices/"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--postgres", required=True, help="address of a PostgreSQL server")
    parser.add_argument("--redis", required=True, help="address of a Redis database nobody else uses")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(1000)
        enter_month()
        _allow()
        analysed()
        people = _people()
        os.environ.update(BROKER_URL=asked.redis, API_RATE="100000/min", ALLOWED_HOSTS="127.0.0.1")
        with _running() as site:
            Soak(site, people, 60 * asked.minutes).run()


def _allow() -> None:
    from rules.settings import set_setting
    from teams.models import Region

    for county in Region.objects.filter(level="county"):
        set_setting(region=county, key="attendance.mode", value="both", basis="测量", acting_user=None)


@dataclass
class Someone:
    """An account with a session of a browser and a token of a program."""

    role: str
    cookie: str
    token: str


def _people() -> list[Someone]:
    from django.test import Client

    from teams.models import User
    from teams.sessions import SEEN, STARTED
    from teams.tokens import make_token
    from teams.words import TokenScope

    names = [("chief", "c0-chief")]
    for town in range(10):
        names.append(("captain", f"c0-t{town}-captain"))
        names += [("member", f"c0-t{town}-m{number}") for number in range(1, 21)]
    found = []
    for role, name in names:
        user, client = User.objects.get(username=name), Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[STARTED] = session[SEEN] = time.time()
        session.save()
        token = make_token(acting_user=user, name="测量", scopes=list(TokenScope.values), days=30)[1]
        found.append(Someone(role, session.session_key, token))
    return found


@dataclass
class Running:
    """The processes, and where the web server listens."""

    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: str, log: Path) -> None:
        self.processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *command.split()],
                cwd=ROOT,
                stdout=log.open("ab"),
                stderr=subprocess.STDOUT,
            )
        )

    def memory(self) -> int:
        """Bytes that all processes keep, their children too."""
        known = {each.pid for each in self.processes}
        whole = 0
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if int(folder.name) in known or parent in known:
                    whole += int((folder / "statm").read_text().split()[1])
            except (OSError, ValueError):
                continue
        return whole * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _running() -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        running = Running(probe.getsockname()[1])
    data = Path(os.environ["ZHUBANG_DATA"])
    bind = f"--bind 127.0.0.1:{running.port} --workers 2 --threads 4 --preload --log-level warning"
    beat = f"--pidfile= --loglevel WARNING --schedule {data / 'beat'}"
    try:
        running.start(f"gunicorn config.wsgi {bind}", data / "web.log")
        running.start(
            "celery --app config --quiet worker --pool threads --concurrency 2 --loglevel WARNING",
            data / "worker.log",
        )
        running.start(f"celery --app config --quiet beat {beat}", data / "beat.log")
        until = time.monotonic() + 60
        while _answer(running.port, "GET", "/healthz", {})[0] != 200:
            if time.monotonic() > until:
                raise SystemExit((data / "web.log").read_text(encoding="utf-8")[-2000:])
            time.sleep(0.2)
        yield running
    finally:
        for process in running.processes:
            process.terminate()
        for process in running.processes:
            process.wait(timeout=60)
        for log in sorted(data.glob("*.log")):
            if said := log.read_text(encoding="utf-8").strip():
                print(f"-- {log.name}\n{said[-1500:]}")


class _Straight(urllib.request.HTTPRedirectHandler):
    """A page that sends somebody to sign in is no page."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Straight)
#: What may come of work that others do at the same time.
EXPECTED = (200, 201, 409, 422)


def _answer(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, bytes]:
    """(status, content); 0 without an answer."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=body, headers=headers, method=method
    )
    try:
        with _OPENER.open(asked, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except (OSError, HTTPException) as error:
        return 0, str(error).encode()


class Soak:
    """Clients that do one thing after the other at a steady rate, and what was seen meanwhile."""

    def __init__(self, site: Running, people: list[Someone], seconds: float) -> None:
        self.site, self.people, self.seconds = site, people, seconds
        self.lock = threading.Lock()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.times: dict[str, list[float]] = {}
        self.waiting: list[int] = []
        self.week = Counter[str]()
        self.samples: list[tuple[int, int]] = []
        self.bad: list[str] = []

    def run(self) -> None:
        from django.db import connection

        started = time.monotonic()
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        while time.monotonic() < started + self.seconds:
            time.sleep(SAMPLE_SECONDS)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
                self.samples.append((self.site.memory(), cursor.fetchone()[0]))
        for thread in threads:
            thread.join()
        self._report(time.monotonic() - started)

    def _client(self, number: int) -> None:
        dice, over = random.Random(number), time.monotonic() + self.seconds
        while time.monotonic() < over:
            started = time.monotonic()
            who = dice.choice(self.people) if dice.random() > 0.15 else self.people[0]
            what = dice.random()
            if who.role == "member" and what < 0.3:
                self._tap(who)
            elif who.role == "member" and what < 0.5:
                self._ask(who)
            elif who.role == "captain" and what < 0.6:
                self._decide(who)
            else:
                self._page(who, dice.choice(PAGES[who.role]))
            time.sleep(max(0.0, CLIENTS / PER_SECOND - (time.monotonic() - started)))

    def _seen(
        self, what: str, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Any:
        started = time.perf_counter()
        status, content = _answer(self.site.port, method, path, headers, body)
        with self.lock:
            self.answers[what, status] += 1
            self.times.setdefault(what, []).append(time.perf_counter() - started)
            if status not in EXPECTED:
                self.bad.append(f"{method} {path} {status} {content[:200]!r}")
        return status, content

    def _program(
        self, who: Someone, method: str, path: str, what: str, said: dict[str, Any] | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {who.token}", "Content-Type": "application/json"}
        body = None if said is None else json.dumps(said).encode()
        status, content = self._seen(what, method, f"/api/{path}", headers, body)
        return json.loads(content) if status in (200, 201) else None

    def _page(self, who: Someone, path: str) -> None:
        address = urllib.request.quote(path, safe="/?=&")
        self._seen(f"page {path.partition('?')[0]}", "GET", address, {"Cookie": f"{_cookie()}={who.cookie}"})

    def _tap(self, who: Someone) -> None:
        self._program(
            who, "POST", "attendance/sign-ins/", "tap", {"kind": "on_post", "client_key": uuid.uuid4().hex}
        )

    def _ask(self, who: Someone) -> None:
        from core import clock

        with self.lock:
            self.week[who.token] += 1
            day = clock.today() + timedelta(weeks=self.week[who.token])
        wish = {
            "type": "personal", "start": day.isoformat(), "end": day.isoformat(), "going": "county",
            "destination": "县城", "reason": "家事", "contact": "13800138000",
        }  # fmt: skip
        draft = self._program(who, "POST", "leave/", "draft", wish)
        if draft is not None:
            self._program(who, "POST", f"leave/{draft['id']}/submit/", "ask", {"revision": draft["revision"]})

    def _decide(self, who: Someone) -> None:
        waiting = self._program(who, "GET", "sign-offs/", "sign-offs")
        for row in (waiting or {"results": []})["results"][:1]:
            page = self._program(who, "GET", f"sign-offs/{row['id']}/", "sign-off")
            if page is not None:
                said = {"decision": "agree", "page_hash": page["page_hash"], "request_key": uuid.uuid4().hex}
                self._program(who, "POST", f"sign-offs/{row['id']}/sign/", "sign", said)

    def _report(self, took: float) -> None:
        # What is loaded and kept with the first of everything is no growth.
        memory, connections = zip(*self.samples[len(self.samples) // 10 :], strict=True)
        quarter = len(memory) // 4 or 1
        before, after = statistics.median(memory[:quarter]), statistics.median(memory[-quarter:])
        whole = sum(self.answers.values())
        print(f"{whole} answers in {took / 60:.0f} min, {len(self.bad)} of them unexpected")
        for what in sorted(self.times):
            by = ", ".join(
                f"{status}: {count}" for (name, status), count in sorted(self.answers.items()) if name == what
            )
            times = sorted(self.times[what])
            print(
                f"  {what:24} {by:32} median {1000 * times[len(times) // 2]:5.0f} ms, p95 {1000 * times[int(len(times) * 0.95)]:5.0f}"
            )
        print(
            f"memory of all processes {before / 2**20:.0f} MB in the first quarter, {after / 2**20:.0f} MB in the last: "
            f"{100 * (after / before - 1):+.1f} %; connections {min(connections)} to {max(connections)}"
        )
        for line in self.bad[:10]:
            print(line)
        # Each thread of the web server keeps one, the worker's two, beat's, and the one that counts.
        most = 2 * 4 + 2 + 1 + 1
        dead = [process.args for process in self.site.processes if process.poll() is not None]
        if self.bad or dead or after > 1.1 * before or max(connections[-quarter:]) > most:
            raise SystemExit(f"something fails or grows {dead or ''}")


def _cookie() -> str:
    from django.conf import settings

    return settings.SESSION_COOKIE_NAME


if __name__ == "__main__":
    main()

"""Of every test: the markers that depend on the machine, the broker, and a count of what did not run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from config import settings_test
from core import garbage
from tests import machine, template
from tests.canary import numbers_watched
from tests.watch import verbs_watched

__all__ = ["numbers_watched", "verbs_watched"]

HERE = Path(__file__).parent
LONG = (
    "browser/",
    "config/test_serve.py",
    "test_access.py",
    "test_query_counts.py",
    "overview/test_demo_story.py",
)

# A slow machine is no finding, and CI must find the same thing twice.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and those that touch no database of ours; skip what needs the other one, loudly."""
    for item in items:
        if "browser" in Path(str(item.path)).parent.parts:
            # What a page is like in a browser does not depend on where its rows lie.
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.once)
        if not _asks_the_database(item):
            item.add_marker(pytest.mark.once)
        if item.get_closest_marker("postgres") and settings_test.DATABASE_VENDOR != "postgresql":
            item.add_marker(pytest.mark.skip("this run uses SQLite, the test needs PostgreSQL"))

    items.sort(key=_takes_long, reverse=True)


def _takes_long(item: pytest.Item) -> bool:
    """What takes long begins first, so that no worker is left with it at the end; files stay whole."""
    return Path(str(item.path)).relative_to(HERE).as_posix().startswith(LONG)


def _asks_the_database(item: pytest.Item) -> bool:
    """Django refuses every other test the database, so what it finds is the same on both."""
    fixtures = getattr(item, "fixturenames", ())
    return bool({"db", "transactional_db"} & set(fixtures) or item.get_closest_marker("django_db"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Hand the run's counts to scripts/run_tests.py, which speaks last."""
    path = os.environ.get("ZHUBANG_TEST_SUMMARY")
    if not path:
        return
    skipped = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    counts = {name: len(terminalreporter.stats.get(name, [])) for name in ("passed", "failed", "error")}
    Path(path).write_text(json.dumps({**counts, "skipped": skipped}), encoding="utf-8")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(settings_test.HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[None]:
    """Before the workers make their databases: what all of them copy."""
    folder = request.config.cache.mkdir("template")
    with django_db_blocker.unblock():
        template.lay(folder)
    yield
    with django_db_blocker.unblock():
        template.drop(folder)


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    """After each test on real transactions."""
    from tests import emptied

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emptied.flush.Command, "handle", emptied.empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def _what_is_loaded_stays() -> None:
    garbage.what_is_loaded_stays()


@dataclass(frozen=True)
class Broker:
    """A real broker, and the prefix under which this test run keeps its keys."""

    url: str
    prefix: str


@pytest.fixture(scope="session")
def broker(worker_id: str) -> Iterator[Broker]:
    """Redis where it answers, otherwise an embedded Valkey; the keys of other users are left alone."""
    prefix = f"zhubang-test-{settings_test.RUN}-{worker_id}-"
    if not machine.redis_missing():
        yield Broker(machine.REDIS_URL, prefix)
        _drop_keys(machine.REDIS_URL, prefix)
        return
    binary = machine.embedded_broker()
    if binary is None:
        pytest.skip(f"{machine.redis_missing()}, and there is no embedded one for this machine")
    # A short path: the address of a Unix socket holds about a hundred bytes.
    folder = Path(tempfile.mkdtemp(prefix="zb-"))
    path = folder / "broker.sock"
    command = [str(binary), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if path.exists():
                break
            time.sleep(0.05)
        yield Broker(f"redis+socket://{path}", prefix)
    finally:
        server.terminate()
        server.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


def _drop_keys(url: str, prefix: str) -> None:
    import redis

    with redis.Redis.from_url(url) as client:
        for name in client.scan_iter(f"{prefix}*"):
            client.delete(name)

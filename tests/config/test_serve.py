"""``make run``: one command to a working system, and Ctrl-C to none of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a first start takes about ten on a quiet machine


class Running:
    """The processes of one ``scripts/serve.py``."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.log = data.with_name(f"{data.name}-{port}.log")
        kept = ("PATH", "HOME", "LANG", "PYTHONPYCACHEPREFIX")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "scripts/serve.py"],
            cwd=ROOT,
            env={**environment, "ZHUBANG_PROFILE": "demo", "ZHUBANG_DATA": str(data), "PORT": str(port)},
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait(self, found: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not found():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < deadline, self.output()
            time.sleep(0.2)

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def interrupt(self) -> int:
        """Ctrl-C, as a terminal sends it: to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=30)

    def alive(self) -> list[str]:
        """Command lines of processes that work on this data directory."""
        mark = f"ZHUBANG_DATA={self.data}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue  # ended meanwhile, or somebody else's
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    started: list[Running] = []

    def start_one() -> Running:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            started.append(Running(tmp_path / "data", probe.getsockname()[1]))
        return started[-1]

    yield start_one
    for running in started:
        if running.process.poll() is None:
            running.interrupt()


def test_one_command_to_a_working_system_and_ctrl_c_to_none(start: Callable[[], Running]):
    first = start()
    first.wait(lambda: first.get("/readyz")[0] == 200)
    assert set(json.loads(first.get("/readyz")[1])["checks"].values()) == {"ok"}
    status, page = first.get("/")
    assert status == 200
    assert "登录" in page
    first.wait(lambda: f"http://localhost:{first.port}/" in first.output())
    accounts = first.output().partition("\n\n")[2]
    assert "密码" in accounts
    assert "puning-captain" in accounts
    assert len(first.alive()) >= 5  # serve, web, worker, beat, broker

    # A second set on the same data would run a second beat.
    second = start()
    assert second.process.wait(timeout=PATIENCE) != 0
    assert "in use by another" in second.output()
    assert first.get("/healthz")[0] == 200

    assert first.interrupt() == 0
    assert first.alive() == []

    # The next run stands on the same data, with the same accounts.
    again = start()
    again.wait(lambda: "http://localhost:" in again.output())
    shown = again.output().partition("\n\n")[2].replace(str(again.port), str(first.port))
    assert shown.splitlines()[:5] == accounts.splitlines()[:5]
    assert again.interrupt() == 0
    assert again.alive() == []


def test_a_port_that_is_taken_is_a_sentence_with_the_way_out(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = Running(tmp_path / "data", port)
        assert running.process.wait(timeout=PATIENCE) == 1
    assert running.output().strip() == f"Port {port} is taken. Choose another one: PORT={port + 1} make run"
    assert not (tmp_path / "data").exists()

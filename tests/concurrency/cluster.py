"""A PostgreSQL server of a test's own, which it may crash; and the web server of production on it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from config import settings_test

ROOT = Path(__file__).resolve().parents[2]


def programs() -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` of the newest server here are; None without any, or where nobody may run them."""
    known = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found := shutil.which("initdb"):
        known.append(Path(found).resolve().parent)
    if os.geteuid() == 0 and not shutil.which("runuser"):
        return None
    return max(
        known, default=None, key=lambda path: float(path.parent.name) if path.parent.name.isdecimal() else 0
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """One server with its own data, kept as in production: what it has confirmed survives a crash."""

    def __init__(self, bin: Path) -> None:
        self.bin, self.port = bin, free_port()
        # A short path: the address of a Unix socket holds about a hundred bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="zb-pg-"))
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8",
                  "--no-sync")  # fmt: skip

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run(
            "pg_ctl", "--wait", "--silent", "--log", str(self.folder / "log"), "--options", options, "start"
        )

    def crash(self) -> None:
        """Every server process ends at once, with nothing put in order; what follows a start is a recovery."""
        self._run("pg_ctl", "--mode", "immediate", "--silent", "stop")

    def remove(self) -> None:
        self._run("pg_ctl", "--mode", "immediate", "--silent", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str, check: bool = True) -> None:
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*owner, str(self.bin / name), "--pgdata", str(self.folder / "data"), *arguments]
        subprocess.run(command, check=check, stdout=subprocess.DEVNULL, timeout=120, cwd="/")


class Site:
    """The web server with two processes of four threads on a cluster, as ``make run`` starts it."""

    def __init__(self, cluster: Cluster, data: Path) -> None:
        self.port, self.log = free_port(), data / "web.log"
        self.environment = {
            "PATH": os.environ["PATH"],
            "ZHUBANG_PROFILE": "demo",
            "ZHUBANG_DATA": str(data),
            "DATABASE_URL": cluster.url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FIELD_ENCRYPTION_KEYS": ",".join(settings_test.FIELD_ENCRYPTION_KEYS),
            "API_RATE": "100000/min",
            "LOG_LEVEL": "CRITICAL",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        """What a command prints."""
        return self._python("manage.py", *arguments)

    def run(self, code: str) -> str:
        """What a few lines of Python print, with Django set up."""
        return self._python("-c", f"import django; django.setup()\n{code}")

    def _python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self) -> None:
        command = f"gunicorn config.wsgi --bind 127.0.0.1:{self.port} --workers 2 --threads 4 --preload"
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command.split(), "--log-level", "warning"],
            cwd=ROOT, env=self.environment, stdout=self.log.open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        until = time.monotonic() + 60
        while self.send("GET", "/healthz")[0] != 200:
            assert time.monotonic() < until, self.log.read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def send(
        self, method: str, path: str, body: Any = None, *, token: str = "", key: str = ""
    ) -> tuple[int, Any]:
        """(status, what the answer says); 0 where there was no answer."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, _said(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _said(error.read())
        except (OSError, HTTPException):
            return 0, None


def _said(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")

"""A real worker in a process of its own, which a test may kill without warning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from config import settings_test
from tests.conftest import Broker

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


class Worker:
    """``celery worker`` on this test's database and broker; ``name`` keeps its queue apart."""

    def __init__(self, broker: Broker, data: Path, name: str, **environment: str) -> None:
        known = connection.settings_dict
        address = f"{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "ZHUBANG_PROFILE": "demo",
            "ZHUBANG_DATA": str(data),
            "DATABASE_URL": f"postgres://{address}/{known['NAME']}",
            "BROKER_URL": broker.url,
            "BROKER_KEY_PREFIX": f"{broker.prefix}{name}-",
            "FIELD_ENCRYPTION_KEYS": ",".join(settings_test.FIELD_ENCRYPTION_KEYS),
            **environment,
        }
        self.log = data / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = "celery --app config --quiet worker --pool threads --concurrency 2 --loglevel WARNING"
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command.split()],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("ab"),
            stderr=subprocess.STDOUT,
        )

    def kill(self) -> None:
        """Without warning: nothing is put in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=10)

    def ask(self, task: str) -> None:
        """What beat does when the task is due."""
        code = f"from config.celery import app; app.send_task({task!r})"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment, check=True, timeout=60)

    def until(self, found: Callable[[], Any]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not found():
            assert time.monotonic() < deadline, self.log.read_text(encoding="utf-8")[-2000:]
            time.sleep(0.1)

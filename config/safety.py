"""What a production start refuses. Pure, so that each refusal has its own test."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import date
from email.utils import parseaddr


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
    hash_keys: Sequence[str],
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
    if not hash_keys:
        found.append(
            "IDENTIFIER_HASH_KEYS is missing: identity numbers could not be found again. `make secrets` prints one."
        )
    elif any(len(key) < 32 or len(set(key)) < 5 or key == secret_key for key in hash_keys):
        found.append("IDENTIFIER_HASH_KEYS holds a key shorter than 32 characters, or SECRET_KEY itself.")
    if not broker_url.startswith(("redis://", "rediss://", "redis+socket://")):
        found.append("BROKER_URL must name a Redis (redis://, rediss:// or redis+socket://).")
    if moved_today is not None:
        found.append("ZHUBANG_TODAY moves the calendar and is for demonstrations only.")
    return found


def mail_refusals(
    *, host: str, user: str, password: str, encrypted: Sequence[bool], sender: str, site_url: str
) -> list[str]:
    """The same for mail: all of it or none. ``encrypted`` holds the two ways, of which one may be chosen."""
    found = []
    if site_url and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?", site_url):
        found.append("SITE_URL must be https:// and the host people type, without a path.")
    if not host:
        if user or password or sender:
            found.append("EMAIL_HOST is missing although other EMAIL_ settings are there. Set all or none.")
        return found
    if not re.fullmatch(r"[A-Za-z0-9.-]+", host):
        found.append("EMAIL_HOST must be the bare name of the mail server.")
    if not site_url:
        found.append("SITE_URL is missing: letters could not say where the system is found.")
    if "@" not in parseaddr(sender)[1]:
        found.append("DEFAULT_FROM_EMAIL is missing: mail servers refuse letters without a sender.")
    if bool(user) != bool(password):
        found.append("EMAIL_HOST_USER and EMAIL_HOST_PASSWORD belong together. Set both or neither.")
    if all(encrypted):
        found.append("EMAIL_USE_SSL and EMAIL_USE_TLS are both on; a mail server speaks one of them.")
    if not any(encrypted) and host not in ("localhost", "127.0.0.1"):
        found.append("Mail would travel in the clear. Set EMAIL_USE_SSL (port 465) or EMAIL_USE_TLS (587).")
    return found

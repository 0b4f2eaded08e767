"""Secrets made on this machine for development and demonstrations, kept beside the data."""

from __future__ import annotations

import base64
import fcntl
import json
import secrets
from pathlib import Path


def make() -> dict[str, str]:
    """New keys: for sessions and forms, for encrypting identifiers, for finding them again; by their settings' names."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "IDENTIFIER_HASH_KEYS": secrets.token_urlsafe(48),
    }


def kept_in(data_dir: Path) -> dict[str, str]:
    """The secrets of ``data_dir``, made on first use and readable by their owner alone.

    Losing the file makes the identity numbers stored in that directory unreadable, so it lies with them. A key that
    an older file lacks is added to it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secrets.json"
    path.touch(mode=0o600)
    with path.open("r+", encoding="utf-8") as file:
        # Of two processes starting at once the second waits, and reads what the first one wrote.
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        known = json.loads(text) if text else {}
        if make().keys() - known.keys():
            known = {**make(), **known}
            file.seek(0)
            json.dump(known, file)
            file.truncate()
    return known

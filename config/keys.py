"""Secrets made on this machine for development and demonstrations, kept beside the data."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path


def make() -> dict[str, str]:
    """A new secret key and a new key for field encryption, as the names of their settings."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


def kept_in(data_dir: Path) -> dict[str, str]:
    """The secrets of ``data_dir``, made on first use and readable by their owner alone.

    Losing the file makes the identity numbers stored in that directory unreadable, so it lies with them.
    """
    path = data_dir / "secrets.json"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written whole and then linked, so that of two processes starting at once both read the same file.
        draft = data_dir / f".secrets.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(make()), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text(encoding="utf-8"))

"""One checksum of what rows say: equal for equal content, whatever the order of the keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any


def checksum(content: Any, *, write: Callable[[Any], Any] | None = None) -> str:
    """SHA-256 of ``content`` as JSON without spaces, keys in order; ``write`` says how what JSON knows not is written.

    Raises TypeError for what JSON does not know where ``write`` is None.
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=write)
    return hashlib.sha256(text.encode()).hexdigest()

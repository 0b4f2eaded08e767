"""What somebody writes in words of his own: trimmed, there, and no longer than its column."""

from __future__ import annotations

from core.errors import Refused


def written(text: str, *, field: str, most: int, missing: str = "", label: str = "") -> str:
    """The text, trimmed. Raises Refused beside ``field`` with the code ``missing`` or ``long``.

    ``missing``: the sentence for no text at all; without one there need be none. ``most``: signs, at the most.
    ``label``: what the text is called where it is too long.
    """
    text = text.strip()
    if missing and not text:
        raise Refused("missing", missing, field=field)
    if len(text) > most:
        raise Refused("long", f"{label}最多 {most} 字，现在 {len(text)} 字", field=field)
    return text

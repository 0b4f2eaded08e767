"""What the places where a clause works are called, for those who read the 制度库."""

from __future__ import annotations

SCREEN_WORDS = {
    "rules:pack": "制度库",
    "rules:trial": "试算",
}
#: Pages with an address of their own; the others are about one object or only take a form.
LINKED = frozenset({"rules:trial"})
JOB_WORDS: dict[str, str] = {}
COMMAND_WORDS: dict[str, str] = {"explain": "命令 explain"}

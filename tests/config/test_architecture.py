"""docs/architecture.md names files and functions that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORDS = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_every_file_it_names_is_there() -> None:
    named = set(re.findall(r"`([a-z_]+/[a-z_/.0-9]+\.(?:py|toml|csv|md))`", WORDS))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_function_it_names_stands_in_that_file() -> None:
    steps = re.findall(r"`([a-z_/]+\.py)`\s+(?:→|asks)\s+`([a-z_]+)`", WORDS)
    assert len(steps) > 15
    missing = [
        f"{file} → {name}"
        for file, name in steps
        if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_room_has_its_line_in_the_order_of_the_house() -> None:
    layers = re.search(r"^layers = \[(.+)\]", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert layers is not None
    rooms = re.findall(r'"(\w+)"', layers[1])[::-1]
    assert re.findall(r"^\| `(\w+)/` ", WORDS, re.M) == rooms

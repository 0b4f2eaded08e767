"""Writing a pack out again: as plain data for a record, as the text of a rule file for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomli_w

from policy.loader import build_pack
from policy.schema import Pack


def pack_data(pack: Pack) -> dict[str, Any]:
    """The pack as plain JSON data, which `build_pack` reads again; what is left at its default is left out."""
    return dict(pack.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def pack_text(pack: Pack) -> str:
    """The pack as the text of a rule file, which `load_text` reads again."""
    data = pack.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    return tomli_w.dumps({key: _plain(value) for key, value in data.items()}, multiline_strings=False)


def recoded(data: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Plain data of a pack under another id: its clauses and interpretations begin with the new one."""

    def named(value: Any) -> Any:
        return (
            f"{new}{value[len(old) :]}" if isinstance(value, str) and value.startswith(f"{old}-") else value
        )

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {
                (named(each) if key == "interpretation" else each): walk(inner, each)
                for each, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [named(each) if key == "clauses" else walk(each, key) for each in value]
        return named(value) if key in ("clause", "within", "id") else value

    return {key: walk(value, key) for key, value in data.items()}


def renamed(pack: Pack, new: str) -> Pack:
    """The pack under another id."""
    data = recoded(pack_data(pack), pack.id, new)
    return build_pack({**data, "pack": {**data["pack"], "id": new}}, new)


def _plain(value: Any) -> Any:
    """As a person would write it: 3, not 3.0."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value == int(value) else value

"""Texts of a paper that an office writes: none of them missing, none longer than its column."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Refused


def fitting(
    given: object, limits: Mapping[str, int], labels: Mapping[str, str], *, optional: tuple[str, ...] = ()
) -> dict[str, str]:
    """The texts of ``given`` named in ``limits``, trimmed; Refused beside the first that is missing or too long."""
    said = {name: getattr(given, name).strip() for name in limits}
    for name, most in limits.items():
        if not said[name] and name not in optional:
            raise Refused("missing", f"写{labels[name]}", field=name)
        if len(said[name]) > most:
            raise Refused("long", f"{labels[name]}最多 {most} 字，现在 {len(said[name])} 字", field=name)
    return said

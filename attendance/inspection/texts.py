"""Texts of a paper that an office writes: none of them missing, none longer than its column."""

from __future__ import annotations

from collections.abc import Mapping

from core.texts import written


def fitting(
    given: object, limits: Mapping[str, int], labels: Mapping[str, str], *, optional: tuple[str, ...] = ()
) -> dict[str, str]:
    """The texts of ``given`` named in ``limits``, trimmed; Refused beside the first that is missing or too long."""
    return {
        name: written(
            getattr(given, name),
            field=name,
            most=most,
            missing="" if name in optional else f"写{labels[name]}",
            label=labels[name],
        )
        for name, most in limits.items()
    }

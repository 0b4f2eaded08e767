"""时间线: what happened to one person, told by every room of its own rows.

A room registers a :class:`Source`; the page that shows the line reads them all. Each source decides for itself what
the viewer may see; the page adds nothing to that. First it is asked for dates alone, then for the words of one page.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing on the line: what, to whom or from when to when, where to read it, and how it stands."""

    title: str
    note: str = ""
    url: str = ""
    status_kind: str = ""
    status_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One kind of moment.

    kind, label  stable code, and the word on screen
    dates        (user, person) → (day, key) of everything the user may see of the person; one query or two
    moments      (user, person, keys) → key → its words, for the keys of one page; as many queries for many
    """

    kind: str
    label: str
    dates: Callable[[Any, Any], Iterable[tuple[date, Hashable]]]
    moments: Callable[[Any, Any, Sequence[Any]], Mapping[Hashable, Moment]]


_REGISTRY: dict[str, Source] = {}


def register(source: Source) -> None:
    """Called once for each source, by its room's AppConfig.ready."""
    _REGISTRY[source.kind] = source


def sources() -> list[Source]:
    return list(_REGISTRY.values())

"""Panels that rooms add to a page of a room before them: 请假记录 on a person's page, and the like.

The page's room cannot import the rooms after it, so they register here and the page asks. A panel decides for
itself what the viewer may see; the page adds nothing to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel: its heading, the template of its body with the data it shows, and a way to see all."""

    title: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    more_url: str = ""
    more_label: str = "查看全部"


Build = Callable[[HttpRequest, Any], Panel | None]

_REGISTRY: dict[str, list[tuple[int, Build]]] = {}


def register(page: str, *, order: int, build: Build) -> None:
    """Add a panel to ``page``, called once by each room's AppConfig.ready; lower ``order`` stands higher.

    ``build(request, obj)`` gives the panel, or None where the viewer has no part in it.
    """
    _REGISTRY.setdefault(page, []).append((order, build))


def panels_of(page: str, request: HttpRequest, obj: Any) -> list[Panel]:
    """The panels of ``page`` for this viewer and object, in order."""
    built = [build(request, obj) for _, build in sorted(_REGISTRY.get(page, []), key=lambda entry: entry[0])]
    return [panel for panel in built if panel is not None]

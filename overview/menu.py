"""The menu: the union of what a person's appointments open. There is no switching of roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from overview.entries import DUTY_ENTRIES, ENTRIES, Entry
from teams.scope import Scope

#: Phones show at most this many tabs; 我的 is always the last of them.
MOST_TABS = 5
#: What 我的 lists with words of its own.
_LISTED = {"library", "local", "trial"}


def _rows(
    entries: Iterable[Entry], words: str, scope: Scope, view: str, badges: dict[str, int]
) -> list[dict[str, Any]]:
    """The entries as a template takes them; ``words`` names the field that says them.

    A view that one of them names outright lights up that one alone, any other whoever has its namespace.
    """
    shown = list(entries)
    outright = any(view in entry.views for entry in shown)
    where = view if outright else f"{view.partition(':')[0]}:"
    return [
        {
            "key": entry.key,
            "label": getattr(entry, words)(scope),
            "url": entry.url(scope),
            "icon": entry.icon,
            "active": where in entry.views,
            "badge": badges.get(entry.key) or None,
        }
        for entry in shown
    ]


def nav(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """The desktop menu for a scope; ``view`` is the present view's name, ``badges`` counts by entry key."""
    open_to = (entry for entry in (*ENTRIES, *DUTY_ENTRIES) if "nav" in entry.on and entry.opens(scope))
    return _rows(open_to, "label", scope, view, badges)


def tabs(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """The phone's tabs: at most five, 我的 the last. Administrative accounts have a list on their home instead."""
    if scope.duty:
        return []
    open_to = [entry for entry in ENTRIES if "tabs" in entry.on and entry.opens(scope)]
    kept = [*open_to[:-1][: MOST_TABS - 1], open_to[-1]]
    return _rows(kept, "tab", scope, view, badges)


def beyond(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """What of the desktop's menu has no tab on a phone; 我的 lists it. 制度库 and its like stand there by themselves."""
    if scope.duty:
        return []
    kept = {row["key"] for row in tabs(scope, view, badges)} | _LISTED
    return [row for row in nav(scope, view, badges) if row["key"] not in kept]


def duty_links(scope: Scope) -> list[dict[str, str]]:
    """The home of an administrative account, as ``components/links.html`` takes it."""
    return [
        {"label": entry.label(scope), "url": entry.url(scope), "note": entry.note}
        for entry in DUTY_ENTRIES
        if entry.opens(scope)
    ]

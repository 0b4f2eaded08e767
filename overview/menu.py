"""The menu: the union of what a person's appointments open. There is no switching of roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from overview.duties import DUTY_ENTRIES
from overview.entries import ENTRIES, Entry
from teams.scope import Scope

#: Phones show at most this many tabs; 我的 is always the last of them.
MOST_TABS = 5
#: What 我的 lists with words of its own.
_ON_ME = {"library", "local", "trial"}


def _rows(
    entries: Iterable[Entry], words: str, scope: Scope, view: str, badges: dict[str, int]
) -> list[dict[str, Any]]:
    """The entries as a template takes them; ``words`` names the field that says them.

    A view that one of them names outright lights up that one alone, of two the later and narrower; any other view
    lights up whoever has its namespace.
    """
    shown = list(entries)
    where = f"{view.partition(':')[0]}:"
    outright = next((entry for entry in reversed(shown) if view in entry.views), None)
    return [
        {
            "key": entry.key,
            "label": getattr(entry, words)(scope),
            "url": entry.url(scope),
            "icon": entry.icon,
            "active": entry is outright if outright else where in entry.views,
            "badge": badges.get(entry.key) or None,
            "folds": entry.folds(scope),
        }
        for entry in shown
    ]


def _listed(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """Everything a desktop's menu has, before it is folded."""
    open_to = (entry for entry in (*ENTRIES, *DUTY_ENTRIES) if entry.nav and entry.opens(scope))
    return _rows(open_to, "label", scope, view, badges)


def nav(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """The desktop menu for a scope; ``view`` is the present view's name, ``badges`` counts by entry key.

    What a county's office needs less often stands in one fold, 更多, at the end.
    """
    rows = _listed(scope, view, badges)
    folded = [row for row in rows if row["folds"]]
    shown = [row for row in rows if not row["folds"]]
    if folded:
        active = any(row["active"] for row in folded)
        shown.append({"key": "more", "label": "更多", "active": active, "children": folded})
    return shown


def tabs(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """The phone's tabs: at most five, 我的 the last. Administrative accounts have a list on their home instead."""
    if scope.duty:
        return []
    open_to = [entry for entry in ENTRIES if entry.opens(scope) and entry.tabs(scope)]
    kept = [*open_to[:-1][: MOST_TABS - 1], open_to[-1]]
    return _rows(kept, "tab", scope, view, badges)


def beyond(scope: Scope, view: str, badges: dict[str, int]) -> list[dict[str, Any]]:
    """What of the desktop's menu has no tab on a phone; 我的 lists it. 制度库 and its like stand there by themselves."""
    if scope.duty:
        return []
    kept = {row["key"] for row in tabs(scope, view, badges)} | _ON_ME
    return [row for row in _listed(scope, view, badges) if row["key"] not in kept]


def duty_links(scope: Scope) -> list[dict[str, str]]:
    """The home of an administrative account, as ``components/links.html`` takes it."""
    return [
        {"label": entry.label(scope), "url": entry.url(scope), "note": entry.note}
        for entry in DUTY_ENTRIES
        if entry.opens(scope)
    ]

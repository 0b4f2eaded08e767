"""The audit trail: who, when, what, old and new, from where, with what outcome. Verbs write it, nobody edits it.

An event also knows the place it is about, as a path in the tree of places that the rooms after this one keep: who
oversees the trail of one place reads the events below it. Rooms say how a place is found (:func:`locates`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core import clock, subjects
from core.context import origin, remembered
from core.models import AuditEvent

Locate = Callable[[str], str]

_LOCATORS: dict[str, Locate] = {}
_home: list[Callable[[Any], str]] = []


def locates(*kinds: str) -> Callable[[Locate], Locate]:
    """Register how the place of a kind of object is found: id → path, ``""`` where it has none."""

    def keep(locate: Locate) -> Locate:
        _LOCATORS.update(dict.fromkeys(kinds, locate))
        return locate

    return keep


def homes(find: Callable[[Any], str]) -> Callable[[Any], str]:
    """Register how the place of an actor is found: it stands in where the object has none."""
    _home[:] = [find]
    return find


def record(
    *,
    action: str,
    actor: Any | None,
    subject_kind: str = "",
    subject_id: object = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    capacity: str = "",
    outcome: str = "done",
    place: str | None = None,
) -> AuditEvent:
    """Insert one event in the caller's transaction, so that a failing audit rolls the action back.

    ``actor`` is a user or None for the system itself. ``before`` and ``after`` hold JSON-safe values and never
    an identity number, a telephone number or a reason for leave. ``place`` saves looking the place up.
    """
    known = actor if actor is not None and actor.is_authenticated else None
    came = origin()
    return AuditEvent.objects.create(
        at=clock.now(),
        actor=known,
        actor_name=str(actor) if actor is not None else "系统",
        capacity=capacity,
        action=action,
        outcome=outcome,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        place=place or _subject_place(subject_kind, str(subject_id)) or _actor_place(known),
        before=dict(before or {}),
        after=dict(after or {}),
        source=came.source,
        address=came.address,
        request_id=came.request_id,
    )


def _subject_place(kind: str, subject_id: str) -> str:
    if not subject_id.isdecimal():
        return ""

    def look_up() -> str:
        locate = _LOCATORS.get(kind)
        return locate(subject_id) if locate is not None else subjects.place_of(kind, subject_id)

    return remembered(f"place:{kind}:{subject_id}", look_up)


def _actor_place(actor: Any | None) -> str:
    return _home[0](actor) if actor is not None and _home else ""

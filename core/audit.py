"""The audit trail: who, when, what, old and new, from where, with what outcome. Verbs write it, nobody edits it.

An event also knows the place it is about, as a path in the tree of places that the rooms after this one keep: who
oversees the trail of one place reads the events below it. Rooms say how a place is found (:func:`locates`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from core import clock, subjects
from core.context import origin, remembered
from core.models import AuditEvent

Locate = Callable[[str], str]

_LOCATORS: dict[str, Locate] = {}
_home: list[Callable[[Any], str]] = []
#: The events of the present verb, which go into the table together at its end; None outside verbs.
_waiting: ContextVar[list[AuditEvent] | None] = ContextVar("zhubang_events", default=None)


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


@contextmanager
def together() -> Iterator[None]:
    """Inside, events wait and are inserted in one statement at the end, in the order in which they came.

    Inside another such block they wait for the end of that one; what was recorded in a block that failed is dropped,
    like everything else it did.
    """
    waiting = _waiting.get()
    if waiting is not None:
        before = len(waiting)
        try:
            yield
        except BaseException:
            del waiting[before:]
            raise
        return
    fresh: list[AuditEvent] = []
    token = _waiting.set(fresh)
    try:
        yield
        AuditEvent.objects.bulk_create(fresh)
    finally:
        _waiting.reset(token)


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

    Within a verb it is inserted with the verb's other events, at its end (:func:`together`), and has no number before.

    ``actor`` is a user or None for the system itself. ``before`` and ``after`` hold JSON-safe values and never
    an identity number, a telephone number or a reason for leave. ``place`` saves looking the place up.
    """
    known = actor if actor is not None and actor.is_authenticated else None
    came = origin()
    event = AuditEvent(
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
    waiting = _waiting.get()
    if waiting is None:
        event.save(force_insert=True)
    else:
        waiting.append(event)
    return event


def _subject_place(kind: str, subject_id: str) -> str:
    if not subject_id.isdecimal():
        return ""

    def look_up() -> str:
        locate = _LOCATORS.get(kind)
        return locate(subject_id) if locate is not None else subjects.place_of(kind, subject_id)

    return remembered(f"place:{kind}:{subject_id}", look_up)


def _actor_place(actor: Any | None) -> str:
    return _home[0](actor) if actor is not None and _home else ""

"""The audit trail: who, when, what, old and new, from where, with what outcome. Verbs write it, nobody edits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import clock
from core.context import origin
from core.models import AuditEvent


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
) -> AuditEvent:
    """Insert one event in the caller's transaction, so that a failing audit rolls the action back.

    ``actor`` is a user or None for the system itself. ``before`` and ``after`` hold JSON-safe values and never
    an identity number, a telephone number or a reason for leave.
    """
    place = origin()
    return AuditEvent.objects.create(
        at=clock.now(),
        actor=actor if actor is not None and actor.is_authenticated else None,
        actor_name=str(actor) if actor is not None else "系统",
        capacity=capacity,
        action=action,
        outcome=outcome,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        before=dict(before or {}),
        after=dict(after or {}),
        source=place.source,
        address=place.address,
        request_id=place.request_id,
    )

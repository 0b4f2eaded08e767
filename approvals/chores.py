"""What waits for somebody in 待办 beside signatures: a step of a chain that is his to do. Rooms register theirs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from teams.models import User


@dataclass(frozen=True, kw_only=True)
class Chore:
    """One line of 待办 that is no sign-off: what waits, as what, until when; ``note`` where no clause gives a number.

    ``about``: (kind, id) of the subjects whose clocks it stands for.
    """

    summary: dict[str, Any]
    label: str
    due: datetime | None
    note: str = ""
    about: tuple[tuple[str, int], ...] = ()


#: user → his chores, in a fixed number of queries; each room's own.
Source = Callable[[User], list[Chore]]

_SOURCES: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """Called once by each room's AppConfig.ready."""
    _SOURCES[kind] = source


def chores_of(user: User) -> list[Chore]:
    """Everything of this kind that is the user's to do now, what runs out first ahead; nothing without a person."""
    if user.person_id is None:
        return []
    found = [chore for source in _SOURCES.values() for chore in source(user)]
    return sorted(found, key=urgency)


def urgency(item: Any) -> tuple[bool, float]:
    """A key that puts what runs out first ahead and what has no clock last; of signatures and chores alike."""
    return item.due is None, item.due.timestamp() if item.due is not None else 0.0

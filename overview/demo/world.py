"""What the making of the demonstration hands from one part to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from teams.models import Appointment, Region, User

#: The first thing of a day happens then; each further one some minutes later.
FIRST_HOUR, MINUTES_APART = 8, 6


@dataclass
class World:
    """What has been made so far, by the keys of the data files."""

    today: date
    regions: dict[str, Region] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    appointments: dict[str, Appointment] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)

    def user(self, key: str) -> User:
        """Loaded anew for each act, as a request would: no remembered scope."""
        return User.objects.select_related("person").get(pk=self.users[key].pk)


@dataclass(frozen=True, order=True)
class Act:
    """Something that happens on a day of the story; ``rank`` keeps one request's acts in order."""

    on: int
    rank: int
    do: Callable[[], None] = field(compare=False)

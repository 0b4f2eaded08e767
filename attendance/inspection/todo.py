"""What waits under 待办 of a unit's head: a 约谈 that he has to confirm he knows of."""

from __future__ import annotations

from approvals import chores
from approvals.chores import Chore
from attendance.inspection.papers import TALK
from attendance.inspection.talks import waiting_for
from teams.models import User
from teams.scope import scope_of

#: No document says within how many days.
UNCLOCKED = "看过登记就可以确认"


def chores_of(user: User) -> list[Chore]:
    """The lines of 待办; nothing, and nothing asked, for who works in no unit."""
    if not scope_of(user).unit_ids:
        return []
    return [
        Chore(
            summary={
                "person": str(row.office),
                "post": "",
                "what": f"{row.held_on:%Y-%m-%d} 约谈",
                "url": row.get_absolute_url(),
            },
            label="知悉",
            due=None,
            note=UNCLOCKED,
            about=((TALK, row.pk),),
        )
        for row in waiting_for(user).select_related("office__region")
    ]


chores.register(TALK, chores_of)

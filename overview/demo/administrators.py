"""三员 of the demo: the first as the shell makes it, those of the counties as the first makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from overview.demo.world import World
from teams import account_admin, people

#: Who keeps the first administrative account, for the whole installation.
OWNER, OWNER_KEY = "安守正", "zhubang-system"


def make(world: World, data: Mapping[str, Mapping[str, Any]], *, phone: Callable[[int], str]) -> None:
    """The accounts of ``administrators`` in each county's data, and before them the one that creates them."""
    owner, _ = account_admin.create_owner(acting_user=None, name=OWNER, username=OWNER_KEY)
    world.users[OWNER_KEY] = owner
    for name, each in data.items():
        county = world.regions[name]
        for row in each.get("administrators", ()):
            holder = people.add_person(
                name=row["name"], phone=phone(len(world.users)), registered_in=county, acting_user=owner
            )
            world.users[row["key"]], _ = account_admin.open_duty(
                acting_user=owner,
                person_id=holder.pk,
                duty=row["duty"],
                region_id=county.pk,
                username=row["key"],
            )

"""The demonstration's 轮值表: the coming weekend of one team, arranged by its captain two days ago."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from core import clock
from leave.rotas.services import Plan, save_rota
from overview.demo.world import FIRST_HOUR, World

#: Who stays on Saturday, who on Sunday; none of them is away near the demonstration's day.
STAYS = (("puning-captain", "puning-member-2"), ("puning-member", "puning-first-secretary"))
BEFORE = timedelta(days=2)


def load(world: World) -> None:
    saturday = world.today + timedelta(days=(5 - world.today.weekday()) % 7)
    days = (saturday, saturday + timedelta(days=1))
    with clock.standing_on(clock.at(world.today - BEFORE, FIRST_HOUR + 2)):
        save_rota(
            acting_user=world.user("puning-captain"),
            team_id=world.bodies["hongyang-team"].pk,
            plan=Plan(
                name="周末值守",
                first=days[0],
                last=days[1],
                duty=frozenset(
                    (world.users[who].person_id, day)
                    for day, people in zip(days, STAYS, strict=True)
                    for who in people
                ),
            ),
            form_key=uuid4().hex,
        )

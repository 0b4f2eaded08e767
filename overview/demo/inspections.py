"""查岗 in the demonstration: one of the city two weeks ago, the county's of today, one that waits for its figure; and
what the stationing office of another county looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from attendance.inspection import planning, results
from attendance.inspection.models import SpotCheck, SpotTarget
from core import clock
from core.web import form_key
from overview.demo.world import World

CITY, COUNTY, STATIONING = "zhumadian-city", "zhumadian-revitalization", "yongxing-stationing"


def load(world: World) -> None:
    """Plan, draw, look and close, each on its own day."""
    found = _closed(
        world, CITY, "zmd-rural", -12, clause="zhumadian-18-absence-statement", time="am", method="on_site",
        absent={"zhumadian-member-5": "村部和住处都没有人，电话没有接", "zhumadian-member-2": "村干部说去了水利局"},
    )  # fmt: skip
    _judge(world, found, CITY, "zhumadian-member-5", -11, "unexcused", "没有请假和公出记录，本人说回家收玉米")
    _judge(world, found, CITY, "zhumadian-member-2", -11, "with_cause", "县水利局来函证实当天参加防汛会商")
    drawn = _plan(world, COUNTY, "sc-rural", -1, 0, clause="zhumadian-18-inspection", time="pm", method="on_site",
                  how_many=2, by_town=True)  # fmt: skip
    with clock.standing_on(clock.at(world.today + timedelta(days=-1), 16)):
        planning.draw(acting_user=world.user(COUNTY), check_id=drawn.pk)
    _plan(world, CITY, "zmd-rural", -1, 6, clause="zhumadian-18-absence-statement", time="am", method="online",
          how_many=3, seed_from="published", seed_basis="查岗前一天上证指数收盘点位")  # fmt: skip
    _closed(
        world,
        STATIONING,
        "yx-station",
        -8,
        clause="yongxing-3-4-inspect",
        time="pm",
        method="on_site",
        absent={},
    )


def _plan(world: World, who: str, office: str, on: int, day: int, **said: Any) -> SpotCheck:
    with clock.standing_on(clock.at(world.today + timedelta(days=on), 15)):
        return planning.plan(
            acting_user=world.user(who),
            office_id=world.bodies[office].pk,
            wish=planning.Wish(
                day=world.today + timedelta(days=day), checker_ids=(world.users[who].person_id,), **said
            ),
            form_key=form_key(),
        )


def _closed(
    world: World, who: str, office: str, day: int, *, absent: dict[str, str], **said: Any
) -> SpotCheck:
    check = _plan(world, who, office, day - 1, day, **said)
    hour = 10 if said["time"] == "am" else 15
    with clock.standing_on(clock.at(world.today + timedelta(days=day), hour)):
        for key, note in absent.items():
            target = SpotTarget.objects.get(check_of=check, posting=world.appointments[key])
            results.find(acting_user=world.user(who), target_id=target.pk, outcome="absent", note=note)
        results.find_rest(acting_user=world.user(who), check_id=check.pk)
    with clock.standing_on(clock.at(world.today + timedelta(days=day), hour + 2)):
        return results.close(acting_user=world.user(who), check_id=check.pk)


def _judge(world: World, check: SpotCheck, who: str, person: str, on: int, verdict: str, why: str) -> None:
    target = SpotTarget.objects.get(check_of=check, posting=world.appointments[person])
    with clock.standing_on(clock.at(world.today + timedelta(days=on), 9, 30)):
        results.judge(acting_user=world.user(who), target_id=target.pk, verdict=verdict, why=why)

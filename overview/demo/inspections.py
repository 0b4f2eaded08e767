"""查岗 in the demonstration: one of the city two weeks ago, the county's of today, one that waits for its figure; and
what the stationing office of another county looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from approvals import services as sign_offs
from approvals.models import SignOff
from attendance.absence import cases as absences
from attendance.absence.models import AbsenceCase
from attendance.inspection import bulletins, planning, results, talks
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BULLETIN, InspectionBulletin
from core import clock
from core.calendar import statutory_calendar
from core.web import form_key
from overview.demo.world import World

CITY, COUNTY, STATIONING = "zhumadian-city", "zhumadian-revitalization", "yongxing-stationing"


def load(world: World) -> None:
    """Plan, draw, look and close, each on its own day."""
    day = _workday(world, -12)
    found = _closed(
        world, CITY, "zmd-rural", day, clause="zhumadian-18-absence-statement", time="am", method="on_site",
        absent={"zhumadian-member-4": "村部和住处都没有人，电话没有接", "zhumadian-member-2": "村干部说去了水利局"},
    )  # fmt: skip
    _judge(world, "zhumadian-member-4", CITY, day, -9, "没有请假和公出记录，本人说回家收玉米", unexcused=True)
    _judge(world, "zhumadian-member-2", CITY, day, -9, "县水利局来函证实当天参加防汛会商", unexcused=False)
    _publish(world, CITY, "zmd-rural", found, -8, "驻乡振督")
    with clock.standing_on(clock.at(world.today + timedelta(days=-7), 10)):
        talks.record(
            acting_user=world.user(CITY),
            office_id=world.bodies["zmd-rural"].pk,
            form_key=form_key(),
            talk=talks.Talk(
                unit_id=world.bodies["zmd-transport"].pk,
                clause="zhumadian-18-unit-talk",
                held_on=world.today + timedelta(days=-8),
                talker="石嘉禾（局长）",
                with_whom="贾青稞（局长）",
                why="派出的队员查岗时无故不在岗，单位没有掌握去向",
                outcome="单位已批评教育本人；以后每周和驻点乡镇核对一次在岗情况。",
                case_ids=tuple(
                    AbsenceCase.objects.filter(
                        state=AbsenceCase.State.UNEXCUSED,
                        origin_kind="spot_check",
                        origin_id=found.pk,
                        unit=world.bodies["zmd-transport"].pk,
                    ).values_list("pk", flat=True)
                ),
            ),
        )
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


def _workday(world: World, back: int) -> int:
    """So many days from today, or the working day before it."""
    while not statutory_calendar().is_workday(world.today + timedelta(days=back)):
        back -= 1
    return back


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


def _judge(world: World, person: str, who: str, day: int, on: int, why: str, *, unexcused: bool) -> None:
    case = AbsenceCase.objects.get(
        person=world.users[person].person_id, day=world.today + timedelta(days=day)
    )
    # On some days of the year another part of the story has settled the same day.
    if case.state != AbsenceCase.State.PENDING:
        return
    with clock.standing_on(clock.at(world.today + timedelta(days=on), 9, 30)):
        if unexcused:
            absences.find_unexcused(acting_user=world.user(who), case_id=case.pk, reason=why)
        else:
            absences.explain(
                acting_user=world.user(who), case_id=case.pk, how="correction", note=why, mark="duty"
            )


def _publish(
    world: World, who: str, office: str, check: SpotCheck, on: int, prefix: str
) -> InspectionBulletin:
    """Drafted, put into words, signed by the head the same afternoon."""
    with clock.standing_on(clock.at(world.today + timedelta(days=on), 14)):
        made = bulletins.draft(
            acting_user=world.user(who),
            office_id=world.bodies[office].pk,
            check_ids=[check.pk],
            form_key=form_key(),
        )
        bulletins.edit(
            acting_user=world.user(who),
            bulletin_id=made.pk,
            revision=made.revision,
            wording=bulletins.Wording(
                title=made.title,
                prefix=prefix,
                method=made.method,
                overall=made.overall,
                demands=made.demands,
                deadline=world.today + timedelta(days=on + 5),
                problems={item.pk: item.problem for item in made.items.all()},
            ),
        )
        bulletins.send(acting_user=world.user(who), bulletin_id=made.pk)
    sign_off = SignOff.objects.get(subject_kind=BULLETIN, subject_id=made.pk, state=SignOff.State.OPEN)
    with clock.standing_on(clock.at(world.today + timedelta(days=on), 16)):
        sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=world.user(who),
            decision="agree",
            page_hash=sign_off.content_hash,
            request_key=form_key(),
        )
    return made

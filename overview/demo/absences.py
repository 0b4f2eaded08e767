"""缺勤处置 in the demonstration: what the sweep listed, and cases on their way through the chains of three documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from attendance.absence import cases, statements, steps, sweep
from attendance.absence.models import AbsenceCase, How
from core import clock
from core.calendar import statutory_calendar
from core.months import month_number
from overview.demo.world import World
from teams.models import Appointment, Away

#: Who was not there, how it was seen, who found it, and what has been done since: (working days ago, by whom, step, words).
STORIES: tuple[dict[str, Any], ...] = (
    {
        "who": "yongxing-member-3", "ago": 9, "note": "县驻村办暗访，上午到村不在，电话关机", "how": How.SPOT_CHECK,
        "found": (8, "yongxing-secretary-2", "向村支书核实，当天没有到村，也没有请假"),
        "then": [(8, "yongxing-secretary-2", "report", "高亭司镇党委书面报告：该同志当天未到村，已谈话提醒。")],
    },
    {
        "who": "yongxing-member-2", "ago": 3, "note": "镇里走访发现不在，村干部说一早就走了", "how": How.REPORTED,
        "found": (2, "yongxing-deputy", "本人承认回县城办私事，没有请假"),
        "then": [(2, "yongxing-deputy", "report", "马田镇党委书面报告：该同志擅自离岗一天，建议批评教育。")],
    },
    {
        "who": "zhumadian-member-5", "ago": 8, "note": "市乡村振兴局视频查岗，十点未接通，村里反映不在", "how": How.SPOT_CHECK,
        "found": (7, "zhumadian-city", "两次视频查岗未应答，镇党委核实不在村"),
        "then": [(6, "zhumadian-city", "bulletin", "驻乡振通报〔2026〕11号，已发各县区。")],
        "statement": (3, {
            "whereabouts": "上蔡县城家中", "reason": "家中老人突发头晕，送县医院检查，走得急没有请假。",
            "papers": "没有办理", "evidence": "县医院门诊收费单", "remedy": "今后有急事先打电话向队长和镇里请假，回来补手续。",
        }),
    },
    {
        "who": "zhumadian-member", "ago": 5, "note": "市乡村振兴局实地查岗，下午不在村部", "how": How.SPOT_CHECK, "halves": "pm",
        "found": (4, "zhumadian-city", "实地查岗不在，台账没有请假和外出记录"),
        "then": [(3, "zhumadian-city", "bulletin", "驻乡振通报〔2026〕12号，已发各县区。")],
    },
    {
        "who": "ganzhou-member", "ago": 6, "note": "党群工作部抽查，当天不在村", "how": How.SPOT_CHECK,
        "found": (5, "ganzhou-officer", "本人说去市里会友，没有请假"),
        "then": [(4, "ganzhou-rural-work", "feedback", "已向派出单位经发局反馈，请单位谈话提醒。")],
    },
    {
        "who": "puning-member-5", "ago": 4, "note": "群众反映几天没有见到，镇里到村核实不在", "how": How.REPORTED,
        "found": (3, "puning-officer-2", "到村核实不在，本人没有请假"),
        "then": [],
    },
)  # fmt: skip
HOUR = 11


def load(world: World) -> None:
    """Let the cases take their course, and run the sweep as it ran on the last working days."""
    calendar = statutory_calendar()

    def ago(number: int) -> date:
        return calendar.previous_workday(world.today, number)

    for number, story in enumerate(STORIES):
        _story(world, story, ago, number)
    with clock.standing_on(clock.at(ago(1), 10, 10)):
        sweep.list_missing(acting_user=None)
        sweep.strike_explained(acting_user=None)
    with clock.standing_on(clock.at(ago(1), 10, 20)):
        sweep.find_holders(acting_user=None)


def _story(world: World, story: dict[str, Any], ago: Any, number: int) -> None:
    posting = world.appointments[story["who"]]
    day = ago(story["ago"])
    if Away.objects.filter(person=posting.person_id, month=month_number(day), day=day.day).exists():
        return
    found, by, reason = story["found"]
    with clock.standing_on(clock.at(day, HOUR, number)):
        case = _listed(world, story, day)
    with clock.standing_on(clock.at(ago(found), HOUR, number)):
        cases.find_unexcused(acting_user=world.user(by), case_id=case.pk, reason=reason)
    for when, doer, code, text in story["then"]:
        with clock.standing_on(clock.at(ago(when), HOUR + 3, number)):
            steps.do_step(acting_user=world.user(doer), case_id=case.pk, code=code, text=text)
    if "statement" in story:
        when, said = story["statement"]
        with clock.standing_on(clock.at(ago(when), HOUR + 4, number)):
            statements.write_statement(
                acting_user=world.user(story["who"]), case_id=case.pk, said=statements.Said(**said)
            )


def _listed(world: World, story: dict[str, Any], day: date) -> AbsenceCase:
    posting = Appointment.objects.select_related("body__region", "unit").get(
        pk=world.appointments[story["who"]].pk
    )
    return cases.open_case(
        posting=posting,
        day=day,
        how=story["how"],
        halves=story.get("halves", "day"),
        note=story["note"],
        acting_user=world.user(story["found"][1]),
    )

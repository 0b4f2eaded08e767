"""A request that waits too long: its decider is reminded, then others are told; each once, by working days, as set."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict
from core.models import Notice
from leave import tasks
from leave.models import LeaveRequest
from rules.settings import set_setting
from teams.delegations import delegate
from teams.words import Post
from tests.cast import World
from tests.drive import MONDAY, Drive, now

pytestmark = pytest.mark.usefixtures("clock")

LATER = MONDAY + timedelta(days=28)


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("recipient__username", "title"))


def morning(clock, day: date) -> list[tuple[str, str]]:
    """What the job says on that morning, run three times."""
    Notice.objects.all().delete()
    clock.set(day, hour=8, minute=30)
    for _ in range(3):
        tasks.remind_deciders()
    said = told()
    assert len(said) == len(set(said))
    return said


def put(world: World, region: str, **values: int) -> None:
    for key, value in values.items():
        set_setting(
            region=world.regions[region],
            key=f"leave.{key}_after_days",
            value=value,
            basis="县驻村办〔2026〕5号",
            acting_user=None,
        )


@pytest.fixture
def asked(drive: Drive) -> LeaveRequest:
    """Four days, asked on Monday: the town's secretary decides."""
    return drive.ask("liusha_member", 4, start=LATER)


def test_the_decider_after_one_working_day_the_next_and_the_applicant_after_two(
    asked: LeaveRequest, clock
) -> None:
    assert morning(clock, MONDAY) == []
    assert morning(clock, MONDAY + timedelta(days=1)) == [
        ("liusha_secretary", "还在等您办理：洪队员 事假 4 天，已等 1 个工作日")
    ]
    Notice.objects.all().delete()
    clock.set(MONDAY + timedelta(days=2), hour=8, minute=30)
    tasks.remind_deciders()
    assert told() == [
        ("liusha_member", "您的事假 4 天已等 2 个工作日，还没有批"),
        ("liusha_secretary", "还在等您办理：洪队员 事假 4 天，已等 2 个工作日"),
        ("pn_agri_chief", "洪队员 事假 4 天已等 2 个工作日，还没有批"),
    ]
    body = Notice.objects.get(recipient__username="liusha_member").body
    assert body == "现在由洪书记（党（工）委书记）办理。"


def test_everybody_hears_of_it_once(asked: LeaveRequest, clock) -> None:
    Notice.objects.all().delete()
    for day in range(12):
        clock.set(MONDAY + timedelta(days=day), hour=8, minute=30)
        tasks.remind_deciders()
        tasks.remind_deciders()
    assert [who for who, _ in told()] == ["liusha_member", "liusha_secretary", "pn_agri_chief"]


def test_after_an_outage_only_the_latest_is_said(asked: LeaveRequest, clock) -> None:
    said = morning(clock, MONDAY + timedelta(days=9))
    assert [who for who, _ in said] == ["liusha_member", "liusha_secretary", "pn_agri_chief"]
    assert all("已等 7 个工作日" in title for _, title in said)


def test_rest_days_do_not_count(drive: Drive, clock) -> None:
    """Asked on Friday: Monday is the first working day, Tuesday the second; on the weekend nothing is said."""
    friday = MONDAY + timedelta(days=4)
    clock.set(friday)
    drive.ask("liusha_member", 4, start=LATER)
    assert morning(clock, friday + timedelta(days=1)) == []
    assert morning(clock, friday + timedelta(days=2)) == []
    assert [who for who, _ in morning(clock, friday + timedelta(days=3))] == ["liusha_secretary"]


def test_the_statutory_calendar_decides_what_a_working_day_is(drive: Drive, clock) -> None:
    """Asked on the eve of 国庆 2026 (1 to 7 October, the 10th a working Saturday): nothing until the 8th."""
    clock.set(date(2026, 9, 30))
    drive.ask("liusha_member", 4, start=date(2026, 11, 2))
    said = {day: [who for who, _ in morning(clock, date(2026, 10, day))] for day in (1, 5, 7, 8)}
    assert said == {1: [], 5: [], 7: [], 8: ["liusha_secretary"]}


def test_one_asked_on_a_rest_day_waits_from_the_next_working_day(drive: Drive, clock) -> None:
    clock.set(MONDAY - timedelta(days=1))
    drive.ask("liusha_member", 4, start=LATER)
    assert [who for who, _ in morning(clock, MONDAY)] == ["liusha_secretary"]


def test_what_is_decided_or_taken_back_is_left_alone(asked: LeaveRequest, drive: Drive, clock) -> None:
    other = drive.ask("lihu_member", 4, start=LATER)
    drive.withdraw("lihu_member", other)
    drive.sign("liusha_secretary", asked)
    assert now(asked).state == "approved"
    assert morning(clock, MONDAY + timedelta(days=3)) == []


def test_each_region_has_its_own_days_and_its_towns_inherit_them(drive: Drive, clock) -> None:
    """普宁 reminds after two days and tells nobody else; its town 里湖 reminds nobody; 新丰 leaves it as it is."""
    put(drive.world, "puning", remind=2, escalate=0)
    put(drive.world, "lihu", remind=0)
    for who in ("liusha_member", "lihu_member", "xf_member"):
        drive.ask(who, 4, start=LATER)
    first = [who for who, _ in morning(clock, MONDAY + timedelta(days=1))]
    second = [who for who, _ in morning(clock, MONDAY + timedelta(days=2))]
    assert first == ["xf_rural_chief"]
    assert [who for who in second if not who.startswith("xf")] == ["liusha_secretary"]
    assert "xf_member" in second


def test_who_acts_for_the_decider_is_told_and_decides_nothing_by_it(
    asked: LeaveRequest, drive, clock
) -> None:
    world = drive.world
    world.person("liusha_deputy", "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
    world.appoint(
        "liusha_deputy",
        Post.PARTY_SECRETARY,
        "liusha_party",
        acting_for=world.appointments["liusha_secretary"],
        basis="镇党委会议纪要〔2026〕3号",
    )
    said = morning(clock, MONDAY + timedelta(days=2))
    assert ("liusha_deputy", "洪队员 事假 4 天已等 2 个工作日，还没有批") in said
    with pytest.raises(Conflict) as told_only:
        drive.sign("liusha_deputy", asked)
    assert told_only.value.code == "not_your_step"


def test_whom_the_decider_named_is_reminded_with_him(asked: LeaveRequest, drive: Drive, clock) -> None:
    delegate(
        of_id=drive.world.appointments["liusha_secretary"].pk,
        to_id=drive.world.appointments["liusha_officer"].pk,
        valid_from=MONDAY,
        valid_to=LATER,
        why="外出学习",
        acting_user=drive.world.user("liusha_secretary"),
    )
    assert [who for who, _ in morning(clock, MONDAY + timedelta(days=1))] == [
        "liusha_officer",
        "liusha_secretary",
    ]


def test_the_next_step_has_its_own_days(drive: Drive, clock) -> None:
    """新丰: the office names the captain on Tuesday; on Wednesday he is reminded, for his own day, not for the office's."""
    request = drive.ask("xf_member", 2, start=LATER)
    clock.set(MONDAY + timedelta(days=1))
    drive.assign("xf_rural_chief", request, "team:captain")
    said = morning(clock, MONDAY + timedelta(days=2))
    assert said == [("xf_captain", "还在等您办理：新队员 事假 2 天，已等 1 个工作日")]


def test_of_a_joint_decision_those_who_have_not_signed(drive: Drive, clock) -> None:
    request = drive.ask("sc_member", 8, start=LATER)
    drive.sign("sc_org_chief", request)
    said = [who for who, _ in morning(clock, MONDAY + timedelta(days=1))]
    assert said == ["sc_rural_chief", "sc_unit_chief"]


def test_disabled_accounts_hear_nothing(asked: LeaveRequest, drive: Drive, clock) -> None:
    for who in ("liusha_secretary", "liusha_member"):
        drive.world.users[who].is_active = False
        drive.world.users[who].save()
    assert [who for who, _ in morning(clock, MONDAY + timedelta(days=2))] == ["pn_agri_chief"]


def test_many_cost_as_few_questions_as_one(drive: Drive, clock) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            tasks.remind_deciders()
        return len(asked)

    drive.ask("liusha_member", 4, start=LATER)
    clock.set(MONDAY + timedelta(days=2))
    one = questions()
    clock.set(MONDAY)
    for who in ("liusha_mate", "lihu_member", "xf_member", "sc_member", "liusha_captain"):
        drive.ask(who, 4, start=LATER)
    clock.set(MONDAY + timedelta(days=2))
    assert questions() <= one

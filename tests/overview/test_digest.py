"""One digest a day and person, by day, of what is new and what waits; and a number for a group."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from core.models import Notice, OutboxMessage
from core.outbox import queue, robots
from overview.tasks import plan_digests
from tests.drive import MONDAY, NEXT_MONDAY, Clock, Drive
from tests.leave.test_query_counts import Counted
from tests.outgoing import add_robot, choose_mail

pytestmark = pytest.mark.usefixtures("clock")

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def captain(drive: Drive) -> Drive:
    """On Monday the captain chooses eight o'clock, and a member asks for a day off."""
    choose_mail(drive.world, "liusha_captain", hour=8)
    drive.ask("liusha_member", 1, reason="肝病复查", destination="广州市中山一院")
    return drive


def run(clock: Clock, day=TUESDAY, hour: int = 8, minute: int = 0) -> list[str]:
    """The job and the sending at that moment; the subjects of the letters that went out."""
    clock.set(day, hour, minute)
    before = len(mail.outbox)
    plan_digests()
    queue.drain()
    return [letter.subject for letter in mail.outbox[before:]]


def test_what_waits_by_title_and_link_without_the_reason(captain: Drive, clock: Clock) -> None:
    assert run(clock) == ["驻帮 11月24日：待办 1 件"]
    (letter,) = mail.outbox
    assert "· 洪队员 事假 1 天（11月" in letter.body
    assert "http://localhost:8000/leave/" in letter.body
    for secret in ("肝病", "广州", "中山", "138", "13800138000"):
        assert secret not in letter.body
    assert letter.extra_headers["List-Unsubscribe"] == "<http://localhost:8000/account/messages/>"


def test_ten_runs_and_two_beats_are_one_letter(captain: Drive, clock: Clock) -> None:
    clock.set(TUESDAY, 8)
    for _ in range(10):
        plan_digests()
    for minute in range(0, 600, 10):
        run(clock, TUESDAY, 8 + minute // 60, minute % 60)
    assert len(mail.outbox) == 1


def test_not_before_its_hour_and_not_on_the_day_of_choosing(captain: Drive, clock: Clock) -> None:
    assert run(clock, MONDAY, 10) == []
    assert run(clock, TUESDAY, 7, 50) == []
    assert len(run(clock, TUESDAY, 8)) == 1


def test_none_at_night_however_late_it_has_become(captain: Drive, clock: Clock) -> None:
    """The worker stood still from eight in the morning; back at night, it waits for the morning."""
    clock.set(TUESDAY, 8)
    plan_digests()
    assert run(clock, TUESDAY, 22) == []
    assert run(clock, TUESDAY + timedelta(days=1), 6, 50) == []
    assert OutboxMessage.objects.get(kind="digest").state == "pending"
    assert run(clock, TUESDAY + timedelta(days=1), 7) == ["驻帮 11月24日：待办 1 件"]


def test_everything_was_off_at_the_hour_and_for_three_days(captain: Drive, clock: Clock) -> None:
    """One letter on return, and the days missed are not made up for."""
    assert len(run(clock, TUESDAY + timedelta(days=3), 15, 20)) == 1
    assert run(clock, TUESDAY + timedelta(days=3), 15, 30) == []


def test_a_digest_still_unsent_gives_way_to_the_next_days(captain: Drive, clock: Clock, monkeypatch) -> None:
    """The mail server is down for a day: the next morning one letter goes out, not two."""
    clock.set(TUESDAY, 8)
    plan_digests()
    assert run(clock, TUESDAY + timedelta(days=1), 8) == ["驻帮 11月25日：待办 1 件"]
    assert OutboxMessage.objects.get(reference=str(TUESDAY)).last_error == "已由后一天的汇总代替"


def test_nothing_new_and_nothing_waiting_is_no_letter(captain: Drive, clock: Clock) -> None:
    Notice.objects.all().delete()
    choose_mail(captain.world, "lihu_captain")
    assert len(run(clock)) == 1
    assert mail.outbox[-1].to == ["liusha_captain@example.cn"]


def test_what_was_in_one_digest_is_not_new_in_the_next(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_member")
    drive.sign("liusha_captain", drive.ask("liusha_member", 1))
    assert run(clock) == ["驻帮 11月24日：新消息 1 条"]
    assert "· 您的事假 1 天已批准" in mail.outbox[-1].body
    assert run(clock, TUESDAY + timedelta(days=1)) == []


def test_what_is_read_in_the_system_is_not_mailed(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_member")
    drive.sign("liusha_captain", drive.ask("liusha_member", 1))
    Notice.objects.update(read_at=clock())
    assert run(clock) == []


def test_a_neighbour_hears_nothing_of_it(captain: Drive, clock: Clock) -> None:
    choose_mail(captain.world, "lihu_captain")
    captain.ask("lihu_member", 2)
    run(clock)
    bodies = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "里队员" in bodies["lihu_captain@example.cn"]
    assert "洪队员" not in bodies["lihu_captain@example.cn"]


def test_whose_appointment_ended_meanwhile_hears_nothing(captain: Drive, clock: Clock) -> None:
    """The letter is made when it is sent, from what the reader may see then."""
    from teams import people

    Notice.objects.all().delete()
    people.end_appointment(
        appointment_id=captain.world.appointments["liusha_captain"].pk, last_day=MONDAY, acting_user=None
    )
    assert run(clock) == []


def test_who_is_away_today_for_whoever_answers_for_them(drive: Drive, clock: Clock) -> None:
    for who in ("liusha_captain", "liusha_mate", "lihu_captain", "pn_agri_chief"):
        choose_mail(drive.world, who)
    drive.sign("liusha_captain", drive.ask("liusha_member", 1, start=TUESDAY))
    Notice.objects.all().delete()
    assert run(clock) == ["驻帮 11月24日：不在岗 1 人"] * 2
    bodies = {letter.to[0].partition("@")[0]: letter.body for letter in mail.outbox}
    assert set(bodies) == {"liusha_captain", "pn_agri_chief"}
    assert "今天不在岗 1 人（共 4 人）：洪队员" in bodies["liusha_captain"]
    assert "现在不在岗 1 人" in bodies["pn_agri_chief"]
    assert "洪队员" not in bodies["pn_agri_chief"]
    assert run(clock, TUESDAY + timedelta(days=1)) == []


def test_what_is_due_soon_and_what_is_overdue_of_ones_own(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_member")
    drive.sign("liusha_captain", drive.ask("liusha_member", 1, start=TUESDAY + timedelta(days=1)))
    Notice.objects.all().delete()
    assert run(clock, TUESDAY) == ["驻帮 11月24日：快到期 1 件"]
    assert "· 洪队员 事假 1 天：办销假（11月25日 23:59 前）" in mail.outbox[-1].body
    assert run(clock, TUESDAY + timedelta(days=2)) == ["驻帮 11月26日：您自己的 1 件"]
    assert "· 事假 1 天：假期已过，办销假" in mail.outbox[-1].body


def test_a_draft_and_leave_that_runs_ask_for_no_letter(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_member")
    drive.sign("liusha_captain", drive.ask("liusha_member", 3, start=TUESDAY))
    drive.save("liusha_member", 2, start=NEXT_MONDAY)
    Notice.objects.all().delete()
    assert run(clock, TUESDAY) == []


def test_a_long_list_is_cut_and_counted(drive: Drive, clock: Clock) -> None:
    choose_mail(drive.world, "liusha_captain")
    for week in range(12):
        drive.ask("liusha_member", 1, start=NEXT_MONDAY + timedelta(days=7 * week))
    assert run(clock) == ["驻帮 11月24日：待办 12 件"]
    assert mail.outbox[-1].body.count("· ") == 10
    assert "还有 2 件，在这里看：" in mail.outbox[-1].body


def test_planning_costs_the_same_for_two_people_and_for_many(drive: Drive, clock: Clock) -> None:
    def asked() -> int:
        with Counted() as counted:
            plan_digests()
        return len(counted.asked)

    everybody = [name for name, user in drive.world.users.items() if user.person is not None]
    for name in everybody[:2]:
        choose_mail(drive.world, name)
    clock.set(TUESDAY, 8)
    few = asked()
    OutboxMessage.objects.all().delete()
    for name in everybody[2:]:
        choose_mail(drive.world, name)
    clock.set(TUESDAY + timedelta(days=1), 8)
    assert asked() == few
    assert OutboxMessage.objects.filter(kind="digest").count() == len(everybody)


def test_a_group_hears_a_number_and_no_name(drive: Drive, clock: Clock, monkeypatch) -> None:
    said = []
    monkeypatch.setattr(robots, "send", lambda *args: said.append(args))
    robot = add_robot(drive.world, "pn_agri_chief", "liusha_party", provider="feishu")
    add_robot(drive.world, "pn_agri_chief", "lihu_party")
    drive.ask("liusha_member", 4, reason="肝病复查")
    run(clock)
    run(clock, TUESDAY, 9)
    ((provider, token, _, words),) = said
    assert (provider, token) == ("feishu", robot.token)
    assert "中共洪阳镇委员会有 1 件待办" in words
    assert "队员" not in words
    assert "肝病" not in words

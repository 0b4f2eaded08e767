"""运行状态: what stands still or failed is seen by its administrator, who tries again or gives up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.urls import reverse

from config.tasks import beat_lives, heartbeat
from core import clock as core_clock
from core import seal
from core.jobs import job, standings
from core.models import AuditEvent, JobRun, OutboxMessage
from tests.core.test_doctor import doctor
from tests.drive import Drive
from tests.leave.test_query_counts import Counted
from tests.outgoing import add_robot, choose_mail, unsent
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")

PAGE = "/running/"


def test_signs_of_life_and_their_absence(drive: Drive, clock) -> None:
    admin = browser(drive.world, "pn_system")
    assert text(admin.get(PAGE)).count("还没有报到") == 2
    heartbeat()
    beat_lives()
    assert text(admin.get(PAGE)).count("在运行") >= 2


def test_a_failed_message_is_tried_again_on_request(drive: Drive) -> None:
    choose_mail(drive.world, "liusha_captain")
    row = unsent(drive.world.users["liusha_captain"])
    admin = browser(drive.world, "pn_system")
    page = text(admin.get(PAGE))
    assert "洪队长 每天一次汇总（邮件）" in page
    assert "邮件服务器连不上" in page
    said = text(admin.post(reverse("overview:retry", args=[row.pk]), follow=True))
    assert "已放回待发" in said
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("pending", 0)
    event = AuditEvent.objects.get(action="outbox.retry")
    assert (str(event.actor), event.before["attempts"]) == ("普系统（系统管理员）", 6)
    said = text(admin.post(reverse("overview:retry", args=[row.pk]), follow=True))
    assert "这一件现在是“待发”，不用再处理" in said


def test_or_given_up_with_a_reason(drive: Drive) -> None:
    row = unsent(drive.world.users["liusha_captain"])
    admin = browser(drive.world, "pn_system")
    url = reverse("overview:drop", args=[row.pk])
    page = admin.post(url, {"reason": " "})
    assert page.status_code == 422
    assert "写明为什么不再发" in text(page)
    page = admin.post(url, {"reason": "长" * 201})
    assert page.status_code == 422
    assert "长" * 201 in page.content.decode()
    assert "已放弃" in text(admin.post(url, {"reason": "地址已换，本人知道"}, follow=True))
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("dropped", "地址已换，本人知道")
    assert AuditEvent.objects.get(action="outbox.drop", outcome="done").after == {
        "reason": "地址已换，本人知道"
    }
    assert admin.post(url, {"reason": "再来"}).status_code == 409


def test_each_administrator_handles_his_own_place(drive: Drive) -> None:
    here = unsent(drive.world.users["liusha_captain"])
    there = unsent(drive.world.users["xf_captain"])
    robot = add_robot(drive.world, "pn_agri_chief", "liusha_party")
    group = unsent(None, channel="robot", kind="group", reference=str(robot.pk))
    admin = browser(drive.world, "pn_system")
    page = text(admin.get(PAGE))
    assert "工作群（企业微信）" in page
    assert "新队长" not in page
    assert "另有 1 条不在您的管理范围" in page
    for verb in ("retry", "drop"):
        url = reverse(f"overview:{verb}", args=[there.pk])
        assert admin.post(url, {"reason": "x"}).status_code == 404
    for row in (here, group):
        assert admin.post(reverse("overview:retry", args=[row.pk])).status_code == 302
    drive.world.keeper("all_system", "总系统", "system", None)
    assert "新队长" in text(browser(drive.world, "all_system").get(PAGE))


@pytest.mark.parametrize("who", ["pn_security", "pn_auditor", "pn_agri_chief", "liusha_captain"])
def test_others_do_not_find_the_page(drive: Drive, who: str) -> None:
    row = unsent(drive.world.users["liusha_captain"])
    client = browser(drive.world, who)
    assert client.get(PAGE).status_code == 404
    assert client.post(reverse("overview:retry", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.state == "failed"


def test_the_page_costs_the_same_for_one_message_and_for_many(drive: Drive) -> None:
    client = browser(drive.world, "pn_system")
    client.get(PAGE)

    def asked() -> int:
        with Counted() as counted:
            client.get(PAGE)
        return len(counted.asked)

    robot = add_robot(drive.world, "pn_system", "liusha_party")
    unsent(drive.world.users["liusha_captain"])
    unsent(None, channel="robot", kind="group", reference=str(robot.pk))
    few = asked()
    for _ in range(15):
        unsent(drive.world.users["liusha_member"])
        unsent(None, channel="robot", kind="group", reference=str(robot.pk))
    assert asked() == few


# --- Jobs -------------------------------------------------------------------------------------------------


@job("tests.works")
def works() -> dict[str, int]:
    return {"sent": 3}


@job("tests.breaks")
def breaks() -> None:
    raise ValueError("身份证 110101199001011234")


def test_a_job_leaves_the_traces_of_its_last_run(db) -> None:
    for _ in range(3):
        works()
    run = JobRun.objects.get()
    assert (run.name, run.outcome, run.counts) == ("tests.works", "done", {"sent": 3})
    assert run.first_at <= run.started_at <= run.finished_at


def test_an_error_is_kept_without_its_words_and_raised_on(db) -> None:
    with pytest.raises(ValueError, match="身份证"):
        breaks()
    run = JobRun.objects.get()
    assert (run.outcome, run.error) == ("failed", "ValueError")
    run_again = JobRun.objects.get()
    assert "1101" not in str(vars(run_again))


def _ran(task: str, ago: timedelta, **changes) -> None:
    moment = core_clock.machine_now() - ago
    fields = {"first_at": moment, "started_at": moment, "finished_at": moment, "outcome": "done", **changes}
    JobRun.objects.update_or_create(name=task, defaults=fields)


def test_a_job_that_stopped_running_is_marked_and_named_by_the_doctor(drive: Drive) -> None:
    for entry in site.CELERY_BEAT_SCHEDULE.values():
        _ran(entry["task"], timedelta(seconds=30))
    assert not any(each.overdue for each in standings())
    assert "过时没有运行" not in text(browser(drive.world, "pn_system").get(PAGE))
    assert doctor()[0] == 0
    _ran("core.send_outbox", timedelta(minutes=10))
    _ran("leave.remind_return", timedelta(days=3))
    assert {each.task for each in standings() if each.overdue} == {"core.send_outbox", "leave.remind_return"}
    assert text(browser(drive.world, "pn_system").get(PAGE)).count("过时没有运行") == 2
    code, said = doctor()
    assert code == 1
    assert "请假到期提醒（leave.remind_return）过了时间没有运行" in said


def test_a_job_that_never_ran_is_missed_once_others_have(drive: Drive) -> None:
    assert not any(each.overdue for each in standings())
    _ran("config.heartbeat", timedelta(seconds=5), first_at=core_clock.machine_now() - timedelta(days=3))
    assert "leave.remind_overdue" in {each.task for each in standings() if each.overdue}


def test_a_run_that_never_ended_and_one_that_broke(drive: Drive) -> None:
    _ran("core.send_outbox", timedelta(minutes=4), outcome="running", finished_at=None)
    assert not any(each.stuck for each in standings())
    _ran("core.send_outbox", timedelta(minutes=11), outcome="running", finished_at=None)
    assert [each.task for each in standings() if each.stuck] == ["core.send_outbox"]
    _ran("core.send_outbox", timedelta(seconds=5), outcome="failed", error="OperationalError")
    assert "发送外发消息（core.send_outbox）上次出错（OperationalError）" in doctor()[1]


def test_the_doctor_names_what_waits_too_long_and_what_failed(drive: Drive, clock) -> None:
    unsent(drive.world.users["liusha_captain"])
    unsent(drive.world.users["liusha_captain"], state="pending", settled_at=None)
    clock.moment += timedelta(minutes=25)
    code, said = doctor()
    assert code == 1
    assert "有 1 条到时间的消息没有发，最早的晚了 25 分钟" in said
    assert "有 1 条消息没有发出" in said


def test_messages_that_wait_for_the_morning_are_not_late(drive: Drive, clock) -> None:
    clock.set(clock().date(), 20, 59)
    unsent(drive.world.users["liusha_captain"], state="pending", settled_at=None)
    clock.moment += timedelta(hours=3)
    seal.seal()  # three hours without a sealer would be a finding of its own
    assert doctor()[0] == 0
    assert OutboxMessage.objects.get().state == "pending"

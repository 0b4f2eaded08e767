"""A word on the last day, one when the return is overdue, each once, however often the job runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Notice
from leave import tasks, trips
from leave.models import LeaveRequest
from rules.settings import set_setting
from teams.words import Post
from tests.drive import MONDAY, NEXT_MONDAY, Drive

pytestmark = pytest.mark.usefixtures("clock")

TUESDAY = NEXT_MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def on_leave(drive: Drive, clock) -> LeaveRequest:
    """Monday and Tuesday off, approved; the messages of that are out of the way."""
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    Notice.objects.all().delete()
    return request


def told() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("recipient__username", "title"))


def test_on_the_last_day_the_applicant_is_told_once(on_leave: LeaveRequest, clock) -> None:
    clock.set(TUESDAY, hour=8)
    for _ in range(3):
        tasks.remind_return()
    assert told() == [("liusha_member", "您的事假 2 天今天到期，返岗后办销假")]


def test_the_day_before_he_is_told_once_as_well(drive: Drive, clock) -> None:
    """Monday to Wednesday: nothing before it begins and on its first day, a word on Tuesday, one on Wednesday."""
    request = drive.ask("liusha_member", 3)
    drive.sign("liusha_captain", request)
    Notice.objects.all().delete()
    said = []
    for day in range(-2, 3):
        clock.set(NEXT_MONDAY + timedelta(days=day), hour=8, minute=30)
        for _ in range(2):
            tasks.remind_return()
        said.append(len(told()))
    assert said == [0, 0, 0, 1, 2]
    assert ("liusha_member", "您的事假 3 天明天到期，返岗后办销假") in told()


def test_how_many_days_before_is_each_regions_own(drive: Drive, clock) -> None:
    world = drive.world
    for region, days in (("puning", 3), ("lihu", 0)):
        set_setting(
            region=world.regions[region],
            key="leave.return_notice_days",
            value=days,
            basis="普驻办〔2026〕5号",
            acting_user=None,
        )
    for who, decider in (("liusha_member", "liusha_secretary"), ("lihu_member", "lihu_secretary")):
        drive.sign(decider, drive.ask(who, 5))
    Notice.objects.all().delete()
    for day in range(4):
        clock.set(NEXT_MONDAY + timedelta(days=day), hour=8, minute=30)
        tasks.remind_return()
    assert told() == [("liusha_member", "您的事假 5 天还有 3 天到期，返岗后办销假")]


def test_an_overdue_return_is_told_once_to_him_his_captain_and_the_town(
    on_leave: LeaveRequest, clock
) -> None:
    for day in range(2, 6):
        clock.set(NEXT_MONDAY + timedelta(days=day), hour=8, minute=30)
        tasks.remind_overdue()
        tasks.remind_overdue()
        if day == 2:
            assert told() == []
    assert told() == [
        ("liusha_captain", "洪队员的事假 2 天已到期，还没有销假"),
        ("liusha_member", "您的事假 2 天已到期，还没有销假"),
        ("liusha_officer", "洪队员的事假 2 天已到期，还没有销假"),
    ]


def test_after_days_without_the_system_it_is_still_said_once(on_leave: LeaveRequest, clock) -> None:
    clock.set(TUESDAY + timedelta(days=12))
    assert tasks.remind_overdue() == 1
    clock.set(TUESDAY + timedelta(days=13))
    assert tasks.remind_overdue() == 1
    assert len(told()) == 3


def test_rest_days_after_leave_are_not_overdue(drive: Drive, clock) -> None:
    """Friday off: back is due on Monday, so the word comes on Tuesday morning."""
    request = drive.ask("liusha_member", 1, start=FRIDAY)
    drive.sign("liusha_captain", request)
    due = []
    for day in range(1, 6):
        clock.set(FRIDAY + timedelta(days=day), hour=8)
        due.append(tasks.remind_overdue())
    assert due == [0, 0, 0, 1, 1]


def test_a_leave_that_ends_at_noon_is_due_that_afternoon(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 0.5)
    drive.sign("liusha_captain", request)
    clock.set(NEXT_MONDAY, hour=18)
    assert tasks.remind_overdue() == 0
    clock.set(TUESDAY, hour=8)
    assert tasks.remind_overdue() == 1


def test_who_is_back_or_never_left_is_left_alone(on_leave: LeaveRequest, drive: Drive, clock) -> None:
    other = drive.ask("lihu_member", 2)
    drive.sign("lihu_captain", other)
    drive.cancel("lihu_member", other)
    pending = drive.ask("lihu_captain", 2)
    clock.set(TUESDAY, hour=18)
    drive.back("liusha_member", on_leave, TUESDAY, "pm")
    Notice.objects.all().delete()
    clock.set(TUESDAY + timedelta(days=5))
    tasks.remind_return()
    tasks.remind_overdue()
    assert told() == []
    assert pending.state == "pending"


def test_a_captains_own_leave_is_said_to_him_once(drive: Drive, clock) -> None:
    request = drive.ask("liusha_captain", 1)
    drive.sign("liusha_secretary", request)
    Notice.objects.all().delete()
    clock.set(NEXT_MONDAY + timedelta(days=3))
    tasks.remind_overdue()
    assert told() == [
        ("liusha_captain", "您的事假 1 天已到期，还没有销假"),
        ("liusha_officer", "洪队长的事假 1 天已到期，还没有销假"),
    ]


def test_where_no_attendance_officer_is_named_the_deputy_secretary_hears(drive: Drive, clock) -> None:
    drive.world.person("meikeng_deputy", "梅副书记", Post.DEPUTY_SECRETARY, "meikeng_party")
    request = drive.ask("xf_member", 1)
    drive.assign("xf_rural_chief", request, "team:captain")
    drive.sign("xf_captain", request)
    Notice.objects.all().delete()
    clock.set(NEXT_MONDAY + timedelta(days=3))
    tasks.remind_overdue()
    assert [who for who, _ in told()] == ["meikeng_deputy", "xf_captain", "xf_member"]


def test_disabled_accounts_get_no_reminder(on_leave: LeaveRequest, drive: Drive, clock) -> None:
    drive.world.users["liusha_captain"].is_active = False
    drive.world.users["liusha_captain"].save()
    clock.set(TUESDAY + timedelta(days=5))
    tasks.remind_overdue()
    assert [who for who, _ in told()] == ["liusha_member", "liusha_officer"]


def test_a_traveller_is_told_once_on_the_day_his_trip_ends_or_as_soon_as_possible(
    drive: Drive, clock
) -> None:
    trip = drive.travel("liusha_member", 2)
    back = drive.travel("lihu_member", 2)
    late = drive.travel("liusha_mate", 1)
    trips.cancel_trip(trip_id=back.pk, acting_user=drive.world.user("lihu_member"))
    Notice.objects.all().delete()
    for day in range(1, 4):
        clock.set(NEXT_MONDAY + timedelta(days=day), hour=8, minute=30)
        for _ in range(2):
            tasks.remind_trips()
    assert told() == [
        ("liusha_mate", "您的因公外出到 11月30日已结束，返岗后登记返岗"),
        ("liusha_member", "您的因公外出今天结束，返岗后登记返岗"),
    ]
    assert Notice.objects.filter(url=trip.get_absolute_url()).count() == 1
    assert late.state == "reported"


def test_many_cost_as_few_questions_as_one(drive: Drive, clock) -> None:
    def questions() -> list[int]:
        found = []
        for run in (tasks.remind_overdue, tasks.remind_return, tasks.remind_trips):
            with CaptureQueriesContext(connection) as asked:
                run()
            found.append(len(asked))
        return found

    def three(captain: str, member: str) -> None:
        drive.sign(captain, drive.ask(member, 1))
        drive.sign(captain, drive.ask(member, 2, start=NEXT_MONDAY + timedelta(days=10)))
        drive.travel(member, 1, start=NEXT_MONDAY + timedelta(days=3))

    three("liusha_captain", "liusha_member")
    clock.set(NEXT_MONDAY + timedelta(days=10))
    one = questions()
    clock.set(MONDAY)
    three("lihu_captain", "lihu_member")
    three("liusha_captain", "liusha_mate")
    three("zhuli_secretary", "sc_member")
    clock.set(NEXT_MONDAY + timedelta(days=10))
    assert all(after <= before for before, after in zip(one, questions(), strict=True))
    assert Notice.objects.filter(key__contains=":overdue:").count() > 9


def test_beat_sends_them_every_morning() -> None:
    current_app.loader.import_default_modules()
    entries = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    for name in ("return", "overdue", "deciders", "trips"):
        name = f"leave.remind_{name}"
        assert name in current_app.tasks
        assert (entries[name].hour, entries[name].minute) == ({8}, {30})

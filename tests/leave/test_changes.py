"""变更: before it begins an approved leave may be planned otherwise; the old plan holds until the new one is approved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from approvals.models import Deadline
from core.errors import NotYours, Refused
from leave.models import LeaveRequest
from teams.models import Away
from tests.drive import NEXT_MONDAY, Drive, away_halves, newest, now, route
from tests.pages import answers, browser, hidden, submit, text

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def plan(drive: Drive) -> LeaveRequest:
    """Three days from Monday, given by the captain."""
    request = drive.ask("liusha_member", 3)
    drive.sign("liusha_captain", request)
    return now(request)


def held(*requests: LeaveRequest) -> set[tuple[int, int, str, bool]]:
    return {row for request in requests for row in away_halves(request)}


def test_the_new_plan_goes_to_its_own_tier_and_takes_the_place_of_the_old(drive: Drive, plan) -> None:
    change = drive.change("liusha_member", plan, 4, start=NEXT_MONDAY + timedelta(days=1))
    assert route(change) == [("any", ["town:party_secretary"])]
    assert now(change).routed.joined is None
    assert (now(plan).state, len(held(plan)), len(held(change))) == ("approved", 6, 4)
    drive.sign("liusha_secretary", change)
    assert (now(plan).state, now(change).state) == ("changed", "approved")
    assert held(plan) == set()
    assert held(change) == {(202612, day, half, True) for day in (1, 2, 3, 4) for half in ("am", "pm")}
    running = Deadline.objects.get(met=None)
    assert (running.kind, running.subject_id) == ("leave.return", change.pk)


def test_another_destination_alone_is_decided_again(drive: Drive, plan) -> None:
    change = drive.change("liusha_member", plan, 3, destination="海南省三亚市", going="beyond")
    assert held(change) == set()
    drive.sign("liusha_captain", change)
    assert now(change).destination == "海南省三亚市"
    assert Away.objects.filter(person=plan.applicant).count() == 6


@pytest.mark.parametrize("how", ["refuse", "return", "withdraw"])
def test_what_is_not_approved_leaves_the_old_plan_whole(drive: Drive, plan, how: str) -> None:
    before = held(plan)
    change = drive.change("liusha_member", plan, 4)
    if how == "withdraw":
        drive.withdraw("liusha_member", change)
    else:
        drive.sign("liusha_secretary", change, how, "那几天有检查")
    assert (now(plan).state, held(plan), held(change)) == ("approved", before, set())


def test_an_extended_plan_is_changed_with_its_extension(drive: Drive, plan) -> None:
    extension = drive.extend("liusha_member", plan, 1)
    drive.sign("liusha_secretary", extension)
    change = drive.change("liusha_member", plan, 2, start=NEXT_MONDAY + timedelta(days=3))
    assert now(change).routed.joined is None
    drive.sign("liusha_captain", change)
    assert {now(plan).state, now(extension).state} == {"changed"}
    assert len(held(plan, extension, change)) == 4


def test_not_once_it_has_begun(drive: Drive, plan, clock) -> None:
    change = drive.change("liusha_member", plan, 4)
    clock.set(NEXT_MONDAY, 7)
    with pytest.raises(Refused) as late:
        drive.sign("liusha_secretary", change)
    assert late.value.code == "begun"
    assert now(change).state == "pending"
    drive.sign("liusha_secretary", change, "refuse", "已经开始")
    with pytest.raises(Refused) as begun:
        drive.change("liusha_member", plan, 4, start=NEXT_MONDAY + timedelta(days=1))
    assert begun.value.code == "begun"
    page = browser(drive.world, "liusha_member").get(plan.get_absolute_url())
    assert reverse("leave:change", args=[plan.pk]) not in page.content.decode()
    assert reverse("leave:extend", args=[plan.pk]) in page.content.decode()


def test_one_at_a_time_extension_or_change(drive: Drive, plan) -> None:
    waiting = drive.change("liusha_member", plan, 4)
    for again in (
        lambda: drive.change("liusha_member", plan, 2),
        lambda: drive.extend("liusha_member", plan),
    ):
        with pytest.raises(Refused) as refusal:
            again()
        assert refusal.value.code == "link_pending"
        assert waiting.number in refusal.value.sentence


def test_giving_up_the_leave_withdraws_the_change(drive: Drive, plan) -> None:
    change = drive.change("liusha_member", plan, 4)
    drive.cancel("liusha_member", plan)
    assert (now(plan).state, now(change).state) == ("cancelled", "withdrawn")
    assert newest(change).settled_why == "原来的请假已取消"
    assert not Away.objects.filter(person=plan.applicant).exists()


def test_nobody_marks_leave_changed_past_the_verbs(drive: Drive, plan) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        LeaveRequest.objects.filter(pk=plan.pk).update(state="changed")


@pytest.mark.parametrize("who", ["liusha_mate", "lihu_member"])
def test_nobody_changes_anothers(drive: Drive, plan, who: str) -> None:
    with pytest.raises(NotYours):
        drive.change(who, plan, 1)
    assert browser(drive.world, who).get(reverse("leave:change", args=[plan.pk])).status_code == 404


def test_on_the_pages(drive: Drive, plan) -> None:
    me = browser(drive.world, "liusha_member")
    address = reverse("leave:change", args=[plan.pk])
    form = me.get(address)
    assert "批准以前仍按原来的日期" in text(form)
    assert 'value="2026-11-30"' in form.content.decode()
    said = answers(4, start=NEXT_MONDAY, form_key=hidden(form, "form_key"), destination="清远市连州市")
    page = me.post(address, said, follow=True)
    assert f"变更哪一件 编号 {plan.number}" in text(page)
    change = LeaveRequest.objects.get(replaces=plan)
    assert me.get(address, follow=True).redirect_chain[-1][0] == reverse("leave:edit", args=[change.pk])
    # What it takes the place of is no other leave of this year.
    assert "本年累计 0 天 已批准的，不含本次" in text(submit(me, change))
    drive.sign("liusha_secretary", change)
    old = text(me.get(plan.get_absolute_url()))
    assert "已变更" in old
    assert f"编号 {change.number}" in old


def test_leave_abroad_is_recorded_with_the_number_of_its_permission(drive: Drive) -> None:
    with pytest.raises(Refused) as refusal:
        drive.ask("liusha_member", 3, going="abroad", destination="日本")
    assert refusal.value.field == "exit_document"
    request = drive.ask(
        "liusha_member", 3, going="abroad", destination="日本", exit_document="普组因私〔2026〕8号"
    )
    page = text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    assert "批件 普组因私〔2026〕8号（审批按派出单位的规定办，本系统只作登记）" in page

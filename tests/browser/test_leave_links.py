"""On a phone of 390 px: Friday and Monday are one leave, and an approved one is extended."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from leave.models import LeaveRequest
from tests import cast
from tests.browser.people import OnPhone

TODAY = date(2026, 11, 23)
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_server, settings) -> cast.World:
    """The cast, standing on a Monday morning."""
    settings.ZHUBANG_TODAY = TODAY
    cast.published()
    world = cast.build()
    return world


def test_friday_and_monday_are_one_leave(phone: Page, world) -> None:
    me = OnPhone(phone).sign_in("liusha_member")
    path = me.ask(FRIDAY, 1)
    OnPhone(phone).sign_in("liusha_captain").open_first_task("洪队员").agree()
    me = OnPhone(phone).sign_in("liusha_member").fill_leave(MONDAY, 2)
    me.sees("相连，按 5 天算；单算 2 天由队长批准").page_fits()
    phone.get_by_role("button", name="提交给镇党委书记").click()
    me.sees("已提交", "相连合计 5 天").page_fits()
    OnPhone(phone).sign_in("liusha_secretary").open_first_task("洪队员").sees(
        "相连，按 5 天算"
    ).page_fits().agree()
    assert set(LeaveRequest.objects.values_list("state", flat=True)) == {"approved"}
    assert path


def test_an_approved_leave_is_extended(phone: Page, world) -> None:
    me = OnPhone(phone).sign_in("liusha_member")
    path = me.ask(MONDAY, 3)
    OnPhone(phone).sign_in("liusha_captain").open_first_task("洪队员").agree()
    me = OnPhone(phone).sign_in("liusha_member")
    phone.goto(f"/{path}")
    with phone.expect_navigation():
        phone.get_by_role("link", name="续假").click()
    phone.get_by_label("续到", exact=True).fill("2026-12-04")
    phone.get_by_label("事由").fill("手术改期")
    expect(phone.locator("#preview")).to_contain_text("从第一天（11月30日）起按 5 天定由谁批")
    me.page_fits()
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_role("button", name="提交给镇党委书记").click()
    me.sees("已提交", "事假（续假）").page_fits()
    OnPhone(phone).sign_in("liusha_secretary").open_first_task("洪队员").page_fits().agree()
    OnPhone(phone).sign_in("liusha_member")
    phone.goto(f"/{path}")
    OnPhone(phone).sees("续到 12月4日（周五）下午，已批准").page_fits()
    assert LeaveRequest.objects.get(extends=None).until == date(2026, 12, 4)

"""On a phone of 390 px: a decider goes away, and whom he or his organization named decides in his place."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page

from core import calendar
from leave.models import LeaveRequest
from teams.words import Post
from tests import cast
from tests.browser.people import OnPhone
from tests.drive import Drive

TODAY = date(2026, 11, 23)
#: The Monday after; its week has no holiday.
START = date(2026, 11, 30)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_server, settings) -> cast.World:
    """The cast and a town deputy, standing on a Monday morning."""
    settings.ZHUBANG_TODAY = TODAY
    calendar.seed(range(2024, 2027))
    world = cast.build()
    world.person("liusha_deputy", "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
    return world


def test_the_secretary_names_a_deputy_for_some_days(phone: Page, world, settings) -> None:
    me = OnPhone(phone).sign_in("liusha_secretary")
    phone.goto("/account/")
    phone.get_by_role("link", name="代办委托").click()
    phone.get_by_role("link", name="委托代办").click()
    phone.get_by_label("洪副书记").check()
    phone.get_by_label("从哪一天起").fill(START.isoformat())
    phone.get_by_label("到哪一天为止").fill("2026-12-01")
    phone.get_by_label("原因").fill("去县里开会")
    me.page_fits()
    phone.get_by_role("button", name="委托代办").click()
    me.sees("由洪副书记代您办理", "还没到日子").page_fits()

    settings.ZHUBANG_TODAY = START
    OnPhone(phone).sign_in("liusha_member").ask(date(2026, 12, 14), 4)
    OnPhone(phone).sees("可由洪副书记代办").page_fits()
    deputy = OnPhone(phone).sign_in("liusha_deputy").home().sees("您代洪书记").page_fits()
    deputy.open_first_task("洪队员").sees(
        "您代洪书记（中共洪阳镇委员会 党（工）委书记）批"
    ).page_fits().agree()
    deputy.sees("代洪书记（中共洪阳镇委员会 党（工）委书记）").page_fits()
    assert LeaveRequest.objects.get().state == "approved"
    OnPhone(phone).sign_in("liusha_secretary").home().sees("由洪副书记代您")


def test_while_the_secretary_is_away_his_acting_deputy_decides(phone: Page, world, settings) -> None:
    """The organization appointed him with a written basis; on those days, and only then, it reaches him by itself."""
    world.appoint(
        "liusha_deputy",
        Post.PARTY_SECRETARY,
        "liusha_party",
        acting_for=world.appointments["liusha_secretary"],
        basis="镇党委会议纪要〔2026〕3号",
    )
    Drive(world).is_away("liusha_secretary", START)
    OnPhone(phone).sign_in("liusha_member").ask(date(2026, 12, 14), 4)
    deputy = OnPhone(phone).sign_in("liusha_deputy")
    phone.goto("/todo/")
    deputy.sees("没有待办")
    settings.ZHUBANG_TODAY = START
    deputy.open_first_task("洪队员").sees("您代洪书记", "镇党委会议纪要〔2026〕3号").page_fits().agree()
    assert LeaveRequest.objects.get().state == "approved"

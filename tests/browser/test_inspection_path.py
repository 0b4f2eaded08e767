"""On the way with a phone: one tap for each person, one without network, and the end of a check."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from attendance.absence.models import AbsenceCase
from attendance.models import Fact, SpotTarget
from tests import cast
from tests.attendance.inspections import COUNTY, plan
from tests.browser.conftest import LOST_NETWORK, PHONE, watched
from tests.browser.people import OnPhone
from tests.drive import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_tap_each_and_nothing_lost_without_network(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    world = cast.build()
    check = plan(world, COUNTY, day=MONDAY)
    with watched(browser, live_server.url, PHONE, LOST_NETWORK, has_touch=True, is_mobile=True) as page:
        OnPhone(page).sign_in(COUNTY)
        page.goto(f"{check.get_absolute_url()}results/")
        captain, member = page.get_by_label("上队长", exact=True), page.get_by_label("上队员", exact=True)
        captain.get_by_role("button", name="在岗", exact=True).tap()
        expect(captain.get_by_text("上振兴")).to_be_visible()
        expect(page.get_by_text("还有 1 人没有记")).to_be_visible()
        page.context.set_offline(True)
        member.get_by_text("写情况、加照片").tap()
        member.get_by_label("情况").fill("村部没有人")
        member.get_by_role("button", name="不在岗，待核").tap()
        expect(page.get_by_text("没有连上网络，内容还在")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("button", name="重试").tap()
        expect(page.get_by_text("都记好了")).to_be_visible()
        OnPhone(page).page_fits()
        page.get_by_role("button", name="结束查岗").tap()
        expect(page.get_by_text("查岗已结束，结果已记入考勤台账")).to_be_visible()
        OnPhone(page).page_fits()
    assert set(SpotTarget.objects.values_list("outcome", "note")) == {
        ("on_post", ""),
        ("absent", "村部没有人"),
    }
    assert set(Fact.objects.values_list("source", "value")) == {(50, "on_post"), (50, "unverified")}
    assert AbsenceCase.objects.get().how == "spot_check"


def test_a_plan_that_arrived_is_not_offered_again(browser: Browser, live_server: Any, settings: Any) -> None:
    """The form asks for a ``method``, which stands before the form's own where a script looks for it."""
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    cast.build()
    with watched(browser, live_server.url, PHONE, has_touch=True, is_mobile=True) as page:
        OnPhone(page).sign_in(COUNTY)
        page.goto(f"{live_server.url}/inspection/checks/new/")
        page.get_by_label("查岗日期").fill(f"{MONDAY:%Y-%m-%d}")
        page.get_by_label("线下").check()
        page.get_by_label("会同的人").fill("县纪委监委 张三")
        page.get_by_role("button", name="安排这次查岗").tap()
        expect(page.get_by_text("已安排")).to_be_visible()
        page.goto(f"{live_server.url}/inspection/checks/new/")
        expect(page.get_by_label("会同的人")).to_have_value("")

"""总览: from the county down to the person with nothing but links, the chart beside its table, and without a script."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from attendance.services import Entry, enter
from tests import cast
from tests.browser.conftest import PHONE, watched
from tests.browser.people import OnPhone
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drive(live_server: Any, settings: Any) -> Drive:
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    drive = Drive(cast.build())
    enter(
        acting_user=drive.world.user("liusha_officer"),
        team_id=drive.world.bodies["liusha_team"].pk,
        month=MONDAY.replace(day=1),
        entries=[
            Entry(posting_id=drive.world.appointments[who].pk, day=MONDAY - timedelta(days=3), mark="on_post")
            for who in ("liusha_captain", "liusha_member")
        ],
    )
    drive.sign("liusha_captain", drive.ask("liusha_member", 2, start=date(2026, 12, 3)))
    return drive


def opened(page: Page, who: str, address: str = "/") -> Page:
    OnPhone(page).sign_in(who)
    page.goto(address)
    return page


def test_down_to_the_person_and_the_chart_beside_its_table(drive: Drive, desktop: Page) -> None:
    page = opened(desktop, "pn_agri_chief")
    # The chart is drawn, its table folded; both say the same.
    expect(page.locator("#ahead .chart svg")).to_be_visible()
    expect(page.get_by_role("row", name="12-03 周四")).to_be_hidden()
    page.locator("#ahead summary").click()
    expect(page.get_by_role("row", name="12-03 周四")).to_contain_text("1")
    # One stop for Tab in the grid; an arrow leads to the next town's day.
    stop = page.locator("[data-heat] a.heat:not([tabindex])")
    expect(stop).to_have_count(1)
    page.locator("#day").get_by_role("link", name="洪阳镇").click()
    expect(page.get_by_role("heading", name="洪阳镇", level=1)).to_be_visible()
    page.locator("#day").get_by_role("link", name="驻洪阳镇工作队").click()
    page.locator("#people").get_by_role("link", name="洪队员").click()
    expect(page.get_by_role("heading", name="洪队员")).to_be_visible()


def test_everything_is_there_without_a_script(drive: Drive, browser: Browser, live_server: Any) -> None:
    with watched(browser, live_server.url, PHONE, java_script_enabled=False) as page:
        opened(page, "pn_org_chief", f"{live_server.url}/board/")
        expect(page.locator(".chart")).to_have_count(2)
        for chart in page.locator(".chart").all():
            expect(chart).to_be_hidden()
        expect(page.get_by_role("row", name="12-03 周四")).to_be_visible()
        page.get_by_label("范围").select_option(label="洪阳镇")
        page.get_by_role("button", name="查看").click()
        expect(page.get_by_role("heading", name="洪阳镇", level=1)).to_be_visible()
        expect(page.get_by_role("link", name="普宁市")).to_be_visible()

"""新丰 writes no leave tiers: the county registers them on a phone, a second person confirms, the next leave goes by them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from leave.models import LeaveRequest
from rules.models import LocalRule
from teams.words import Post
from tests import cast
from tests.browser.people import OnPhone

TODAY = date(2026, 11, 23)
START = date(2026, 11, 30)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_server, settings) -> cast.World:
    """The cast, standing on a Monday morning; 新丰's organization department has a head."""
    settings.ZHUBANG_TODAY = TODAY
    cast.published()
    world = cast.build()
    world.person("xf_org_chief", "新组织", Post.LEADER, "xf_org")
    return world


def fill(page: Page) -> None:
    """The paper and three tiers: up to 2 days the captain, up to 5 the secretary, then the bureau."""
    page.goto("/rules/local/new/")
    page.get_by_label("名称").fill("新丰县驻镇帮扶工作队请销假办法")
    page.get_by_label("文号").fill("新驻办〔2026〕7号")
    page.get_by_label("印发机关").fill("新丰县乡村振兴局")
    page.get_by_label("施行日期").fill(TODAY.isoformat())
    for role in ("队长", "队员"):
        page.locator("#g0").get_by_role("group", name="适用的人员").get_by_label(role, exact=True).check()
    page.get_by_role("button", name="加一档").click()
    expect(page.locator(".tier-row")).to_have_count(3)
    rows = [("2", "队长"), ("5", "乡镇（街道）党（工）委书记"), ("", "县乡村振兴局")]
    for number, (upto, party) in enumerate(rows):
        row = page.locator(f"#g0-t{number}")
        row.get_by_label("不超过几天").fill(upto)
        row.get_by_label("在哪一条").fill(f"第{'三四五'[number]}条")
        row.get_by_role("group", name="由谁办").get_by_label(party, exact=True).check()


def send(page: Page, tmp_path: Path) -> None:
    """Page two: the paper itself attached, and off to the second person."""
    scan = tmp_path / "办法.pdf"
    scan.write_bytes(b"%PDF-1.4 x")
    page.get_by_label("文件原件").set_input_files(scan)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("link", name="办法.pdf", exact=False).first).to_be_visible()
    page.get_by_role("button", name="提交，请另一个人确认").click()
    expect(page.get_by_role("heading", name="已提交，等另一个人确认")).to_be_visible()


def test_registered_confirmed_and_the_next_leave_goes_by_it(phone: Page, world, tmp_path: Path) -> None:
    me = OnPhone(phone).sign_in("xf_rural_chief")
    fill(phone)
    me.page_fits()
    phone.get_by_label("天数", exact=True).fill("3")
    phone.get_by_role("button", name="试算由谁批").click()
    me.sees("按这份制度（2026-11-23 起）", "本次 3 天").page_fits()
    phone.get_by_role("button", name="下一步").last.click()
    me.sees("核对并提交", "新规定由队长批准").page_fits()
    send(phone, tmp_path)
    me.page_fits()

    OnPhone(phone).sign_in("xf_org_chief").open_first_task("请销假办法").page_fits().agree()
    assert LocalRule.objects.get().phase == "in_force"

    asking = OnPhone(phone).sign_in("xf_member").fill_leave(START, 3)
    asking.sees("新驻办〔2026〕7号", "第四条").page_fits()
    phone.get_by_role("button", name="提交给镇党委书记").click()
    asking.sees("已提交").page_fits()
    OnPhone(phone).sign_in("meikeng_secretary").open_first_task("新队员").page_fits().agree()
    assert LeaveRequest.objects.get().state == "approved"


def test_a_mistake_and_rows_work_without_javascript(open_phone, world, tmp_path: Path) -> None:
    plain = open_phone(java_script_enabled=False)
    OnPhone(plain).sign_in("xf_rural_chief")
    fill(plain)
    plain.locator("#g0-t1").get_by_label("不超过几天").fill("1")
    plain.get_by_role("button", name="下一步").last.click()
    OnPhone(plain).sees("第 2 档的 1 天没有大于上一档的 2 天").page_fits()
    plain.locator("#g0-t1").get_by_label("不超过几天").fill("5")
    plain.get_by_role("button", name="去掉这一档").nth(1).click()
    expect(plain.locator(".tier-row")).to_have_count(2)
    plain.get_by_role("button", name="下一步").last.click()
    send(plain, tmp_path)
    assert [tier.get("upto") for tier in LocalRule.objects.get().body["leave"][0]["tiers"]] == [2, None]

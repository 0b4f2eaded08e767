"""缺勤处置 by clicking, as three documents have it: from what the job listed to the last step of each chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from attendance.absence import sweep
from attendance.absence.models import AbsenceCase
from core import clock
from tests import cast
from tests.attendance.absences import FRIDAY, city_of_zhumadian
from tests.browser.conftest import PHONE, watched
from tests.browser.people import OnPhone
from tests.cast import World
from tests.drive import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], OnPhone]


@pytest.fixture
def world(settings: Any) -> World:
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    return cast.build()


@pytest.fixture
def phone_of(browser: Browser, live_server: Any, world: World) -> Any:
    """One phone that is handed on: ``phone_of("yx_office_chief")`` signs its holder in."""
    with watched(browser, live_server.url, PHONE, has_touch=True, is_mobile=True) as page:

        def as_person(who: str) -> OnPhone:
            return OnPhone(page).sign_in(who)

        yield as_person


def listed(world: World, who: str) -> AbsenceCase:
    """The job at half past ten lists the Friday nobody said anything of."""
    with clock.standing_on(timezone.make_aware(datetime(2026, 11, 23, 10, 30))):
        sweep.list_missing(acting_user=None)
    return AbsenceCase.objects.get(person=world.human(who), day=FRIDAY)


def open_case(phone: OnPhone, name: str, day: str = "2026-11-20") -> Page:
    """缺勤处置, and the row of that person and day."""
    page = phone.page
    page.goto("/attendance/absence/?state=pending")
    page.get_by_role("row").filter(has_text=name).filter(has_text=day).get_by_role("link", name=name).click()
    return page


def find(phone: OnPhone, name: str, reason: str) -> None:
    page = open_case(phone, name)
    expect(page.get_by_text("待核").first).to_be_visible()
    page.locator("summary", has_text="认定无故不在岗").click()
    page.get_by_label("认定的理由和依据").fill(reason)
    page.get_by_role("button", name="认定无故不在岗").click()
    expect(page.get_by_text(reason).first).to_be_visible()
    phone.page_fits()


def from_todo(phone: OnPhone, name: str, what: str = "无故不在岗") -> Page:
    """首页 → 待办 → the row: nobody has to know an address."""
    page = phone.page
    page.goto("/")
    page.get_by_role("navigation", name="常用").get_by_role("link", name="待办").click()
    expect(page.get_by_role("heading", name="待办")).to_be_visible()
    phone.page_fits()
    row = page.get_by_role("listitem").filter(has_text=name).filter(has_text=what).first
    row.get_by_role("link").first.click()
    return page


def do(phone: OnPhone, name: str, label: str, button: str, words: str, **chosen: str) -> Page:
    """One step: from 待办 to its form, words and measures, and what the page says afterwards."""
    page = from_todo(phone, name)
    page.get_by_label(label, exact=True).fill(words)
    for body, measure in chosen.items():
        page.get_by_label(f"对{body}的处理").select_option(measure)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("已记下")).to_be_visible()
    expect(page.get_by_text(words).first).to_be_visible()
    phone.page_fits()
    return page


def closed(page: Page, case: AbsenceCase) -> None:
    expect(page.get_by_text("无故，已办结").first).to_be_visible()
    case.refresh_from_db()
    assert case.closed_at is not None


def test_yongxing_report_opinion_and_accountability(world: World, phone_of: As) -> None:
    cast.add_yongxing(world)
    case = listed(world, "yx_member")
    find(phone_of("matian_secretary"), "永队员", "到村核实不在，没有请假")
    do(phone_of("matian_secretary"), "永队员", "书面报告", "提交书面报告", "马田镇党委报告：当天没有到村")
    office = phone_of("yx_office_chief")
    do(office, "永队员", "处理意见", "提交处理意见", "批评教育，扣发当日补助")
    measures = {"中共马田镇委员会": "约谈", "永兴县交通局": "批评教育"}
    page = do(office, "永队员", "问责情况", "登记问责", "一案双查，已分别处理", **measures)
    expect(page.get_by_text("中共马田镇委员会：约谈").first).to_be_visible()
    closed(page, case)


def test_zhumadian_bulletin_statement_signed_by_the_units_head_and_summary(
    world: World, phone_of: As
) -> None:
    city_of_zhumadian(world)
    case = listed(world, "sc_member")
    city = phone_of("zmd_rural_chief")
    find(city, "上队员", "实地查岗不在，没有请假")
    do(city, "上队员", "通报内容（文号、时间）", "登记通报", "驻乡振通报〔2026〕11号")
    page = phone_of("sc_member").page
    page.goto("/")
    page.get_by_role("listitem").filter(has_text="写情况说明").get_by_role("link").first.click()
    page.get_by_label("当时去向").fill("县城家中")
    page.get_by_label("不在岗的原因").fill("孩子发烧，送县医院")
    page.get_by_label("整改").fill("今后先请假再离岗")
    page.get_by_role("button", name="送").last.click()
    expect(page.get_by_text("待单位签字").first).to_be_visible()
    head = phone_of("sc_unit_chief")
    from_todo(head, "上队员", "情况说明")
    expect(page.get_by_text("孩子发烧，送县医院").first).to_be_visible()
    head.agree().page_fits()
    from_todo(phone_of("sc_rural_chief"), "情况说明汇总", "1 件")
    expect(page.get_by_text("孩子发烧，送县医院").first).to_be_visible()
    page.get_by_role("button", name="登记已报送").click()
    expect(page.get_by_text("已登记报送")).to_be_visible()
    page.goto(case.get_absolute_url())
    closed(page, case)


def test_ganzhou_feedback_to_the_unit_and_accountability(world: World, phone_of: As) -> None:
    cast.add_ganzhou(world)
    case = listed(world, "gz_member")
    find(phone_of("tandong_secretary"), "赣队员", "到村核实不在，没有请假")
    office = phone_of("gz_rural_chief")
    do(office, "赣队员", "反馈内容", "登记反馈", "已向城管局反馈")
    page = from_todo(office, "赣队员")
    page.get_by_label("对赣队员的处理").select_option("其他")
    page.get_by_label("对赣队员的说明").fill("批评教育")
    page.get_by_label("问责情况").fill("已批评教育")
    page.get_by_role("button", name="登记问责").click()
    closed(page, case)

"""The attendance officer at his keyboard: marks by key, saved by themselves, refused where they may not stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from attendance.models import Fact
from attendance.services import Entry, enter
from tests import cast
from tests.browser.people import OnPhone
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def drive(live_server: Any, settings: Any) -> Drive:
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    return Drive(cast.build())


@pytest.fixture
def at_register(drive: Drive, desktop: Page) -> Callable[[], Page]:
    def open_it() -> Page:
        OnPhone(desktop).sign_in("liusha_officer")
        desktop.goto("/attendance/")
        return desktop

    return open_it


def cell(page: Page, drive: Drive, who: str, day: int) -> Locator:
    return page.locator(f'tr[data-p="{drive.world.appointments[who].pk}"] td').nth(day - 1)


def test_marks_by_key_are_saved_and_counted(drive: Drive, at_register: Callable[[], Page]) -> None:
    page = at_register()
    # One stop for Tab, on today's column; arrows lead on from there.
    first = page.locator("#register td[tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    page.keyboard.press("2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("1")
    expect(page.locator("#register td.is-unsaved")).to_have_count(0)
    expect(page.locator("#register-state")).to_have_text("4 人")
    values = set(Fact.objects.values_list("day", "part", "value"))
    assert {("night", "village")} == {each[1:] for each in values if each[0] == 23} - {
        ("am", "on_post"),
        ("pm", "on_post"),
    }
    assert {each[0] for each in values} == {19, 20, 23}
    line = page.locator("#register tr[data-p]").first
    expect(line.locator("td.is-sum").nth(0)).to_have_text("3")


def test_an_earlier_entry_asks_for_a_reason_and_absence_refuses(
    drive: Drive, at_register: Callable[[], Page]
) -> None:
    from core import clock

    posting = drive.world.appointments["liusha_member"]
    with clock.standing_on(clock.at(MONDAY - timedelta(days=3), 17)):
        enter(
            acting_user=drive.world.user("liusha_officer"), team_id=posting.body_id, month=MONDAY.replace(day=1),
            entries=[Entry(posting_id=posting.pk, day=MONDAY - timedelta(days=3), mark="on_post")],
        )  # fmt: skip
    drive.is_away("liusha_mate", MONDAY - timedelta(days=3))
    page = at_register()
    cell(page, drive, "liusha_member", 20).click()
    page.keyboard.press("t")
    expect(page.get_by_label("理由")).to_be_visible()
    page.get_by_label("理由").fill("当天参加县里培训，补交了通知")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_label("理由")).to_be_hidden()
    expect(cell(page, drive, "liusha_member", 20)).to_have_text("训")
    assert Fact.objects.get(part="am", day=20, source=40).note == "当天参加县里培训，补交了通知"
    cell(page, drive, "liusha_mate", 20).click()
    page.keyboard.press("1")
    expect(page.locator("#register-refused")).to_contain_text("已批准因公外出，不用登记")
    expect(cell(page, drive, "liusha_mate", 20)).to_have_class("m-trip is-bad")
    cell(page, drive, "liusha_member", 20).click()
    page.keyboard.press("Enter")
    expect(page.locator("#cell-history")).to_contain_text("洪考勤")


def test_without_network_marks_stay_and_are_saved_later(
    drive: Drive, at_register: Callable[[], Page]
) -> None:
    page = at_register()
    page.context.set_offline(True)
    cell(page, drive, "liusha_member", 20).click()
    page.keyboard.press("1")
    expect(page.locator("#register-refused")).to_contain_text("没有连上网络，内容还在")
    expect(cell(page, drive, "liusha_member", 20)).to_have_class("is-unsaved")
    page.context.set_offline(False)
    expect(page.locator("#register td.is-unsaved")).to_have_count(0)
    assert Fact.objects.filter(day=20).count() == 2


@pytest.mark.parametrize(
    ("who", "address"), [("liusha_secretary", "/attendance/"), ("pn_agri_chief", "/board/")]
)
def test_a_narrow_window_shows_the_present_day(drive: Drive, phone: Page, who: str, address: str) -> None:
    OnPhone(phone).sign_in(who)
    phone.goto(address)
    today = phone.locator("thead [aria-current=date]").first
    expect(today).to_have_text(re.compile("23"))
    place = today.bounding_box()
    assert place is not None
    assert 0 < place["x"] < place["x"] + place["width"] < 390

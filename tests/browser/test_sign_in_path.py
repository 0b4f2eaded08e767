"""A member with a phone in his hand: one tap with a place, one from far away, one without network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from attendance.models import Fact, SignIn
from attendance.points import set_point
from rules.settings import set_setting
from tests import cast
from tests.browser.conftest import PHONE, watched
from tests.browser.people import OnPhone
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.django_db(transaction=True)
NEAR = {"latitude": 32.98108, "longitude": 114.64, "accuracy": 30}
FAR = {"latitude": 33.05, "longitude": 114.64, "accuracy": 30}
Home = Callable[[dict[str, float]], Page]


@pytest.fixture
def drive(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Drive:
    settings.ZHUBANG_TODAY = MONDAY
    cast.published()
    world = cast.build()
    for name, value in {"mode": "both", "place_needed": "asked", "radius": 500}.items():
        set_setting(region=world.regions["shangcai"], key=f"attendance.{name}", value=value, basis="上驻办〔2026〕8号",
                    acting_user=None, valid_from=date(2026, 1, 1))  # fmt: skip
    set_point(acting_user=None, region_id=world.regions["zhuli_village"].pk, latitude=32.98, longitude=114.64)
    return Drive(world)


@pytest.fixture
def home(browser: Browser, drive: Drive, live_server: Any) -> Iterator[Home]:
    with watched(browser, live_server.url, PHONE, permissions=["geolocation"]) as page:

        def open_at(place: dict[str, float]) -> Page:
            page.context.set_geolocation(place)  # type: ignore[arg-type]
            OnPhone(page).sign_in("sc_member")
            page.goto("/")
            return page

        yield open_at


def test_one_tap_and_the_card_says_how_far(home: Home) -> None:
    page = home(NEAR)
    page.get_by_role("button", name="在岗", exact=True).click()
    card = page.locator("#today")
    expect(card).to_contain_text("距驻点 120 米")
    expect(card.get_by_role("button", name="在岗", exact=True)).to_have_count(0)
    assert set(Fact.objects.values_list("part", "value")) == {("am", "on_post"), ("pm", "on_post")}
    OnPhone(page).page_fits()


def test_from_far_away_it_is_taken_and_a_sentence_is_enough(home: Home) -> None:
    page = home(FAR)
    page.get_by_role("button", name="在岗", exact=True).click()
    card = page.locator("#today")
    expect(card).to_contain_text("距驻点 7.8 公里，在范围外")
    page.get_by_label("定位不在范围内，已记为“待核”，写一句原因即可").fill("在县里拉化肥")
    page.get_by_role("button", name="补上原因").click()
    expect(page.get_by_text("写一句原因即可")).to_have_count(0)
    assert set(Fact.objects.filter(revision=2).values_list("note", flat=True)) == {"在县里拉化肥"}


def test_without_network_it_waits_on_the_phone_and_goes_with_its_own_time(home: Home) -> None:
    page = home(NEAR)
    page.context.set_offline(True)
    page.get_by_role("button", name="在岗", exact=True).click()
    expect(page.get_by_text("1 次签到在手机上，联网后上传")).to_be_visible()
    assert not Fact.objects.exists()
    page.context.set_offline(False)
    expect(page.locator("#today")).to_contain_text("补传")
    expect(page.get_by_text("次签到在手机上")).to_be_hidden()
    row = SignIn.objects.get()
    assert row.device_time is not None
    assert row.distance == 120
    page.reload()
    assert SignIn.objects.count() == 1

"""The printed 督查通报: A4 upright, its list whole, every line of it on paper; long lists go on with their heading."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.attendance.inspections import CITY, city_world, closed, drafted, judge, signed
from tests.browser.people import OnPhone
from tests.drive import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


class Days:
    """The day on which the live server stands."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings

    def set(self, day: date, *_: int) -> None:
        self._settings.ZHUBANG_TODAY = day


def test_one_sheet_of_a4_and_nothing_cut_off(desktop: Page, settings: Any) -> None:
    days = Days(settings)
    days.set(MONDAY)
    w = city_world()
    check = closed(w, days, absent=["sc_member", "houyang_member"])  # type: ignore[arg-type]
    judge(w, "sc_member")
    judge(w, "houyang_member")
    bulletin = signed(w, drafted(w, check))
    OnPhone(desktop).sign_in(CITY)
    desktop.goto(bulletin.get_absolute_url())
    desktop.get_by_role("link", name="打印").click()
    desktop.wait_for_url(f"**{reverse('inspection:bulletin_paper', args=[bulletin.pk])}")
    sheet = desktop.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", sheet)) == 1
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", sheet)
    desktop.emulate_media(media="print")
    desktop.set_viewport_size({"width": 688, "height": 1000})
    paper = desktop.locator(".paper")
    for words in (bulletin.number, "上队员", "邵队员", "一、总体情况", "三、要求", "（公章）"):
        assert words in paper.inner_text()
    for frame in (".topbar", ".pagehead", ".tabbar", ".footer"):
        assert not desktop.locator(frame).first.is_visible(), frame
    cut = desktop.evaluate(
        "[...document.querySelectorAll('.paper td, .paper th')].filter(c => c.scrollWidth > c.clientWidth + 1).length"
    )
    assert cut == 0

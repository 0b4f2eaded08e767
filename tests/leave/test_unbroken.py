"""Leave that touches leave is decided by the whole length, and everybody reads why; a region may count it apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from leave.models import LeaveRequest
from rules.settings import set_setting
from tests.drive import MONDAY, Drive, now, route
from tests.pages import answers, browser, submit, text

pytestmark = pytest.mark.usefixtures("clock")
FRIDAY, AFTER_THE_REST = MONDAY + timedelta(days=4), MONDAY + timedelta(days=7)
WORDS = "与 11月27日的事假（编号 2026-0001）相连，按 5 天算；单算 2 天由队长批准"


def ask(drive: Drive, start: date, days: int) -> tuple[LeaveRequest, list[str]]:
    """Both pages and the preview, and what they said."""
    me = browser(drive.world, "liusha_member")
    said = answers(days, start=start)
    preview = me.get(reverse("leave:preview"), {name: said[name] for name in said if name != "form_key"})
    check = me.post(reverse("leave:new"), said, follow=True)
    request = LeaveRequest.objects.latest("pk")
    submit(me, request)
    return now(request), [text(preview), text(check)]


@pytest.fixture
def friday(drive: Drive) -> LeaveRequest:
    request, _ = ask(drive, FRIDAY, 1)
    drive.sign("liusha_captain", request)
    return request


def test_form_check_page_and_card_name_the_leave_it_touches(drive: Drive, friday) -> None:
    request, pages = ask(drive, AFTER_THE_REST, 2)
    card = text(browser(drive.world, "liusha_secretary").get(request.get_absolute_url()))
    for page in (*pages, card):
        assert WORDS in page
    assert "提交给镇党委书记" in pages[1]
    assert route(request) == [("any", ["town:party_secretary"])]


def test_a_region_that_counts_apart_says_nothing_and_sends_it_to_the_captain(drive: Drive, friday) -> None:
    set_setting(
        region=drive.world.regions["puning"],
        key="leave.join_touching",
        value=False,
        basis="普驻办〔2026〕3号",
        acting_user=None,
    )
    request, pages = ask(drive, AFTER_THE_REST, 2)
    card = text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    for page in (*pages, card):
        assert "相连" not in page
    assert route(request) == [("any", ["team:captain"])]


def test_the_neighbouring_county_keeps_counting_together(drive: Drive, friday) -> None:
    set_setting(
        region=drive.world.regions["shangcai"],
        key="leave.join_touching",
        value=False,
        basis="上驻办〔2026〕3号",
        acting_user=None,
    )
    request, _ = ask(drive, AFTER_THE_REST, 2)
    assert route(request) == [("any", ["town:party_secretary"])]

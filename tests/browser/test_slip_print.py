"""The printed 请假审批单: one sheet of A4, also with three joint signers and the longest texts that a form takes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from core import calendar
from tests import cast
from tests.browser.people import OnPhone
from tests.drive import Drive

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "因父亲住院手术需要陪护，术后转院复查，来回路程较远。" * 20


@pytest.fixture
def drive(live_server, settings) -> Drive:
    """The cast, standing on a Monday morning."""
    settings.ZHUBANG_TODAY = date(2026, 11, 23)
    calendar.seed(range(2024, 2027))
    world = cast.build()
    return Drive(world)


@pytest.mark.parametrize("length", [10, 120, 500])
def test_one_sheet_of_a4_and_nothing_cut_off(
    desktop: Page, drive: Drive, tmp_path: Path, length: int
) -> None:
    request = drive.ask("sc_member", 8, reason=LONG[:length], destination=LONG[: min(length, 120)])
    for who in ("sc_org_chief", "sc_rural_chief", "sc_unit_chief"):
        drive.sign(who, request, note=LONG[:length])
    OnPhone(desktop).sign_in("sc_member")
    desktop.goto(reverse("leave:slip", args=[request.pk]))
    sheet = desktop.pdf(prefer_css_page_size=True)
    (tmp_path / "slip.pdf").write_bytes(sheet)
    assert len(re.findall(rb"/Type /Page\b(?!s)", sheet)) == 1
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", sheet)
    desktop.emulate_media(media="print")
    desktop.set_viewport_size({"width": 688, "height": 1000})
    cut = desktop.evaluate(
        "[...document.querySelectorAll('.slip td, .slip th')].filter(c => c.scrollWidth > c.clientWidth + 1).length"
    )
    assert cut == 0
    assert desktop.locator(".slip-how").count() == 4

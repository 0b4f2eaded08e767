"""Who has promised to stand in is away himself: he reads it before, the decider too, and whom he stands in for is told."""

from __future__ import annotations

import pytest

from core.models import Notice
from tests.drive import Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")

TOLD = "您的代岗人洪队友"
PROMISED = "这几天本人答应代洪队员（11月30日至 12月3日）的岗"


def told(drive: Drive, who: str) -> list[str]:
    rows = Notice.objects.filter(recipient=drive.world.users[who], title__startswith=TOLD)
    return list(rows.values_list("title", flat=True))


def stands_in(drive: Drive):
    """The member asks for four days; his team-mate stands in."""
    return drive.ask("liusha_member", 4, stand_in_id=drive.world.human("liusha_mate").pk)


def test_his_leave_is_seen_by_all_before_and_told_once_it_is_firm(drive: Drive) -> None:
    covered = stands_in(drive)
    fields = {"type": "personal", "start": "2026-12-03", "start_half": "am", "end": "2026-12-04"}
    preview = browser(drive.world, "liusha_mate").get("/leave/preview/", {**fields, "end_half": "pm"})
    assert PROMISED in text(preview)
    own = drive.ask("liusha_mate", 1)
    assert PROMISED in text(browser(drive.world, "liusha_captain").get(own.get_absolute_url()))
    assert told(drive, "liusha_member") == []
    drive.sign("liusha_captain", own)
    assert told(drive, "liusha_member") == [f"{TOLD} 11月30日 也不在岗（请假）"]
    card = text(browser(drive.world, "liusha_member").get(covered.get_absolute_url()))
    assert "他 11月30日 也不在岗或要离岗" in card


def test_his_trip_is_told_at_once_and_stands_on_its_page(drive: Drive) -> None:
    stands_in(drive)
    form = text(browser(drive.world, "liusha_mate").get("/leave/trips/new/"))
    assert "您答应代洪队员（11月30日至 12月3日）的岗" in form
    trip = drive.travel("liusha_mate", 2)
    assert told(drive, "liusha_member") == [f"{TOLD} 11月30日至 12月1日 也不在岗（因公外出）"]
    page = text(browser(drive.world, "liusha_mate").get(trip.get_absolute_url()))
    assert "这几天答应代洪队员（11月30日至 12月3日）的岗" in page


def test_other_days_and_other_people_are_no_matter(drive: Drive) -> None:
    covered = stands_in(drive)
    drive.travel("liusha_mate", 1, start=covered.end.replace(day=4))
    drive.travel("liusha_captain", 1)
    assert told(drive, "liusha_member") == []
    drive.withdraw("liusha_member", covered)
    drive.travel("liusha_mate", 2)
    assert told(drive, "liusha_member") == []

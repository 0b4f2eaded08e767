"""Too few on post, and 防汛期: both warn on the form, before submitting and on the card, and block nothing."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import Refused
from leave.cautions import cautions
from leave.models import LeaveRequest
from rules import yearly
from rules.settings import set_setting, values_at
from tests.drive import MONDAY, NEXT_MONDAY, Drive, newest, now
from tests.leave.test_away import MONTH
from tests.pages import browser, submit, text

pytestmark = pytest.mark.usefixtures("clock")

SEASON = "04-15 至 10-15"
SHORT = "同期本队在岗 2/4 人，低于普宁市要求的 3 人（全队的 60%）；不在岗：洪队友（队员，因公，11月30日）"


def put(drive: Drive, key: str, value: object, place: str = "puning") -> None:
    set_setting(
        region=drive.world.regions[place], key=key, value=value, basis="普驻办〔2026〕9号", acting_user=None
    )


def preview(drive: Drive, start: date, end: date) -> str:
    fields = {"type": "personal", "start": start, "start_half": "am", "end": end, "end_half": "pm"}
    return text(browser(drive.world, "liusha_member").get("/leave/preview/", fields))


def test_too_few_on_post_is_said_everywhere_and_stops_nobody(drive: Drive) -> None:
    put(drive, "leave.least_on_post", 60)
    drive.travel("liusha_mate", 1)
    assert SHORT in preview(drive, NEXT_MONDAY, NEXT_MONDAY)
    draft = drive.save("liusha_member", 1)
    client = browser(drive.world, "liusha_member")
    assert SHORT in text(client.get(f"/leave/{draft.pk}/check/"))
    submit(client, draft)
    assert now(draft).state == LeaveRequest.State.PENDING
    # The decider reads it on his card, and decides.
    assert SHORT in text(browser(drive.world, "liusha_captain").get(draft.get_absolute_url()))
    drive.sign("liusha_captain", draft)
    assert now(draft).state == LeaveRequest.State.APPROVED


def test_enough_on_post_is_said_calmly_and_without_a_rule_nothing_is_made_up(drive: Drive) -> None:
    put(drive, "leave.least_on_post", 50)
    assert "同期本队在岗 3/4 人，不低于普宁市要求的 2 人（全队的 50%）" in preview(
        drive, NEXT_MONDAY, NEXT_MONDAY
    )
    posting = drive.world.appointments["xf_member"]
    assert cautions(posting, drive.ask("xf_member", 1).span).least is None


def test_a_town_may_want_more_than_its_county(drive: Drive) -> None:
    put(drive, "leave.least_on_post", 50)
    put(drive, "leave.least_on_post", 100, "liusha")
    paths = [drive.world.regions[place].path for place in ("liusha", "lihu", "meikeng")]
    assert list(values_at(paths, "leave.least_on_post").values()) == [100, 50, 0]
    assert "低于洪阳镇要求的 4 人（全队的 100%）" in preview(drive, NEXT_MONDAY, NEXT_MONDAY)


def test_the_month_marks_the_days_on_which_too_few_are_there(drive: Drive) -> None:
    put(drive, "leave.least_on_post", 80)
    client = browser(drive.world, "liusha_secretary")
    assert "，不够" not in text(client.get(MONTH))
    drive.travel("liusha_mate", 1, start=MONDAY)
    assert text(client.get(MONTH)).count("，不够") == 1


@pytest.mark.parametrize(
    ("season", "day", "inside"),
    [
        (SEASON, date(2027, 4, 14), False),
        (SEASON, date(2027, 4, 15), True),
        (SEASON, date(2026, 10, 15), True),
        (SEASON, date(2026, 10, 16), False),
        ("11-01 至 02-29", date(2026, 12, 31), True),
        ("11-01 至 02-29", date(2027, 2, 28), True),
        ("11-01 至 02-29", date(2027, 3, 1), False),
        ("无", date(2026, 7, 1), False),
    ],
)
def test_a_season_comes_back_every_year(season: str, day: date, inside: bool) -> None:
    assert yearly.covers(season, day) is inside


@pytest.mark.parametrize("text_", ["04-15", "13-01 至 02-01", "4-15 至 10-15", "04-31 至 10-15", "x", ""])
def test_what_is_no_season_is_refused(drive: Drive, text_: str) -> None:
    with pytest.raises(Refused):
        put(drive, "leave.flood_season", text_)


def test_leave_that_touches_the_season_is_warned_with_the_basis(drive: Drive, clock) -> None:
    put(drive, "leave.flood_season", SEASON)
    said = "防汛期（4月15日至10月15日），请假从严：确需离岗的，先安排好代岗和值守。普宁市规定，依据：普驻办〔2026〕9号"
    assert "防汛期" not in preview(drive, NEXT_MONDAY, NEXT_MONDAY)
    assert said in preview(drive, date(2027, 4, 13), date(2027, 4, 15))
    clock.set(date(2027, 4, 12))
    request = drive.ask("liusha_member", 3, start=date(2027, 4, 13))
    assert said in text(browser(drive.world, "liusha_captain").get(request.get_absolute_url()))
    drive.sign("liusha_captain", request)
    assert newest(request).state == "agreed"


def test_the_county_writes_the_season_itself(drive: Drive) -> None:
    client, region = browser(drive.world, "xf_rural_chief"), drive.world.regions["xinfeng"]
    fields = {"region": region.pk, "key": "leave.flood_season", "leave-flood_season-basis": "新防指〔2026〕1号",
              "leave-flood_season-valid_from": "2026-11-23"}  # fmt: skip
    page = client.post("/rules/settings/", {**fields, "leave-flood_season-value": "四月到十月"})
    assert page.status_code == 422
    assert "写起止的月日，如 04-15 至 10-15；没有的写“无”" in text(page)
    page = client.post("/rules/settings/", {**fields, "leave-flood_season-value": SEASON}, follow=True)
    assert "4月15日至10月15日 这段时间请假从严，填写和批准时提醒" in text(page)

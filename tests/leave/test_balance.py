"""余额: kept where the place has set days, counted as the type's own law counts, never in the way."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.errors import Refused
from leave import balance
from leave.models import LeaveRequest
from rules.settings import set_setting, setting
from tests.drive import MONDAY, NEXT_MONDAY, Drive, now
from tests.pages import answers, beside, browser, text

pytestmark = pytest.mark.usefixtures("clock")
BASIS = "普组通〔2026〕9号"


@pytest.fixture
def kept(drive: Drive) -> None:
    """普宁 allows 10 days of 年休假 and 3 of 事假 a year."""
    allow(drive, annual=10, personal=3)


def allow(drive: Drive, place: str = "puning", valid_from: date | None = None, **days: int) -> None:
    set_setting(
        region=drive.world.regions[place],
        key="leave.allowance",
        value=days,
        basis=BASIS,
        acting_user=None,
        valid_from=valid_from,
    )


def card(drive: Drive, who: str, request: LeaveRequest) -> str:
    return text(browser(drive.world, who).get(request.get_absolute_url()))


def words(drive: Drive, who: str = "liusha_member", year: int = 2026) -> list[str]:
    return [each.words for each in balance.of_person(drive.world.appointments[who], year)]


def test_where_the_place_has_set_nothing_nothing_is_said(drive: Drive) -> None:
    request = drive.ask("liusha_member", 4, type="annual")
    assert "余额" not in card(drive, "liusha_secretary", request)
    assert "可休" not in text(browser(drive.world, "liusha_member").get(reverse("leave:mine")))


def test_form_check_card_and_own_list_say_the_same(drive: Drive, kept) -> None:
    first = drive.ask("liusha_member", 4, type="annual")
    drive.sign("liusha_secretary", first)
    drive.ask("liusha_member", 2, type="annual", start=date(2026, 12, 14))
    me = browser(drive.world, "liusha_member")
    start, end = date(2026, 12, 21), date(2026, 12, 23)
    said = {"type": "annual", "start": start, "end": end, "start_half": "am", "end_half": "pm"}
    expected = "年休假 2026 年：可休 10 天，已批 4 天，待批 2 天，这次 3 天，还剩 1 天"
    assert expected in text(me.get(reverse("leave:preview"), said))
    draft = drive.save("liusha_member", 3, type="annual", start=start)
    assert expected in text(me.get(reverse("leave:check", args=[draft.pk])))
    drive.submit("liusha_member", draft)
    assert expected in card(drive, "liusha_member", draft)
    assert expected in card(drive, "liusha_captain", draft)
    assert "年休假 2026 年：可休 10 天，已批 4 天，待批 5 天，还剩 1 天" in text(
        me.get(reverse("leave:mine"))
    )


def test_who_neither_decides_nor_asked_reads_no_balance_on_the_card(drive: Drive, kept) -> None:
    request = drive.ask("liusha_member", 4, type="annual")
    assert "可休" in card(drive, "liusha_secretary", request)
    for who in ("pn_unit_chief", "liusha_officer"):
        assert "可休" not in card(drive, who, request)


def test_going_over_warns_and_never_blocks(drive: Drive, kept) -> None:
    me = browser(drive.world, "liusha_member")
    said = answers(4)
    page = text(me.get(reverse("leave:preview"), said))
    assert "可休 3 天，已批 0 天，这次 4 天，超出 1 天" in page
    assert "超出 1 天。系统只作提醒，由批准的人定" in page
    request = drive.ask("liusha_member", 4)
    assert "超出 1 天。系统只作提醒，由批准的人定" in card(drive, "liusha_secretary", request)
    drive.sign("liusha_secretary", request)
    assert now(request).state == "approved"


def test_rest_days_are_not_charged_where_the_law_says_so(drive: Drive, kept) -> None:
    drive.sign("pn_agri_chief", drive.ask("liusha_member", 7, type="annual"))
    assert "年休假 2026 年：可休 10 天，已批 5 天，还剩 5 天" in words(drive)


def test_a_leave_over_new_year_counts_in_both(drive: Drive, kept) -> None:
    request = drive.ask("liusha_member", 5, start=date(2026, 12, 30))
    rows = [each.words for each in balance.for_request(request)]
    assert rows == [
        "事假 2026 年：可休 3 天，已批 0 天，这次 2 天，还剩 1 天",
        "事假 2027 年：可休 3 天，已批 0 天，这次 3 天，还剩 0 天",
    ]
    assert "事假 2027 年：可休 3 天，已批 0 天，待批 3 天，还剩 0 天" in words(drive, year=2027)


def test_what_holds_from_next_year_counts_then(drive: Drive, kept) -> None:
    allow(drive, valid_from=date(2027, 1, 1), personal=5)
    assert words(drive)[0].startswith("事假 2026 年：可休 3 天")
    assert words(drive, year=2027)[0].startswith("事假 2027 年：可休 5 天")


def test_coming_back_early_gives_days_back(drive: Drive, kept, clock) -> None:
    request = drive.ask("liusha_member", 3, type="annual")
    drive.sign("liusha_captain", request)
    assert "已批 3 天" in words(drive)[1]
    clock.set(NEXT_MONDAY + timedelta(days=1), hour=14)
    drive.back("liusha_member", request, NEXT_MONDAY + timedelta(days=1), "pm")
    assert "年休假 2026 年：可休 10 天，已批 1.5 天，还剩 8.5 天" in words(drive)
    assert "这次 1.5 天，还剩 8.5 天" in card(drive, "liusha_captain", request)


def test_refused_withdrawn_and_cancelled_take_nothing(drive: Drive, kept) -> None:
    drive.withdraw("liusha_member", drive.ask("liusha_member", 1))
    drive.sign("liusha_captain", drive.ask("liusha_member", 1), "refuse", "走访后再请")
    gone = drive.ask("liusha_member", 1)
    drive.sign("liusha_captain", gone)
    drive.cancel("liusha_member", gone)
    assert "事假 2026 年：可休 3 天，已批 0 天，还剩 3 天" in words(drive)
    assert "余额" not in card(drive, "liusha_member", gone)


def test_a_change_takes_the_place_and_is_not_counted_twice(drive: Drive, kept) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    change = drive.change("liusha_member", request, 3)
    assert "已批 0 天，这次 3 天，还剩 0 天" in card(drive, "liusha_member", change)
    drive.sign("liusha_captain", change)
    assert "事假 2026 年：可休 3 天，已批 3 天，还剩 0 天" in words(drive)


def test_a_town_may_differ_and_the_neighbour_keeps_the_countys(drive: Drive, kept) -> None:
    allow(drive, "liusha", personal=8)
    assert words(drive) == ["事假 2026 年：可休 8 天，已批 0 天，还剩 8 天"]
    assert words(drive, "lihu_member")[0] == "事假 2026 年：可休 3 天，已批 0 天，还剩 3 天"
    assert words(drive, "xf_member") == []


def test_a_county_sets_the_days_on_its_page(drive: Drive) -> None:
    world = drive.world
    client = browser(world, "xf_rural_chief")
    assert "每人每年各类假可休的天数" in text(client.get("/rules/settings/"))
    said = {
        "region": world.regions["xinfeng"].pk,
        "key": "leave.allowance",
        "leave-allowance-value_annual": "10",
        "leave-allowance-value_personal": "0",
        "leave-allowance-value_sick": "",
        "leave-allowance-valid_from": MONDAY.isoformat(),
        "leave-allowance-basis": BASIS,
    }
    bad = client.post("/rules/settings/", {**said, "leave-allowance-value_sick": "400"})
    assert bad.status_code == 422
    assert beside(bad, "leave-allowance-value_sick") == "写 0 到 366 之间的整数"
    page = client.post("/rules/settings/", said, follow=True)
    assert "年休假 10 天" in text(page)
    assert setting(world.regions["meikeng"], "leave.allowance") == {"annual": 10}
    assert 'name="leave-allowance-value_annual" value="10"' in page.content.decode()


@pytest.mark.parametrize("value", [{"annual": 0}, {"annual": "10"}, {"made_up": 3}, {"annual": True}, [], 10])
def test_no_other_value_is_taken(drive: Drive, value) -> None:
    with pytest.raises(Refused):
        set_setting(
            region=drive.world.regions["puning"],
            key="leave.allowance",
            value=value,
            basis=BASIS,
            acting_user=None,
        )


def test_a_page_of_people_costs_two_questions(drive: Drive, kept) -> None:
    world = drive.world
    rows = [
        world.appointments[who] for who in ("liusha_member", "liusha_mate", "liusha_captain", "lihu_member")
    ]
    for who in ("liusha_member", "liusha_mate", "lihu_member"):
        drive.ask(who, 1)
    balance.of_people(rows, 2026)
    with CaptureQueriesContext(connection) as asked:
        found = balance.of_people(rows, 2026)
    assert [len(found), found[world.human("liusha_mate").pk][0].pending] == [4, 2]
    assert len([each for each in asked.captured_queries if "core_edition" not in each["sql"]]) == 2


def test_the_list_holds_those_one_looks_after_and_leaves_as_a_workbook(drive: Drive, kept) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 2))
    drive.ask("liusha_mate", 4)
    captain = browser(drive.world, "liusha_captain")
    page = text(captain.get(reverse("leave:balances")))
    assert "洪队员 驻洪阳镇工作队 普宁市林业局 还剩 1 可休 3，已批 2 还剩 10 可休 10，已批 0" in page
    assert "洪队友 驻洪阳镇工作队 普宁市水利局 超出 1 可休 3，已批 0，待批 4" in page
    assert "里队员" not in page
    assert "2027年，单位：天" in text(captain.get(reverse("leave:balances"), {"year": "2027"}))
    unit = text(browser(drive.world, "pn_unit2_chief").get(reverse("leave:balances")))
    assert "洪队友" in unit
    assert "洪队员" not in unit
    sheet = load_workbook(io.BytesIO(captain.get(reverse("leave:balances_file")).content)).active
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["洪队友"][3:7] == (3, 0, 4, -1)
    assert "里队员" not in rows
    assert browser(drive.world, "liusha_member").get(reverse("leave:balances")).status_code == 404


def test_a_list_where_nothing_is_set_says_what_to_do(drive: Drive) -> None:
    page = text(browser(drive.world, "xf_captain").get(reverse("leave:balances")))
    assert "这里没有设每年可休的天数" in page


def test_the_list_narrows_by_town_and_costs_the_same_for_all(drive: Drive, kept) -> None:
    office = browser(drive.world, "pn_agri_chief")
    lihu = {"town": drive.world.regions["lihu"].path}
    page = text(office.get(reverse("leave:balances"), lihu))
    assert "里队员" in page
    assert "洪队员" not in page

    def asked() -> int:
        office.get(reverse("leave:balances"))
        with CaptureQueriesContext(connection) as caught:
            office.get(reverse("leave:balances"))
        return len(caught)

    drive.ask("lihu_member", 1)
    few = asked()
    for number in range(10):
        who = f"extra_{number}"
        drive.world.person(who, "增员", "member", "lihu_team", unit=drive.world.bodies["pn_unit"])
        drive.ask(who, 1)
    assert asked() == few

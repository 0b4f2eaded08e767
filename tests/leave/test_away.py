"""谁不在岗: by day and by month, without why; and never anybody of the next town, the next unit, another county."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams.models import Appointment
from tests.access import names_in
from tests.drive import MONDAY, NEXT_MONDAY, Drive, now
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")

AWAY = "/leave/away/"
MONTH = f"{AWAY}?view=month&month=2026-11"


def approved(drive: Drive, who: str, days: float, chief: str, **changes):
    request = drive.ask(who, days, **changes)
    drive.sign(chief, request)
    return request


def cells(page, name: str) -> dict[int, str]:
    """Day → what stands in the person's row of the grid, words for people who cannot see included."""
    row = re.search(rf'<tr><th scope="row" class="is-who"><a [^>]*>{name}</a></th>(.*?)</tr>', page, re.S)
    assert row, f"{name} has no row"
    found = re.findall(r"<td class=\"([^\"]*)\">(.*?)</td>", row[1], re.S)
    return {day: re.sub(r"<[^>]+>", " ", cell).strip() for day, (_, cell) in enumerate(found, 1)}


def test_the_list_says_from_when_until_when_and_who_stands_in(drive: Drive) -> None:
    mate = drive.world.human("liusha_mate").pk
    request = approved(drive, "liusha_member", 3, "liusha_captain", start=MONDAY, stand_in_id=mate)
    page = browser(drive.world, "liusha_secretary").get(AWAY)
    assert "共 4 人，今天有 1 人不在岗或要离岗" in text(page)
    assert "洪队员 队员" in text(page)
    assert "请假 11月23日（周一）至 25日（周三） ，洪队友代岗" in text(page)
    assert request.get_absolute_url() in page.content.decode()


def test_the_week_has_who_leaves_later_and_says_what_still_waits(drive: Drive) -> None:
    drive.ask("liusha_mate", 1.5, start=MONDAY + timedelta(days=2))
    client = browser(drive.world, "liusha_captain")
    assert "没有人请假或因公外出" in text(client.get(AWAY))
    page = text(client.get(f"{AWAY}?view=week"))
    assert "请假 11月25日（周三）上午至 26日（周四）上午 ，待批" in page


def test_the_month_by_people_and_days(drive: Drive) -> None:
    approved(drive, "liusha_member", 2.5, "liusha_captain", start=MONDAY)
    drive.travel("liusha_mate", 1, start=date(2026, 11, 26))
    page = browser(drive.world, "liusha_secretary").get(MONTH).content.decode()
    member, mate = cells(page, "洪队员"), cells(page, "洪队友")
    assert [member[day].split() for day in (22, 23, 24, 25, 26)] == [
        [],
        ["假", "请假"],
        ["假", "请假"],
        ["假·", "上午请假"],
        [],
    ]
    assert mate[26].split() == ["公", "因公外出"]
    totals = re.search(r'<tr class="is-total">(.*?)</tr>', page, re.S)
    assert totals
    numbers = re.findall(r"<td[^>]*>(\d+)<span>/(\d+)</span>", totals[1])
    assert [numbers[day - 1] for day in (22, 23, 25, 26, 27)] == [
        ("4", "4"),
        ("3", "4"),
        ("3", "4"),
        ("3", "4"),
        ("4", "4"),
    ]


def test_who_comes_or_goes_in_the_month_counts_from_his_day_to_his_day(drive: Drive) -> None:
    Appointment.objects.filter(pk=drive.world.appointments["liusha_mate"].pk).update(
        valid_to=date(2026, 11, 10)
    )
    page = browser(drive.world, "liusha_secretary").get(MONTH).content.decode()
    totals = re.search(r'<tr class="is-total">(.*?)</tr>', page, re.S)
    assert totals
    numbers = re.findall(r"<span>/(\d+)</span>", totals[1])
    assert numbers[9:11] == ["4", "3"]
    # A team-mate sees who serves with him today, and no former one.
    assert "洪队友" not in browser(drive.world, "liusha_member").get(MONTH).content.decode()


def test_what_somebody_does_after_he_has_left_is_another_teams(drive: Drive) -> None:
    drive.travel("liusha_mate", 1, start=MONDAY)
    drive.travel("liusha_mate", 1, start=MONDAY + timedelta(days=3))
    drive.travel("liusha_first", 1, start=MONDAY + timedelta(days=3))
    for who in ("liusha_mate", "liusha_first"):
        Appointment.objects.filter(pk=drive.world.appointments[who].pk).update(
            valid_to=MONDAY + timedelta(days=1)
        )
    client = browser(drive.world, "liusha_secretary")
    for query in ("?view=week", "?view=month&month=2026-11"):
        page = text(client.get(AWAY + query))
        assert "11月23日（周一）" in page
        assert "11月26日（周四）" not in page
    assert "洪第一" not in text(client.get(f"{AWAY}?view=week"))


def test_nobody_reads_the_type_or_the_reason_and_a_mate_opens_no_card(drive: Drive) -> None:
    request = approved(
        drive, "liusha_member", 2, "liusha_captain", start=MONDAY, type="sick", reason="陪父亲做化疗"
    )
    for who, opens in (
        ("liusha_mate", False),
        ("liusha_captain", True),
        ("pn_unit_chief", True),
        ("pn_agri_chief", True),
    ):
        for address in (AWAY, MONTH):
            page = browser(drive.world, who).get(address)
            assert "洪队员" in text(page), who
            assert "病假" not in text(page)
            assert "化疗" not in text(page)
            assert (request.get_absolute_url() in page.content.decode()) is opens, (who, address)


@pytest.mark.parametrize(
    ("who", "sees", "hidden"),
    [
        ("liusha_member", {"洪队员", "洪队友"}, {"里队员", "上队员", "新队员"}),
        ("liusha_captain", {"洪队员", "洪队友"}, {"里队员", "上队员", "新队员"}),
        ("lihu_captain", {"里队员"}, {"洪队员", "洪队友", "上队员", "新队员"}),
        ("liusha_officer", {"洪队员", "洪队友"}, {"里队员", "上队员", "新队员"}),
        ("pn_agri_staff", {"洪队员", "洪队友", "里队员"}, {"上队员", "新队员"}),
        ("pn_unit_chief", {"洪队员", "里队员"}, {"洪队友", "洪第一", "上队员", "新队员"}),
        ("pn_unit2_chief", {"洪队友"}, {"洪队员", "洪队长", "里队员", "上队员", "新队员"}),
    ],
)
def test_each_sees_his_own_and_nobody_else(drive: Drive, who: str, sees: set[str], hidden: set[str]) -> None:
    for member in ("liusha_member", "liusha_mate", "lihu_member", "sc_member", "xf_member"):
        drive.travel(member, 1, start=MONDAY)
    client = browser(drive.world, who)
    for query in ("", "?view=week", "?view=month", "?view=month&month=2026-12"):
        page = text(client.get(AWAY + query))
        if "12" not in query:
            assert {name for name in sees if name not in page} == set(), query
        assert {name for name in hidden if name in page} == set(), query


def test_the_address_cannot_open_another_town_team_or_unit(drive: Drive) -> None:
    drive.travel("lihu_member", 1, start=MONDAY)
    client = browser(drive.world, "liusha_secretary")
    bodies, foreign = drive.world.bodies, names_in(drive.world, "里湖")
    for query in (
        f"?team={bodies['lihu_team'].pk}",
        f"?town={drive.world.regions['lihu'].path}",
        f"?unit={bodies['pn_unit'].pk}&view=week",
        "?view=month&month=9999-99&team=x&page=99",
    ):
        page = client.get(AWAY + query)
        assert page.status_code == 200
        assert {name for name in foreign if name in text(page)} == set(), query


@pytest.mark.parametrize("who", ["pn_finance_chief", "pn_system", "pn_auditor"])
def test_who_looks_after_nobody_has_no_such_page(drive: Drive, who: str) -> None:
    assert browser(drive.world, who).get(AWAY).status_code == 404


def test_a_county_narrows_by_town_and_turns_the_month(drive: Drive) -> None:
    drive.travel("liusha_member", 1, start=MONDAY)
    drive.travel("lihu_member", 1, start=NEXT_MONDAY + timedelta(days=7))
    client = browser(drive.world, "pn_agri_chief")
    town = drive.world.regions["lihu"].path
    page = client.get(f"{MONTH}&town={town}")
    assert "洪队员" not in text(page)
    assert "里队员" in text(page)
    assert f"month=2026-12&amp;town={town}" in page.content.decode()
    assert (
        cells(client.get(f"{AWAY}?view=month&month=2026-12").content.decode(), "里队员")[7].split()[0] == "公"
    )


def test_leave_that_is_given_back_early_or_withdrawn_is_gone(drive: Drive, clock) -> None:
    request = approved(drive, "liusha_member", 3, "liusha_captain", start=MONDAY)
    drive.ask("liusha_mate", 1, start=MONDAY)
    clock.set(MONDAY + timedelta(days=1))
    drive.back("liusha_member", now(request), MONDAY + timedelta(days=1), "am")
    page = cells(browser(drive.world, "liusha_secretary").get(MONTH).content.decode(), "洪队员")
    assert [bool(page[day]) for day in (23, 24, 25)] == [True, False, False]


@pytest.mark.parametrize("query", ["", "?view=week", "?view=month"])
def test_more_people_away_ask_the_database_no_oftener(drive: Drive, query: str) -> None:
    def asked() -> int:
        client = browser(drive.world, "pn_agri_chief")
        client.get(reverse("overview:home"))
        with CaptureQueriesContext(connection) as captured:
            client.get(AWAY + query)
        return len(captured)

    drive.travel("liusha_member", 1, start=MONDAY)
    drive.ask("liusha_mate", 1, start=MONDAY)
    few = asked()
    for who in ("liusha_first", "lihu_member", "lihu_captain"):
        drive.ask(who, 2, start=MONDAY)
    assert asked() == few
    # Ten of them are the frame's: who asks, what waits for him, what he has not read.
    assert few <= 20

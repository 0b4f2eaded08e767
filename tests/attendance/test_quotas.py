"""定额: how people stand against what their document asks, for whoever looks after them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import closing
from policy.periods import period_of
from teams.words import Post
from tests import cast
from tests.attendance.months import mark, send, sign
from tests.attendance.test_standing import write
from tests.cast import World
from tests.drive import MONDAY, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
PAGE = "/attendance/quotas/"


def days(world: World, who: str, first: date, last: date, value: str = "on_post") -> None:
    """Working days between the two, entered alike."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.weekday() < 5:
            write(world.human(who), day, "am", value)
            write(world.human(who), day, "pm", value)


def counts(page: Any) -> dict[str, list[str]]:
    """Rule → numbers by state, as the table at the head shows them."""
    table = re.search(r'quota-counts".*?</table>', page.content.decode(), re.S)
    assert table
    rows = re.findall(r"<tr role=\"row\"><th scope=\"row\".*?</tr>", table[0], re.S)
    found = {}
    for row in rows:
        cells = [re.sub(r"<span class=\"visually-hidden\">.*?</span>|<[^>]+>", "", each) for each in re.split(r"<td", row)]  # fmt: skip
        found[cells[0].strip()] = [re.sub(r"^.*?>", "", each).strip() for each in cells[1:]]
    return found


def lines(page: Any) -> list[str]:
    """The lines of the list, in words."""
    table = re.search(r'quota-list".*?</table>', page.content.decode(), re.S)
    return re.findall(r"<tbody.*", table[0], re.S) and [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
        for row in re.findall(r"<tr role=\"row\">\s*<th scope=\"row\".*?</tr>", table[0], re.S)
    ]


def test_the_county_sees_everybody_by_place_and_every_figure_leads_to_its_rows(world: World) -> None:
    days(world, "sc_member", date(2026, 11, 2), date(2026, 11, 20))
    days(world, "sc_captain", date(2026, 11, 9), date(2026, 11, 20))
    client = browser(world, "sc_rural_chief")
    page = client.get(PAGE)
    label = "每月在岗不少于 20 个工作日"
    assert sum(map(int, counts(page)[label])) == 2
    assert "应在岗 20 个工作日，已在岗 15 天，还差 5 天" in text(page)
    links = re.findall(r'href="(\?[^"]*state=[^"]*)"', page.content.decode())
    for link in links:
        assert lines(client.get(PAGE + link.replace("&amp;", "&")))


def test_days_that_nobody_entered_are_no_days_missed(world: World) -> None:
    days(world, "sc_member", date(2026, 11, 9), date(2026, 11, 20), "rest")
    said = next(
        each for each in lines(browser(world, "sc_rural_chief").get(PAGE)) if each.startswith("上队员")
    )
    assert "待登记" in said
    assert "还有 5 个工作日没有登记，先登记" in said


def test_a_shortfall_that_a_trip_explains_is_no_failing(drive: Drive) -> None:
    world = drive.world
    days(world, "sc_member", date(2026, 11, 2), date(2026, 11, 18))
    for day in (19, 20):
        drive.is_away("sc_member", date(2026, 11, day))
    page = browser(world, "sc_rural_chief").get(f"{PAGE}?state=explained")
    said = next(each for each in lines(page) if each.startswith("上队员"))
    assert "有因未达" in said
    assert "公出 2 天" in said
    assert "status-refused" not in page.content.decode()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("zhuli_secretary", {"上队长", "上队员"}),
        ("sc_captain", {"上队长", "上队员"}),
        ("sc_org_chief", {"上队长", "上队员"}),
        ("sc_unit_chief", {"上队长", "上队员"}),
    ],
)
def test_who_sees_whom(world: World, who: str, seen: set[str]) -> None:
    assert {each.split()[0] for each in lines(browser(world, who).get(PAGE))} == seen


def test_a_neighbour_sees_nobody_of_the_next_town(world: World) -> None:
    world.region("wulong", "五龙镇", "town", "411722108000", "shangcai")
    from teams.models import Office, Team
    from teams.words import Function

    world.body("wulong_party", Office, "中共五龙镇委员会", "wulong", functions=(Function.PARTY_COMMITTEE,))
    world.body("wulong_team", Team, "驻五龙镇工作队", "wulong", team_kind="village")
    world.person("wulong_secretary", "五书记", Post.PARTY_SECRETARY, "wulong_party")
    world.person("wulong_captain", "五队长", Post.CAPTAIN, "wulong_team", unit=world.bodies["sc_unit"])
    world.person("wulong_helper", "五特派", Post.TECH_COMMISSIONER, "wulong_party")
    for who in ("wulong_secretary", "wulong_captain"):
        assert {each.split()[0] for each in lines(browser(world, who).get(PAGE))} == {"五队长"}
    county = browser(world, "sc_rural_chief")
    assert [each.split()[0] for each in lines(county.get(f"{PAGE}?measure=zhumadian:month_workdays"))] == ["上队员", "上队长", "五队长"]  # fmt: skip
    assert "未编组" in text(county.get(PAGE))
    assert "五特派" in text(county.get(PAGE))
    assert "五特派" not in text(browser(world, "zhuli_secretary").get(PAGE))
    town = world.regions["wulong"].path
    assert {each.split()[0] for each in lines(county.get(f"{PAGE}?town={town}"))} == {"五队长"}


def test_a_week_has_its_own_page(world: World) -> None:
    days(world, "sc_member", date(2026, 11, 16), date(2026, 11, 20))
    page = browser(world, "sc_rural_chief").get(f"{PAGE}?week=2026-11-18")
    assert "2026年11月16日至22日" in text(page)
    said = [each for each in lines(page) if each.startswith("上队员")]
    assert any("应在岗 5 个工作日，已在岗 5 天" in each and "达到" in each for each in said)
    assert any("应住村 4 夜" in each for each in said)


@pytest.mark.parametrize(("who", "link"), [("xf_rural_chief", True), ("xf_captain", False), ("liusha_captain", False)])  # fmt: skip
def test_where_no_document_asks_the_page_says_so(world: World, who: str, link: bool) -> None:
    page = browser(world, who).get(PAGE)
    assert "本地文件没有规定这样的驻村天数" in text(page)
    assert ("/rules/local/" in re.sub(r"<nav.*?</nav>", "", page.content.decode(), flags=re.S)) == link


def test_a_local_document_of_the_county_counts_too(world: World) -> None:
    cast.add_yongxing(world)
    days(world, "yx_member", date(2026, 11, 2), date(2026, 11, 20))
    page = browser(world, "yx_office_chief").get(PAGE)
    assert set(counts(page)) == {"每月驻村不少于 20 天", "其中下组入户、住在村里或乡镇政府不少于 12 天"}


def test_a_member_has_no_such_page(world: World) -> None:
    assert browser(world, "sc_member").get(PAGE).status_code == 404


def test_more_people_ask_no_more_questions(world: World) -> None:
    def asked() -> int:
        client = browser(world, "sc_rural_chief")
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    few = asked()
    for number in range(5):
        who = f"more{number}"
        world.person(who, f"上增{number}", Post.MEMBER, "sc_team", unit=world.bodies["sc_unit"])
        days(world, who, MONDAY - timedelta(days=7), MONDAY - timedelta(days=3))
    assert asked() == few
    assert period_of("month", MONDAY).key == "2026-11"


def test_a_closed_month_counts_as_it_was_closed_and_says_what_came_later(drive: Drive) -> None:
    """The sheet's figure and that of 定额 are one, whatever is said afterwards; opened again the month counts anew."""
    drive.world.person("zhuli_officer", "朱考勤", Post.ATTENDANCE_OFFICER, "zhuli_party")
    day, later, unsure = date(2026, 10, 20), date(2026, 10, 21), date(2026, 10, 22)
    mark(drive, "sc_member", day, "on_post", by="zhuli_officer")
    mark(drive, "sc_member", unsure, "unverified", by="zhuli_officer")
    sheet = send(drive, by="zhuli_officer", team="sc_team")
    sign(drive, "sc_captain", sheet)
    sheet = sign(drive, "zhuli_officer", sheet)
    write(drive.world.human("sc_member"), later, "am", "on_post", source=90)
    write(drive.world.human("sc_member"), later, "pm", "on_post", source=90)
    chief, own = browser(drive.world, "sc_rural_chief"), browser(drive.world, "sc_member")
    said = next(each for each in lines(chief.get(PAGE, {"month": "2026-10"})) if each.startswith("上队员"))
    assert "已在岗 1 天" in said
    assert "待核" not in said
    assert "没有登记" not in said
    assert "关账后有 1 天变动，没有计入" in said
    assert "关账后有 1 天变动" in text(own.get("/attendance/mine/", {"month": "2026-10"}))
    register = chief.get("/attendance/", {"month": "2026-10", "team": sheet.team_id}).content.decode()
    row = re.search(r"上队员</a>(.*)", register)
    assert row
    assert [bool(re.search("√", each)) for each in row[1].split("<td")[20:22]] == [True, False]
    closing.reopen(acting_user=drive.world.user("zhuli_officer"), sheet_id=sheet.pk, reason="补登记")
    said = next(each for each in lines(chief.get(PAGE, {"month": "2026-10"})) if each.startswith("上队员"))
    assert "已在岗 2 天" in said
    assert "关账后" not in said

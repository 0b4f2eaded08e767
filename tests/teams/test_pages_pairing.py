"""组团结对: the county's table of units behind each town, as its paper has it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import DispatchingUnit, Pairing, Team
from teams.words import Level, Origin, PairingRole, TeamKind
from tests.cast import World

NO_PAPER = "没有登记组团结对"


def pair(world: World, team: str, role: str, unit: str = "", note: str = "", **fields) -> Pairing:
    return Pairing.objects.create(
        team=world.bodies[team],
        role=role,
        unit=world.bodies[unit] if unit else None,
        note=note,
        document="新乡振组〔2021〕12号 附件 1",
        **{"valid_from": date(2021, 9, 10), **fields},
    )


@pytest.fixture
def annex(world: World) -> World:
    """Two towns of 新丰 as 附件 1 has them."""
    world.region("yaotian", "遥田镇", Level.TOWN, "440233104000", "xinfeng")
    world.body("yaotian_team", Team, "驻遥田镇工作队", "yaotian", team_kind=TeamKind.TOWN)
    units = {"industry": "县工信局", "hr": "县人社局", "environment": "省环保集团有限公司"}
    for key, name in units.items():
        world.body(f"xf_{key}", DispatchingUnit, name, "xinfeng", origin=Origin.COUNTY)
    for key, kind in (("yaotian", "重点帮扶镇"), ("meikeng", "巩固提升镇")):
        world.regions[key].support_class = kind
        world.regions[key].save()
    pair(world, "yaotian_team", PairingRole.FIRST_SECRETARY, note="由选派驻镇帮扶工作队成员单位选派")
    pair(world, "yaotian_team", PairingRole.MEMBER, "xf_environment")
    pair(world, "xf_team", PairingRole.LEAD, "xf_unit")
    pair(world, "xf_team", PairingRole.FIRST_SECRETARY, "xf_industry")
    pair(world, "xf_team", PairingRole.FIRST_SECRETARY, "xf_hr")
    for team in ("yaotian_team", "xf_team"):
        pair(world, team, PairingRole.FINANCE_ASSISTANT, note="农行广东省分行等")
        pair(world, team, PairingRole.SPECIALIST, note="1 名以上农村科技特派员")
    return world


def cells(page: str) -> list[list[str]]:
    """The pairing table as text, cell by cell."""
    from html.parser import HTMLParser

    class Table(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.rows: list[list[str]] = []
            self.open = False

        def handle_starttag(self, tag: str, attrs: list) -> None:
            if tag == "tr":
                self.rows.append([])
            if tag in ("td", "th"):
                self.rows[-1].append("")
                self.open = True

        def handle_endtag(self, tag: str) -> None:
            if tag in ("td", "th"):
                self.open = False

        def handle_data(self, data: str) -> None:
            if self.open:
                self.rows[-1][-1] += data.strip()

    table = Table()
    table.feed(page)
    return [row for row in table.rows if row]


def test_the_pairing_page_reads_as_the_paper(at, annex: World) -> None:
    page = at("xf_member", "/pairing/").text
    assert cells(page) == [
        ["序号", "镇（街）", "镇类型", "牵头单位", "选派第一书记单位", "选派驻镇队员单位", "金融助理", "科技特派员等"],
        ["1", "遥田镇", "重点帮扶镇", "—", "由选派驻镇帮扶工作队成员单位选派", "省环保集团有限公司",
         "农行广东省分行等", "1 名以上农村科技特派员"],
        ["2", "梅坑镇", "巩固提升镇", "新丰县交通运输局", "县工信局、县人社局", "—",
         "农行广东省分行等", "1 名以上农村科技特派员"],
    ]  # fmt: skip
    assert "新乡振组〔2021〕12号 附件 1" in page
    assert "自 2021-09-10 起" in page


def test_a_unit_that_is_also_an_office_keeps_the_name_on_the_paper(at, annex: World) -> None:
    DispatchingUnit.objects.filter(pk=annex.bodies["xf_unit"].pk).update(
        name="县农业农村局（原县农业局）", institution=annex.bodies["xf_rural"]
    )
    page = at("xf_rural_chief", "/pairing/").text
    assert "县农业农村局（原县农业局）" in page


def test_a_pairing_that_ended_is_not_shown_and_the_order_stays(at, annex: World) -> None:
    Pairing.objects.filter(unit=annex.bodies["xf_environment"]).update(valid_to=date(2024, 8, 31))
    pair(annex, "yaotian_team", PairingRole.MEMBER, "xf_hr", valid_from=date(2024, 9, 1))
    rows = cells(at("xf_member", "/pairing/").text)
    assert rows[1][1] == "遥田镇"
    assert rows[1][5] == "县人社局"


def test_remarks_stand_beneath_the_table_under_their_numbers(at, annex: World) -> None:
    Pairing.objects.filter(unit=annex.bodies["xf_unit"]).update(note="正文写法不同，待县里核对")
    page = at("xf_member", "/pairing/").text
    assert cells(page)[2][3] == "新丰县交通运输局（注 1）"
    assert "注 1：正文写法不同，待县里核对" in page


def test_town_links_lead_only_where_the_viewer_may_go(at, annex: World) -> None:
    page = at("xf_member", "/pairing/").text
    assert f"/teams/{annex.bodies['xf_team'].pk}/" in page
    assert f"/teams/{annex.bodies['yaotian_team'].pk}/" not in page
    assert f"/teams/{annex.bodies['yaotian_team'].pk}/" in at("xf_rural_chief", "/pairing/").text


def test_a_county_without_pairing_says_so(at, annex: World) -> None:
    answer = at("liusha_member", "/pairing/")
    assert answer.status_code == 200
    assert "普宁市" + NO_PAPER in answer.text


def test_the_pairing_of_another_county_is_not_there(at, annex: World) -> None:
    address = f"/pairing/{annex.regions['xinfeng'].pk}/"
    assert at("xf_member", address).status_code == 200
    assert at("liusha_member", address).status_code == 404
    assert at("sc_org_chief", address).status_code == 404
    assert at("xf_member", f"/pairing/{annex.regions['meikeng'].pk}/").status_code == 404


def test_a_unit_that_stands_behind_a_town_elsewhere_reads_that_county(at, annex: World) -> None:
    address = f"/pairing/{annex.regions['xinfeng'].pk}/"
    assert at("pn_unit2_chief", address).status_code == 404
    pair(annex, "yaotian_team", PairingRole.LEAD, "pn_unit2")
    assert "遥田镇" in at("pn_unit2_chief", address).text
    choice = at("pn_unit2_chief", "/pairing/").text
    assert "新丰县" in choice
    assert "普宁市" in choice


def test_the_pairing_page_asks_as_often_for_thirty_towns_as_for_two(at, annex: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            at("xf_rural_chief", "/pairing/")
        return len(seen)

    few = queries()
    for number in range(28):
        annex.region(f"town{number}", f"镇{number}", Level.TOWN, "", "xinfeng")
        annex.body(f"team{number}", Team, f"驻镇{number}工作队", f"town{number}", team_kind=TeamKind.TOWN)
        pair(annex, f"team{number}", PairingRole.LEAD, "xf_hr")
    assert len(cells(at("xf_rural_chief", "/pairing/").text)) == 31
    assert queries() == few

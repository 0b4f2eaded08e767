"""The pages of teams and of people: who finds whom, and what stands there."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams import people
from teams.models import Appointment, Team
from teams.words import Level, Post, TeamKind
from tests.cast import World
from tests.drive import MONDAY, Drive


def team_url(world: World, key: str) -> str:
    return f"/teams/{world.bodies[key].pk}/"


def person_url(world: World, key: str) -> str:
    return f"/people/{world.human(key).pk}/"


# ---- who sees a team -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    ["liusha_captain", "liusha_member", "liusha_secretary", "liusha_officer", "pn_agri_staff", "pn_org_chief",
     "pn_unit_chief"],
)  # fmt: skip
def test_a_team_opens_to_its_own_its_town_its_county_and_its_units(at, world: World, who: str) -> None:
    assert at(who, team_url(world, "liusha_team")).status_code == 200


@pytest.mark.parametrize(
    "who",
    ["lihu_captain", "lihu_member", "lihu_secretary", "pn_finance_chief", "sc_org_chief", "xf_rural_chief"],
)
def test_a_team_is_not_there_for_the_neighbour(at, world: World, who: str) -> None:
    assert at(who, team_url(world, "liusha_team")).status_code == 404


def test_a_captain_whose_appointment_ended_finds_nothing(at, world: World) -> None:
    assert at("liusha_captain", team_url(world, "liusha_team")).status_code == 200
    people.end_appointment(
        appointment_id=world.appointments["liusha_captain"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    assert at("liusha_captain", team_url(world, "liusha_team")).status_code == 404
    assert at("liusha_captain", person_url(world, "liusha_member")).status_code == 404
    assert at("liusha_captain", "/teams/").status_code == 404


# ---- the roster ------------------------------------------------------------------------------------------


def test_the_roster_lists_everybody_once_with_all_capacities(at, world: World) -> None:
    page = at("liusha_captain", team_url(world, "liusha_team")).text
    assert "人员 4 人" in page
    assert page.count(">洪第一<") == 1
    assert "队员，兼驻村第一书记" in page
    assert page.index(">洪队长<") < page.index(">洪队员<") < page.index(">洪第一<")


def test_somebody_whose_posting_ended_is_off_the_roster(at, world: World) -> None:
    people.end_appointment(
        appointment_id=world.appointments["liusha_mate"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    page = at("liusha_captain", team_url(world, "liusha_team")).text
    assert "人员 3 人" in page
    assert "洪队友" not in page


def test_a_unit_sees_only_its_own_people_in_a_team(at, world: World) -> None:
    page = at("pn_unit2_chief", team_url(world, "liusha_team")).text
    assert "洪队友" in page
    assert "洪队员" not in page
    assert "洪队长" not in page
    assert "这里只列您单位派出的人" in page


def test_who_is_away_today_carries_the_mark_and_no_reason(at, world: World, drive: Drive) -> None:
    request = drive.ask("liusha_member", 2, start=MONDAY, reason="陪父亲做手术")
    pending = at("liusha_mate", team_url(world, "liusha_team")).text
    assert "今天没有人请假或外出" in pending
    drive.sign("liusha_captain", request)
    drive.is_away("liusha_mate", MONDAY)
    page = at("liusha_mate", team_url(world, "liusha_team")).text
    assert "今天不在岗 2 人" in page
    assert 'mark-leave" aria-hidden="true">假</span>请假<' in page
    assert 'mark-trip" aria-hidden="true">公</span>因公外出<' in page
    assert "手术" not in page


def test_half_a_day_away_says_which_half(at, world: World, drive: Drive) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 0.5, start=MONDAY, half="pm"))
    assert "请假（下午）" in at("liusha_captain", team_url(world, "liusha_team")).text


# ---- a person --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    ["liusha_member", "liusha_mate", "liusha_captain", "liusha_secretary", "pn_agri_staff", "pn_unit_chief"],
)
def test_a_person_opens_to_mates_and_those_who_look_after_him(at, world: World, who: str) -> None:
    answer = at(who, person_url(world, "liusha_member"))
    assert answer.status_code == 200
    assert "驻洪阳镇工作队 队员" in answer.text
    assert "138****8000" in answer.text
    assert "13800138000" not in answer.text


@pytest.mark.parametrize(
    "who", ["lihu_captain", "lihu_secretary", "pn_unit2_chief", "pn_finance_chief", "sc_captain"]
)
def test_a_person_is_not_there_for_the_neighbour(at, world: World, who: str) -> None:
    assert at(who, person_url(world, "liusha_member")).status_code == 404


def test_a_former_mate_is_nobodys_business_but_his_captain_keeps_the_history(at, world: World) -> None:
    people.end_appointment(
        appointment_id=world.appointments["liusha_member"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    world.appoint("liusha_member", Post.MEMBER, "lihu_team", unit=world.bodies["pn_unit"], valid_from=MONDAY)
    address = person_url(world, "liusha_member")
    assert at("liusha_mate", address).status_code == 404
    captain = at("liusha_captain", address).text
    assert "曾任" in captain
    assert "里湖镇" not in captain
    assert "驻里湖镇工作队 队员" in at("lihu_captain", address).text
    county = at("pn_agri_staff", address).text
    assert "驻里湖镇工作队 队员" in county
    assert "2020-01-01 起，至 2026-11-22" in county


def test_leave_on_the_page_of_a_person_is_for_those_who_look_after_him(
    at, world: World, drive: Drive
) -> None:
    request = drive.ask("liusha_member", 2, start=MONDAY, reason="陪父亲做手术")
    drive.sign("liusha_captain", request)
    address = person_url(world, "liusha_member")
    for who in ("liusha_member", "liusha_captain", "liusha_secretary", "pn_agri_staff", "pn_unit_chief"):
        page = at(who, address).text
        assert "请假记录" in page, who
        assert "请假 2 天" in page, who
        assert "手术" not in page, who
    mate = at("liusha_mate", address).text
    assert "请假记录" not in mate
    assert "11月不在岗" not in mate


def test_an_acting_post_shows_for_whom_and_by_which_paper(at, world: World) -> None:
    world.appoint(
        "liusha_mate",
        Post.CAPTAIN,
        "liusha_team",
        acting_for=world.appointments["liusha_captain"],
        basis="洪镇函〔2026〕8号",
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 12, 31),
    )
    page = at("liusha_secretary", person_url(world, "liusha_mate")).text
    assert "代洪队长" in page
    assert "依据：洪镇函〔2026〕8号" in page
    assert "2026-11-01 起，至 2026-12-31" in page
    assert "洪队长" in at("liusha_secretary", "/teams/").text


# ---- the list --------------------------------------------------------------------------------------------


def test_the_county_lists_its_teams_by_town_and_nobody_elses(at, world: World) -> None:
    page = at("pn_agri_staff", "/teams/").text
    assert page.index("驻洪阳镇工作队") < page.index("驻里湖镇工作队")
    assert "共 2 支队伍" in page
    assert "拐子杨" not in page


def test_finance_sees_no_team(at, world: World) -> None:
    page = at("pn_finance_chief", "/teams/")
    assert page.status_code == 200
    assert "没有您能看到的工作队" in page.text
    assert "洪阳" not in page.text


def test_a_unit_counts_only_whom_it_sends(at, world: World) -> None:
    page = at("pn_unit2_chief", "/teams/?view=teams").text
    assert "您单位 2<" in page
    assert "洪队长" not in page
    assert "里湖" not in page


@pytest.mark.parametrize("text", ["洪队友", "hongdui", "hong dui", "hdy", "HDY"])
def test_people_are_found_by_name_and_by_pinyin(at, world: World, text: str) -> None:
    page = at("pn_agri_staff", f"/teams/?name={text}").text
    assert f'href="{person_url(world, "liusha_mate")}">洪队友' in page
    assert "驻里湖镇工作队" not in page


def test_the_search_does_not_find_whom_one_may_not_see(at, world: World) -> None:
    for view, sentence in (("teams", "没有符合条件的人或工作队"), ("people", "没有符合条件的人")):
        page = at("pn_unit2_chief", f"/teams/?view={view}&name=洪队员").text
        assert sentence in page
        assert "去掉全部条件" in page


def test_the_town_filter_is_in_the_address_and_offers_only_towns_in_scope(at, world: World) -> None:
    page = at("pn_agri_staff", f"/teams/?town={world.regions['lihu'].pk}").text
    assert "驻里湖镇工作队" in page
    assert "驻洪阳镇工作队" not in page
    assert "朱里镇" not in page
    foreign = at("pn_agri_staff", f"/teams/?town={world.regions['zhuli'].pk}")
    assert foreign.status_code == 200
    assert "朱里" not in foreign.text


def test_who_serves_outside_any_team_stands_under_unplaced(at, world: World) -> None:
    assert "未编组" not in at("liusha_secretary", "/teams/").text
    world.person("stray", "洪散员", Post.TECH_COMMISSIONER, "liusha_party")
    page = at("liusha_secretary", "/teams/").text
    assert "未编组" in page
    assert "洪散员" in page
    assert "洪散员" not in at("lihu_secretary", "/teams/").text


def test_people_of_a_team_that_was_dissolved_do_not_vanish(at, world: World) -> None:
    Team.objects.filter(pk=world.bodies["liusha_team"].pk).update(valid_to=MONDAY - timedelta(days=1))
    page = at("pn_agri_staff", "/teams/").text
    assert "未编组" in page
    assert "洪队员" in page


def test_the_list_asks_as_often_for_thirty_teams_as_for_three(at, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert at("pn_agri_staff", "/teams/?name=h").status_code == 200
        return len(seen)

    few = queries()
    for number in range(28):
        key = f"village{number}"
        world.region(key, f"洪村{number}", Level.VILLAGE, "", "liusha")
        world.body(f"{key}_team", Team, f"驻洪村{number}工作队", key, team_kind=TeamKind.VILLAGE)
        world.person(
            f"{key}_captain", f"洪村{number}", Post.CAPTAIN, f"{key}_team", unit=world.bodies["pn_unit"]
        )
    assert queries() <= few  # the first page of two does not ask for 未编组, which follows the last team


def test_a_roster_asks_as_often_for_thirty_people_as_for_four(at, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            at("liusha_secretary", team_url(world, "liusha_team"))
        return len(seen)

    few = queries()
    for number in range(26):
        world.person(
            f"extra{number}", f"洪员{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"]
        )
    assert "人员 30 人" in at("liusha_secretary", team_url(world, "liusha_team")).text
    assert queries() == few


# ---- people ----------------------------------------------------------------------------------------------


def test_a_unit_lands_on_its_people_and_finds_them_all(at, world: World) -> None:
    page = at("pn_unit_chief", "/teams/").text
    assert "<h1>人员</h1>" in page
    for name in ("洪队长", "洪队员", "里队长", "里队员"):
        assert f">{name}<" in page
    assert "洪队友" not in page
    assert "共 4 人" in page


def test_people_stand_by_place_unit_and_pinyin_and_once_each(at, world: World) -> None:
    page = at("pn_agri_staff", "/teams/?view=people").text
    names = ["洪队员", "洪队长", "洪第一", "洪队友", "里队员", "里队长"]
    assert re.findall(r'class="is-name"><a [^>]+>([^<]+)<', page) == names
    assert "队员，兼驻村第一书记" in page


def test_a_first_secretary_without_another_posting_is_listed_too(at, world: World) -> None:
    world.person("only_first", "洪书", Post.FIRST_SECRETARY, "liusha_team", unit=world.bodies["pn_unit"])
    assert ">洪书<" in at("pn_agri_staff", "/teams/?view=people").text
    assert "人员 5 人" in at("liusha_captain", team_url(world, "liusha_team")).text


def test_people_outside_any_team_are_marked_unplaced(at, world: World) -> None:
    world.person("stray", "洪散员", Post.TECH_COMMISSIONER, "liusha_party")
    page = at("pn_agri_staff", "/teams/?view=people&name=hsy").text
    assert ">洪散员<" in page
    assert "未编组" in page
    assert "共 1 人" in page


def test_the_tabs_of_the_phone_stay_what_they_were(at, world: World) -> None:
    """The two lists are views of one page, not the frame's tabs."""
    page = at("pn_agri_staff", "/teams/").text
    assert ">我的</span>" in page[page.index('class="tabbar"') :]


def test_people_ask_as_often_for_twenty_as_for_six(at, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            at("pn_agri_staff", "/teams/?view=people")
        return len(seen)

    few = queries()
    for number in range(30):
        world.person(
            f"extra{number}", f"洪员{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"]
        )
    page = at("pn_agri_staff", "/teams/?view=people&page=2").text
    assert "第 2 页（共 2 页）" in page
    assert "view=people" in page[page.index('rel="prev"') - 200 :]
    assert queries() == few


@pytest.mark.parametrize("address", ["/teams/", "/pairing/"])
def test_nobody_without_an_appointment_comes_in(client: Client, world: World, clock, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/login/?next={address}"
    Appointment.objects.filter(person=world.human("liusha_mate")).update(valid_to=MONDAY - timedelta(days=1))
    client.force_login(world.user("liusha_mate"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404

"""Boards: what a place, a team or a unit shows of a day, to whom, and how often it asks the database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString

from attendance.models import Fact
from core import clock as core_clock
from overview.board import ahead, needs
from overview.board.blocks import Block, Board
from teams.words import Post
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive
from tests.pages import browser

Get = Callable[..., HttpResponse]
FRIDAY = MONDAY - timedelta(days=3)


@pytest.fixture
def board(world: World, clock: Clock) -> Get:
    """``board("pn_org_chief", place=…)``: the board as that person gets it."""

    def get(who: str, **query: str) -> HttpResponse:
        return browser(world, who).get("/board/", query)

    return get


def entered(
    world: World, who: str, day: date, value: str = "on_post", parts: tuple[str, ...] = ("am", "pm")
) -> None:
    """What the town entered of somebody's day."""
    for part in parts:
        Fact.objects.create(
            person=world.human(who),
            month=day.year * 100 + day.month,
            day=day.day,
            part=part,
            source=30,
            revision=1,
            value=value,
            entered_at=core_clock.now(),
        )


def words(html: str, key: str) -> str:
    """The text of one block."""
    found = re.search(rf'<section class="panel" id="{key}">.*?</section>', html, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def path(world: World, key: str) -> str:
    return world.regions[key].path


# ---- what it shows ---------------------------------------------------------------------------------------


def test_towns_stand_by_code_with_who_is_on_post_away_and_not_entered(
    board: Get, drive: Drive, world: World
) -> None:
    drive.is_away("liusha_member", MONDAY, 1)
    entered(world, "lihu_member", MONDAY)
    table = words(board("pn_org_chief").text, "day")
    assert "今天在岗 5/6" in table
    assert re.search(r"洪阳镇 4 3 0 1 3 .*里湖镇 2 2 0 0 1 .*合计 6 5 0 1 4", table)


def test_a_past_day_says_what_the_towns_entered(board: Get, world: World) -> None:
    entered(world, "liusha_member", FRIDAY)
    entered(world, "liusha_mate", FRIDAY, parts=("am",))
    entered(world, "lihu_member", FRIDAY, "unverified")
    table = words(board("pn_agri_chief", day=FRIDAY.isoformat()).text, "day")
    # As 每日汇总 counts: people of whom nothing at all is entered; of liusha_mate the morning is.
    assert re.search(r"洪阳镇 4 1\.5 0 0 2 .*里湖镇 2 0 0 0 1 .*合计 6 1\.5", table)


def test_the_grid_colours_by_share_and_never_sorts_by_it(board: Get, world: World) -> None:
    for who in ("liusha_captain", "liusha_member", "liusha_mate", "liusha_first"):
        entered(world, who, FRIDAY)
    entered(world, "lihu_captain", FRIDAY)
    entered(world, "lihu_member", FRIDAY, "unverified")
    html = board("pn_org_chief").text
    grid = re.search(r"<table class=\"heat-grid\".*?</table>", html, re.S)
    assert grid is not None
    first, second, *_ = re.findall(r"<tr><th scope=\"row\".*?</tr>", grid[0], re.S)
    assert "洪阳镇" in first
    assert "里湖镇" in second
    assert re.search(r'heat heat-98"[^>]*>100<', first)
    assert re.search(r'heat heat-low"[^>]*>50<', second)
    # Of the working days before, nothing is entered: no colour, and nobody is called absent.
    assert second.count(">未登<") >= 14
    assert f"day={FRIDAY}&amp;town={path(world, 'lihu')}" in second


def test_a_correction_counts_once_and_a_day_taken_back_not_at_all(board: Get, world: World) -> None:
    entered(world, "lihu_member", FRIDAY)
    common = {
        "person": world.human("lihu_member"),
        "month": 202611,
        "day": FRIDAY.day,
        "entered_at": core_clock.now(),
    }
    for part in ("am", "pm"):
        Fact.objects.create(**common, part=part, source=40, revision=1, value="unverified", note="查过")
    assert re.search(r"里湖镇 2 0 0 0 1", words(board("pn_org_chief", day=FRIDAY.isoformat()).text, "day"))
    for part in ("am", "pm"):
        Fact.objects.create(**common, part=part, source=40, revision=2, value="", note="查错了")
    assert re.search(r"里湖镇 2 1 0 0 1", words(board("pn_org_chief", day=FRIDAY.isoformat()).text, "day"))
    for part in ("am", "pm"):
        Fact.objects.create(**common, part=part, source=30, revision=2, value="")
    assert re.search(r"里湖镇 2 0 0 0 2", words(board("pn_org_chief", day=FRIDAY.isoformat()).text, "day"))


def test_days_before_a_posting_are_not_its_places(board: Get, world: World) -> None:
    world.person("late", "后来", Post.MEMBER, "lihu_team", unit=world.bodies["pn_unit"], valid_from=MONDAY)
    entered(world, "late", FRIDAY)
    assert re.search(r"里湖镇 2 0 0 0 2", words(board("pn_org_chief", day=FRIDAY.isoformat()).text, "day"))
    assert re.search(r"里湖镇 3 3 0 0 3", words(board("pn_org_chief").text, "day"))


def test_what_is_over_time_stands_first_and_nothing_is_said_plainly(
    board: Get, drive: Drive, clock: Clock
) -> None:
    assert "没有超期" in words(board("pn_agri_chief").text, "needs")
    request = drive.ask("liusha_member", 3)
    clock.set(MONDAY + timedelta(days=3))
    said = words(board("pn_agri_chief").text, "needs")
    assert "1 件超期" in said
    assert "洪队员" in said
    assert "超期" in said
    assert "队长办" in said
    assert f'href="{request.get_absolute_url()}"' in board("pn_agri_chief").text
    assert "洪队员" not in board("lihu_secretary").text


def test_months_not_closed_lead_to_their_register(board: Get, world: World) -> None:
    html = board("pn_agri_chief").text
    assert re.search(r"2026年10月 2 支工作队中 2 支没有关账", words(html, "needs"))
    assert "/attendance/?month=2026-10" in html


def test_coming_leave_stands_in_a_table_and_the_chart_draws_the_same(board: Get, drive: Drive) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 2, start=date(2026, 12, 3)))
    drive.ask("liusha_mate", 1, start=date(2026, 12, 3))
    html = board("pn_org_chief").text
    said = words(html, "ahead")
    assert "7 天内 0 人，14 天内 2 人" in said
    assert re.search(r"12-03 周四 1 0 1", said)
    chart = json.loads(re.search(r'id="chart-ahead" type="application/json">(.*?)</script>', html)[1])  # type: ignore[index]
    at = chart["labels"].index("12-03 周四")
    assert {each["name"]: each["values"][at] for each in chart["series"]} == {"请假": 1, "待批": 1}


# ---- going down ------------------------------------------------------------------------------------------


def test_county_town_team_person(board: Get, world: World) -> None:
    county = board("pn_agri_chief").text
    town_url = f"?place={path(world, 'liusha')}"
    assert f'href="/board/{town_url}"' in county
    town = board("pn_agri_chief", place=path(world, "liusha")).text
    team = str(world.bodies["liusha_team"].pk)
    assert f'href="/board/?team={team}"' in town
    assert f'href="/board/?place={path(world, "puning")}"' in town
    people = words(board("pn_agri_chief", team=team).text, "people")
    assert re.search(r"洪队员.*洪队长|洪队长.*洪队员", people)
    assert f"/attendance/people/{world.human('liusha_member').pk}/" in board("pn_agri_chief", team=team).text


@pytest.mark.parametrize(
    ("who", "heading", "there", "missing"),
    [
        ("liusha_secretary", "洪阳镇", "驻洪阳镇工作队", "里湖"),
        ("liusha_officer", "洪阳镇", "驻洪阳镇工作队", "里湖"),
        ("liusha_captain", "驻洪阳镇工作队", "洪队友", "里湖"),
        ("pn_unit_chief", "普宁市林业局", "里队员", "洪队友"),
        ("sc_org_chief", "上蔡县", "朱里镇", "洪阳"),
    ],
)
def test_each_begins_with_his_own(board: Get, who: str, heading: str, there: str, missing: str) -> None:
    html = board(who).text
    assert re.search(rf"<h1>{heading}</h1>", html)
    assert there in html
    assert missing not in html


def test_outsiders_meet_nothing(board: Get, world: World) -> None:
    """A foreign place, team or unit does not exist: for the next town, the next county, a team-mate, 财政."""
    place, team = path(world, "liusha"), str(world.bodies["liusha_team"].pk)
    unit = str(world.bodies["pn_unit"].pk)
    for who in ("lihu_secretary", "lihu_captain", "sc_org_chief", "xf_rural_chief", "pn_unit2_chief"):
        assert board(who, place=place).status_code == 404, who
        assert board(who, team=team).status_code == 404, who
        assert board(who, unit=unit).status_code == 404, who
    for who in ("liusha_member", "pn_finance_chief", "pn_system"):
        assert board(who).status_code == 404, who
    # His own team's place is not the captain's to look through.
    assert board("liusha_captain", place=place).status_code == 404
    for wrong in ("9" * 30, "0001", "x", "-1", "\0", ""):
        assert board("liusha_secretary", place=wrong).status_code in (200, 404)
        assert board("liusha_secretary", team=wrong).status_code in (200, 404)


@pytest.mark.parametrize("day", ["2026-13-01", "x", "2099-01-01", "1900-01-01", "\0"])
def test_a_day_that_is_none_is_today(board: Get, day: str) -> None:
    assert board("pn_agri_chief", day=day).status_code == 200


def test_an_empty_county_is_told_what_to_do_first(board: Get, world: World) -> None:
    for appointment in world.appointments.values():
        if appointment.body.region.path.startswith(path(world, "xinfeng")) and appointment.post in (
            Post.CAPTAIN,
            Post.MEMBER,
        ):
            type(appointment).objects.filter(pk=appointment.pk).update(valid_to=date(2021, 1, 1))
    said = words(board("xf_rural_chief").text, "steps")
    assert "先做这四步" in said
    assert "登记本地制度" in said


# ---- a block that fails ----------------------------------------------------------------------------------


def test_a_block_that_fails_says_so_alone(board: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(ahead, "coming", broken)
    answer = board("pn_agri_chief")
    assert answer.status_code == 200
    assert "这一块现在算不出来" in words(answer.text, "ahead")
    assert "今天在岗 6/6" in words(answer.text, "day")
    monkeypatch.setattr(needs, "months_open", broken)
    assert answer.text.count("这一块现在算不出来") == 1
    assert board("pn_agri_chief").text.count("这一块现在算不出来") == 2


# ---- how much it asks ------------------------------------------------------------------------------------


def test_it_asks_as_often_for_many_as_for_few_and_little(board: Get, drive: Drive, world: World) -> None:
    def asked(**query: str) -> int:
        client = Client()
        client.force_login(world.users["pn_agri_chief"], backend="django.contrib.auth.backends.ModelBackend")
        client.get("/board/", query)
        with CaptureQueriesContext(connection) as found:
            assert client.get("/board/", query).status_code == 200
        return len(found)

    drive.sign("liusha_captain", drive.ask("liusha_member", 1, start=MONDAY))
    drive.ask("liusha_mate", 1, start=date(2026, 12, 3))
    few = asked()
    town = asked(place=path(world, "liusha"))
    for number in range(5):
        key = f"more_{number}"
        world.person(key, f"新人{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"])
        drive.sign("liusha_captain", drive.ask(key, 1, start=MONDAY))
        drive.ask(key, 1, start=date(2026, 12, 3))
        entered(world, key, FRIDAY)
    assert asked() == few <= 30
    assert asked(place=path(world, "liusha")) == town <= 30


def test_the_columns_are_laid_out_evenly_and_what_is_over_time_comes_first() -> None:
    def tall(**blocks: int) -> tuple[list[str], list[str]]:
        made = {key: Block(key, key, SafeString(""), tall=height) for key, height in blocks.items()}
        left, right = Board.columns(made)
        return [block.key for block in left], [block.key for block in right]

    # Much over time and one county: the charts stand beside it. Many towns: the charts stand below it.
    assert tall(needs=919, day=177, risks=129, course=338, ahead=338) == (
        ["needs"],
        ["day", "risks", "course", "ahead"],
    )
    assert tall(needs=300, day=1100, risks=129, course=338, ahead=338) == (
        ["needs", "risks", "course", "ahead"],
        ["day"],
    )
    assert tall(needs=300, people=400, ahead=130) == (["needs", "ahead"], ["people"])

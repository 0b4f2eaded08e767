"""The menu is the union of a person's posts, and never leads where he may not go."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from teams.words import Post
from tests.cast import World

pytestmark = pytest.mark.once

NAV = re.compile(r'<nav class="mainnav".*?</nav>', re.S)
FOLD = re.compile(r"<details.*?<summary>(.*?)</summary>.*?</details>", re.S)
TABS = re.compile(r'<nav class="tabbar".*?</nav>', re.S)


@pytest.fixture
def seen(world: World, clock):
    def get(who: str, address: str = "/") -> str:
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address).text

    return get


def words(html: str) -> list[str]:
    """The words of a menu's entries, badges left out."""
    html = re.sub(r'<span class="count[^>]*>[^<]*</span>', "", html)
    links = re.findall(r"<a [^>]*>(.*?)</a>", html, re.S)
    return [re.sub(r"<[^>]+>|\s", "", link) for link in links]


@pytest.mark.parametrize(
    ("who", "nav", "tabs"),
    [
        ("liusha_member", "首页 请假 考勤 队伍 制度库", "首页 请假 考勤 我的"),
        ("liusha_captain", "首页 待办 队员 请假 考勤 缺勤处置 制度库", "首页 待办 队员 考勤 我的"),
        ("liusha_secretary", "首页 待办 在岗 请假 考勤 缺勤处置 队伍 制度库", "首页 待办 在岗 我的"),
        ("liusha_officer", "首页 待办 在岗 请假 考勤 缺勤处置 队伍 制度库", "首页 待办 在岗 缺勤 我的"),
        ("pn_agri_chief", "总览 待办 请假 考勤 队伍 更多", "总览 待办 人员 我的"),
        ("pn_org_chief", "总览 待办 请假 考勤 队伍 更多", "总览 待办 队伍 我的"),
        ("pn_unit_chief", "首页 待办 派出人员 请假 考勤 缺勤处置 制度库", "首页 待办 人员 我的"),
        ("pn_finance_chief", "首页 制度库", "首页 消息 我的"),
    ],
)
def test_each_role_has_its_entries(seen, who: str, nav: str, tabs: str) -> None:
    html = seen(who)
    assert words(FOLD.sub(r"<a >\1</a>", NAV.search(html).group())) == nav.split()
    assert words(TABS.search(html).group()) == tabs.split()


def test_what_a_countys_office_needs_less_often_stands_in_one_fold_and_is_marked_there(seen) -> None:
    fold = FOLD.search(NAV.search(seen("pn_agri_chief", "/attendance/absence/")).group())
    assert words(fold.group()) == ["缺勤处置", "本地制度", "制度库", "试算", "法定日历"]
    assert "is-active" in fold.group()
    assert re.findall(r'aria-current="page">([^<]+)', fold.group()) == ["缺勤处置"]
    assert "is-active" not in FOLD.search(NAV.search(seen("pn_agri_chief")).group()).group()


def test_several_posts_join_their_entries_without_a_switch(seen, world: World) -> None:
    world.appoint("liusha_member", Post.ATTENDANCE_OFFICER, "liusha_party")
    assert words(NAV.search(seen("liusha_member")).group()) == [
        "首页",
        "待办",
        "在岗",
        "请假",
        "考勤",
        "缺勤处置",
        "队伍",
        "制度库",
    ]
    assert len(words(TABS.search(seen("liusha_member")).group())) <= 5


@pytest.mark.parametrize(
    "who",
    [
        "liusha_member",
        "liusha_captain",
        "liusha_secretary",
        "pn_agri_chief",
        "pn_unit_chief",
        "pn_finance_chief",
    ],
)
def test_every_link_of_the_frame_opens(seen, world: World, who: str) -> None:
    client = Client()
    client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
    html = seen(who)
    frame = "".join(re.findall(r"<header.*?</header>|<nav.*?</nav>|<footer.*?</footer>", html, re.S))
    addresses = set(re.findall(r'<a [^>]*href="(/[^"]*)"', frame))
    assert len(addresses) >= 5
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/", "首页"),
        ("/todo/", "待办"),
        ("/leave/", "请假"),
        ("/rules/", "制度库"),
        ("/rules/trial/", "制度库"),
    ],
)
def test_the_present_page_is_marked_once(seen, address: str, entry: str) -> None:
    nav = NAV.search(seen("liusha_captain", address)).group()
    assert re.findall(r'aria-current="page">\s*([^\s<]+)', nav) == [entry]


def test_a_page_without_a_tab_of_its_own_marks_the_one_it_stands_under(seen) -> None:
    page = seen("liusha_officer", "/attendance/absence/")
    marked = {
        where.pattern: re.findall(r'aria-current="page"[^>]*>(.*?)</a>', where.search(page)[0], re.S)
        for where in (NAV, TABS)
    }
    assert [words(f"<a >{html}</a>") for html in marked[NAV.pattern]] == [["缺勤处置"]]
    assert [words(f"<a >{html}</a>") for html in marked[TABS.pattern]] == [["缺勤"]]
    captain = TABS.search(seen("liusha_captain", "/attendance/absence/"))[0]
    assert re.findall(r'aria-current="page"[^>]*>.*?<span>([^<]+)', captain, re.S) == ["考勤"]


def test_the_frame_names_the_person_the_organiser_and_the_day(seen, settings) -> None:
    settings.ORGANISER, settings.RECORD_NUMBER = "普宁市委农办", "粤ICP备00000000号"
    html = seen("liusha_captain")
    assert "洪队长" in html
    assert "主办单位：普宁市委农办" in html
    assert "备案编号：粤ICP备00000000号" in html
    assert "演示数据" not in html


def test_a_demonstration_says_on_which_day_it_stands(seen, settings) -> None:
    settings.ZHUBANG_TODAY = date(2026, 11, 24)
    assert "演示数据，今天按 2026-11-24 计" in seen("liusha_member")


def test_signed_out_there_is_no_menu_but_help(client: Client, db) -> None:
    html = client.get("/login/").text
    assert "mainnav" not in html
    assert settings.SITE_NAME in html
    assert client.get("/help/").status_code == 200

"""One box: whom and what somebody may see is found by name, pinyin, place or number; nothing else, not by count."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams import people
from teams.models import Person
from teams.names import initials_of, pinyin_of
from teams.words import Post
from tests.cast import START, World
from tests.drive import MONDAY, Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")

Find = Callable[..., str]


@pytest.fixture
def find(world: World) -> Find:
    """``find("liusha_captain", "洪")``: the page without its markup, from the results on."""

    def get(who: str, words: str, **more: object) -> str:
        answer = browser(world, who).get("/search/", {"q": words, **more})
        assert answer.status_code == 200
        rows = answer.text.partition('<div id="rows">')[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", rows))

    return get


@pytest.mark.parametrize("words", ["洪队员", "队员", "hongduiyuan", "hong dui", "Hong", "hdy"])
def test_a_person_by_name_part_of_it_pinyin_or_first_letters(find: Find, words: str) -> None:
    assert "洪队员 驻洪阳镇工作队 队员" in find("pn_agri_chief", words)


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("单志强", "shan zhi qiang", "szq"),
        ("仇和平", "qiu he ping", "qhp"),
        ("曾小明", "zeng xiao ming", "zxm"),
        ("单于明", "chan yu ming", "cym"),
        ("欧阳修", "ou yang xiu", "oyx"),
        ("洪单", "hong dan", "hd"),
    ],
)
def test_surnames_sound_as_surnames(name: str, pinyin: str, initials: str) -> None:
    assert (pinyin_of(name), initials_of(name)) == (pinyin, initials)


def test_who_is_registered_as_shan_is_found_as_shan(world: World, find: Find) -> None:
    shan = people.add_person(name="单志强", acting_user=None)
    people.appoint(
        person=shan, post=Post.STAFF, body=world.bodies["pn_org"], valid_from=START, acting_user=None
    )
    assert "单志强" in find("pn_org_chief", "shanzhi")
    assert "单志强" in find("pn_org_chief", "szq")
    assert "单志强" not in find("pn_org_chief", "danzhi")
    assert "没有找到" in find("sc_org_chief", "单志强")


def test_a_place_gives_its_teams_and_its_people(find: Find) -> None:
    found = find("pn_agri_chief", "洪阳")
    assert "工作队 1 支" in found
    assert "驻洪阳镇工作队" in found
    assert "洪队员" in found
    assert "里队员" not in found
    assert "驻洪阳镇工作队" in find("pn_agri_chief", "hongyang")


def test_a_unit_leads_to_whom_it_has_sent(world: World, find: Find) -> None:
    unit = world.bodies["pn_unit"]
    found = find("pn_agri_chief", unit.name)
    assert unit.name in found
    assert re.search(r"派出 \d+ 人", found)
    sent = find("pn_agri_chief", "", unit=unit.pk)
    assert "洪队员" in sent
    assert "洪队友" not in sent


def test_requests_by_person_and_by_number_with_or_without_its_year(find: Find, drive: Drive) -> None:
    request = drive.ask("liusha_member", 3, reason="肝病复查")
    last = request.number.partition("-")[2]
    for words in ("洪队员", "hdy", request.number, last, last.lstrip("0")):
        found = find("liusha_captain", words)
        assert "请假 1 件" in found, words
        assert request.number in found
        assert "肝病" not in found


def test_a_telephone_finds_nobody(world: World, find: Find) -> None:
    for digits in ("13800138000", "8000", "0800"):
        assert "没有找到" in find("pn_agri_chief", digits), digits


#: Somebody, what he looks for, and the names that must not come up.
FOREIGN = [
    ("lihu_captain", ["洪队员", "hdy", "洪阳", "队员"], ["洪队员", "驻洪阳镇工作队"]),
    ("lihu_officer", ["洪队员", "hongduiyuan", "洪阳"], ["洪队员", "驻洪阳镇工作队"]),
    ("liusha_member", ["里队员", "里湖"], ["里队员", "驻里湖镇工作队"]),
    ("pn_unit2_chief", ["洪队员", "里队员"], ["洪队员", "里队员"]),
    ("sc_org_chief", ["洪队员", "洪阳", "hdy"], ["洪队员", "驻洪阳镇工作队"]),
    ("pn_finance_chief", ["洪队员", "洪阳", "队员"], ["洪队员", "驻洪阳镇工作队"]),
]


@pytest.mark.parametrize(("who", "words", "hidden"), FOREIGN)
def test_no_foreign_name_is_found_nor_counted(
    find: Find, drive: Drive, who: str, words: list[str], hidden: list[str]
) -> None:
    waiting = drive.ask("liusha_member", 4)
    drive.ask("lihu_member", 4)
    for text in [*words, waiting.number]:
        found = find(who, text)
        assert not [name for name in hidden if name in found], text
        if text in hidden:
            assert "没有找到" in found
            assert not re.search(r"\d 人|\d 件|\d 支", found), found
    assert browser(drive.world, who).get("/search/", {"q": words[0], "kind": "leave"}).status_code == 200


def test_a_foreign_unit_is_not_there(world: World) -> None:
    client = browser(world, "sc_org_chief")
    assert client.get("/search/", {"unit": world.bodies["pn_unit"].pk}).status_code == 404
    assert client.get("/search/", {"unit": "x"}).status_code == 404


def test_whose_post_has_ended_is_found_no_more(world: World, find: Find) -> None:
    assert "洪队友" in find("liusha_member", "洪队友")
    people.end_appointment(
        appointment_id=world.appointments["liusha_mate"].pk,
        last_day=MONDAY - timedelta(days=1),
        acting_user=None,
    )
    assert "没有找到" in find("liusha_member", "洪队友")
    assert "洪队友 现在没有任职" in find("pn_agri_chief", "洪队友")


def test_without_words_it_says_what_can_be_found_and_too_many_are_refused(world: World, find: Find) -> None:
    assert "写姓名、拼音首字母" in find("liusha_member", "")
    page = browser(world, "liusha_member").get("/search/", {"q": "长" * 41})
    assert "最多 40 字" in page.text


def test_one_kind_goes_on_page_by_page_and_htmx_gets_the_rows_alone(world: World) -> None:
    for number in range(25):
        person = people.add_person(name=f"马小{'一二三四五六七八九十'[number % 10]}", acting_user=None)
        people.appoint(
            person=person, post=Post.STAFF, body=world.bodies["pn_org"], valid_from=START, acting_user=None
        )
    client = browser(world, "pn_org_chief")
    first = client.get("/search/", {"q": "马小"})
    assert "查看全部人员" in first.text
    assert first.text.count('class="todo-row"') == 5
    second = client.get(
        "/search/", {"q": "马小", "kind": "people", "page": 2}, headers={"HX-Request": "true"}
    )
    assert second.text.count('class="todo-row"') == 5
    assert "<html" not in second.text
    assert "共 25 人" in second.text
    assert 'href="?q=%E9%A9%AC%E5%B0%8F&amp;kind=people&amp;page=1"' in second.text


def test_it_asks_the_database_as_often_for_many_as_for_few(world: World, drive: Drive) -> None:
    client = browser(world, "pn_agri_chief")

    def asked(words: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/", {"q": words})
        return len(queries)

    drive.ask("liusha_member", 1)
    asked("队员")
    few = asked("洪队员")
    drive.ask("lihu_member", 1)
    assert asked("队员") <= few + 1


def test_letters_ask_an_index(world: World) -> None:
    """The plan names the indexes of the pinyin, as on tables of fifty thousand."""
    people = Person.objects.filter(spelling__begins="hong").order_by()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = people.explain()
    assert "spelling" in plan
    assert "SCAN teams_person" not in plan
    assert "Seq Scan" not in plan

"""制度库: each document, each rule with its article, reading and place in the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from rules.book import shipped_book
from rules.carriers import WORKING, status
from tests.cast import World

SignIn = Callable[[str], Client]
BOOK = shipped_book()


def rule(page: str, clause_id: str) -> str:
    """The rule at that anchor, as text."""
    found = re.search(rf'<article class="rule" id="{clause_id}">(.*?)</article>', page, re.S)
    assert found, clause_id
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found.group(1))))


@pytest.mark.parametrize("pack_id", BOOK.packs)
def test_every_clause_is_shown_with_article_words_and_readings(signed_in: SignIn, pack_id: str) -> None:
    page = signed_in("liusha_member").get(f"/rules/{pack_id}/").content.decode()
    for clause in BOOK.pack(pack_id).clause:
        shown = rule(page, clause.id)
        assert clause.text in shown
        assert ("文件没有写" if clause.article == "（无）" else clause.article) in shown
        for reading in BOOK.interpretations_of(clause.id).values():
            assert f"解释 {reading.says}" in shown
            assert reading.why in unescape(page)
        carried = status(clause) == WORKING
        assert carried == ("在系统里：" in shown)
        assert carried != ("还没有在系统里" in shown or "现在只能在这里查到" in shown)


@pytest.mark.parametrize(
    ("clause_id", "words"),
    [
        pytest.param("puning-2-tasks", "五项任务：提升脱贫攻坚成果、镇村公共基础设施", id="puning-2-tasks"),
        pytest.param(
            "puning-3-leadership",
            "工作队受所驻乡镇（街道、农场）党（工）委直接领导",
            id="puning-3-leadership",
        ),
        pytest.param("puning-4-1-branch", "按规定成立党支部或临时党支部", id="puning-4-1-branch"),
        pytest.param("puning-4-2-liaison", "与乡镇党政班子保持联系", id="puning-4-2-liaison"),
        pytest.param("puning-4-3-fulltime", "专职驻镇", id="puning-4-3-fulltime"),
        pytest.param("puning-5-four-nots", "不准挪用帮扶资金", id="puning-5-four-nots"),
        pytest.param("xinfeng-3-duties", "沟通联络和结对合作", id="xinfeng-3-duties"),
        pytest.param("xinfeng-3-leadership", "工作队受帮扶乡镇党委直接领导", id="xinfeng-3-leadership"),
        pytest.param("xinfeng-4-2-liaison", "与乡镇党政班子保持联系", id="xinfeng-4-2-liaison"),
        pytest.param(
            "xinfeng-5-1-management",
            "组织部、农办、农业农村局、乡村振兴局和乡镇",
            id="xinfeng-5-1-management",
        ),
        pytest.param(
            "zhumadian-3-6-duties",
            "建强村党组织、推进强村富民、提升治理水平、为民办事服务",
            id="zhumadian-3-6-duties",
        ),
        pytest.param("zhumadian-7-role", "帮办不代替、到位不越位", id="zhumadian-7-role"),
        pytest.param("zhumadian-14-detached", "原则上不承担派出单位工作", id="zhumadian-14-detached"),
        pytest.param("zhumadian-15-management", "乡村振兴部门牵头日常管理", id="zhumadian-15-management"),
        pytest.param("zhumadian-21-five-nots", "五不准：提不合理要求", id="zhumadian-21-five-nots"),
        pytest.param("yongxing-2-2-detached", "与原单位工作脱钩", id="yongxing-2-2-detached"),
        pytest.param("ganzhou-5-duties", "抓好乡村治理", id="ganzhou-5-duties"),
    ],
)
def test_a_clause_of_record_is_found_by_its_link(signed_in: SignIn, clause_id: str, words: str) -> None:
    client = signed_in("xf_member")
    response = client.get(f"/rules/clause/{clause_id}/")
    pack_id = clause_id.partition("-")[0]
    assert response.status_code == 302
    assert response["Location"] == f"/rules/{pack_id}/#{clause_id}"
    shown = rule(client.get(f"/rules/{pack_id}/").content.decode(), clause_id)
    assert words in shown
    assert "记录在案" in shown
    assert "在系统里：制度库" in shown


def test_the_own_document_comes_first_and_says_so(signed_in: SignIn) -> None:
    for who, title in (
        ("liusha_member", "普宁市驻镇帮镇扶村工作队日常管理制度（试行）"),
        ("sc_member", "驻马店市驻村工作队管理办法"),
        ("xf_rural_chief", "关于做好乡村振兴驻镇帮镇扶村组团结对帮扶工作的通知"),
    ):
        page = signed_in(who).get("/rules/").content.decode()
        titles = re.findall(r'<h2><a href="/rules/[a-z]+/">(.*?)</a></h2>', page)
        assert len(titles) == 5
        assert titles[0] == title
        assert page.count("您所在地适用") == 1


def test_the_list_says_number_issuer_day_and_standing(signed_in: SignIn) -> None:
    page = signed_in("liusha_member").get("/rules/").content.decode()
    panels = dict(re.findall(r'<h2><a href="/rules/([a-z]+)/">.*?</h2>(.*?)</section>', page, re.S))
    assert "普市农办函〔2024〕4号" in panels["puning"]
    assert "2024-08-19" in panels["puning"]
    assert "现行" in panels["puning"]
    assert "驻镇帮镇扶村工作队" in panels["puning"]
    assert "待县里确认" in panels["yongxing"]
    assert "未载明" in panels["zhumadian"]
    assert "待县里确认" not in panels["zhumadian"]


def test_the_leave_topic_shows_tiers_yields_and_what_may_be_refined(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    page = client.get("/rules/puning/?topic=leave").content.decode()
    tables = "".join(re.findall(r'<ol class="tiers">.*?</ol>', page, re.S))
    assert re.sub(r"<[^>]+>|\s", "", tables) == (
        "不超过5天驻地乡镇（街道、农场）党（工）委书记批准"
        "超过5天市农业农村局批准"
        "不超过3天队长批准"
        "超过3天至5天驻地乡镇（街道、农场）党（工）委书记批准"
        "超过5天市农业农村局批准"
    )
    assert "驻村第一书记、兼任驻村第一书记的队员：请销假按驻村第一书记请销假制度执行" in page
    assert 'id="puning-9-meeting"' not in page
    assert "年休假" in page
    scope = client.get("/rules/puning/?topic=scope").content.decode()
    assert "省直单位、东莞市、揭阳市选派的工作队：请销假、考勤" in scope
    assert "细化本文件，只能更严，不能放宽" in scope
    assert "代替本文件的规定" in client.get("/rules/zhumadian/").content.decode()


@pytest.mark.parametrize("pack_id", ["xinfeng", "yongxing", "ganzhou"])
def test_a_silent_document_shows_no_tiers(signed_in: SignIn, pack_id: str) -> None:
    page = signed_in("liusha_member").get(f"/rules/{pack_id}/?topic=leave").content.decode()
    assert 'class="tiers"' not in page
    assert "没有规定" in page


def test_topics_are_links_in_the_order_of_the_document(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    page = client.get("/rules/zhumadian/").content.decode()
    topics = list(dict.fromkeys(clause.topic for clause in BOOK.pack("zhumadian").clause))
    assert re.findall(r'href="/rules/zhumadian/\?topic=([a-z]+)"', page) == topics
    for topic in topics:
        shown = client.get(f"/rules/zhumadian/?topic={topic}").content.decode()
        wanted = [each.id for each in BOOK.pack("zhumadian").clause if each.topic == topic]
        assert re.findall(r'<article class="rule" id="([^"]+)"', shown) == wanted
        assert 'aria-current="page"' in shown


def test_the_way_to_the_trial_is_a_link(signed_in: SignIn) -> None:
    client = signed_in("liusha_member")
    page = client.get("/rules/puning/").content.decode()
    assert 'href="/rules/trial/?place=puning"' in page
    opened = client.get("/rules/trial/?place=puning").content.decode()
    assert '<option value="puning" selected>' in opened


@pytest.mark.parametrize(
    "path", ["/rules/shanghai/", "/rules/clause/puning-99-nothing/", "/rules/clause/puning/"]
)
def test_what_does_not_exist_is_not_found(signed_in: SignIn, path: str) -> None:
    assert signed_in("liusha_member").get(path).status_code == 404


def test_an_unknown_topic_leads_to_the_whole_document(signed_in: SignIn) -> None:
    response = signed_in("liusha_member").get("/rules/puning/?topic=weather")
    assert (response.status_code, response["Location"]) == (302, "/rules/puning/")


@pytest.mark.parametrize("path", ["/rules/", "/rules/puning/", "/rules/clause/puning-6-return/"])
def test_nobody_reads_without_signing_in(world: World, client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def test_asking_twice_costs_the_same_few_queries(signed_in: SignIn, django_assert_max_num_queries) -> None:
    client = signed_in("liusha_member")
    client.get("/rules/")
    with django_assert_max_num_queries(12):
        client.get("/rules/")
    with django_assert_max_num_queries(12):
        client.get("/rules/puning/")
    with django_assert_max_num_queries(16):
        client.get("/rules/trial/")


@pytest.mark.parametrize(
    ("clause_id", "many"),
    [
        ("puning-2-tasks", 5),
        ("puning-3-duties", 10),
        ("puning-5-four-nots", 4),
        ("xinfeng-3-duties", 8),
        ("zhumadian-3-6-duties", 4),
        ("zhumadian-21-five-nots", 5),
        ("ganzhou-5-duties", 5),
    ],
)
def test_duties_and_prohibitions_are_counted_out(signed_in: SignIn, clause_id: str, many: int) -> None:
    page = signed_in("liusha_member").get(f"/rules/{clause_id.partition('-')[0]}/").content.decode()
    shown = page.partition(f'id="{clause_id}"')[2].partition("</article>")[0]
    assert shown.partition('class="rule-items"')[2].partition("</ul>")[0].count("<li>") == many

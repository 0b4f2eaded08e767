"""Homes: each person finds what waits for him and what his posts look after, and nothing of his neighbours."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from teams import people
from teams.models import User
from teams.words import Post
from tests.cast import World
from tests.drive import MONDAY, Clock, Drive

NOTHING = "今天没有要您办的事"


@pytest.fixture
def home(world: World, clock: Clock):
    """``home("liusha_captain")``: the home as that person gets it today."""

    def get(who: str) -> str:
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get("/")
        assert answer.status_code == 200
        return answer.text

    return get


def part(html: str, heading: str) -> str:
    """The text of one panel, or an empty string where the home has none."""
    for section in re.findall(r'<section class="panel"[^>]*>.*?</section>', html, re.S):
        if re.search(rf"<h2>\s*{heading}", section):
            return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    return ""


# ---- what waits ------------------------------------------------------------------------------------------


def test_a_member_with_nothing_to_do_is_told_so_and_may_ask(home) -> None:
    html = home("liusha_member")
    assert NOTHING in html
    assert 'href="/leave/new/"' in html


def test_who_holds_no_posting_is_not_offered_leave(home) -> None:
    for who in ("liusha_secretary", "pn_agri_chief", "pn_finance_chief", "pn_unit_chief"):
        assert 'href="/leave/new/"' not in home(who)


def test_a_request_stands_in_the_home_of_who_decides_and_of_nobody_beside_him(home, drive: Drive) -> None:
    drive.ask("liusha_member", 3)
    assert "洪队员" in part(home("liusha_captain"), "待办")
    for other in ("lihu_captain", "liusha_secretary", "liusha_mate", "pn_agri_chief", "pn_unit_chief"):
        assert part(home(other), "待办") == ""


def test_the_badge_counts_what_waits(home, drive: Drive) -> None:
    assert "todo-count" in home("liusha_captain")
    drive.ask("liusha_member", 3)
    drive.ask("liusha_mate", 2)
    assert '<span class="count todo-count" id="todo-count">2</span>' in home("liusha_captain")


def test_at_most_five_and_the_way_to_the_rest(home, drive: Drive) -> None:
    for week in range(6):
        drive.ask("liusha_member", 1, start=date(2026, 12, 7) + timedelta(days=7 * week))
    listed = part(home("liusha_captain"), "待办")
    assert listed.count("洪队员") == 5
    assert "6 件" in listed
    assert "查看全部" in listed


def test_what_no_document_decides_stands_apart_in_the_managing_office(home, drive: Drive) -> None:
    drive.ask("xf_member", 3)
    html = home("xf_rural_chief")
    assert "新队员" in part(html, "待指定批准人")
    assert part(html, "待办") == ""
    assert part(home("xf_captain"), "待指定批准人") == ""


def test_a_returned_request_waits_for_its_applicant(home, drive: Drive) -> None:
    request = drive.ask("liusha_member", 3)
    assert "待批" in part(home("liusha_member"), "我的请假")
    drive.sign("liusha_captain", request, "return", "改到下周")
    html = home("liusha_member")
    assert "退回修改" in part(html, "要您办的")
    assert part(html, "我的请假") == ""
    assert NOTHING not in html


def test_leave_that_ended_without_return_waits_for_the_applicant_and_shows_to_his_overseers(
    home, drive: Drive, clock: Clock
) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 2))
    clock.set(date(2026, 12, 2))
    assert "办销假" in part(home("liusha_member"), "要您办的")
    for overseer in (
        "liusha_captain",
        "liusha_secretary",
        "liusha_officer",
        "pn_agri_chief",
        "pn_unit_chief",
    ):
        assert "洪队员" in part(home(overseer), "待核|需要处理"), overseer
    for other in (
        "lihu_captain",
        "lihu_secretary",
        "liusha_mate",
        "pn_unit2_chief",
        "pn_finance_chief",
        "sc_org_chief",
    ):
        assert "洪队员" not in part(home(other), "待核|需要处理"), other


def test_a_filing_waits_for_the_body_a_clause_names(home, drive: Drive) -> None:
    drive.sign("zhuli_secretary", drive.ask("sc_member", 7))
    assert "上队员" in part(home("sc_org_chief"), "报来备案")
    assert "上队员" in part(home("sc_rural_chief"), "报来备案")
    assert part(home("sc_captain"), "报来备案") == ""


# ---- who is on post --------------------------------------------------------------------------------------


def away(drive: Drive, who: str, days: int = 1) -> None:
    drive.is_away(who, MONDAY, days)


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("liusha_captain", "今天在岗 3/4"),
        ("liusha_secretary", "今天在岗 3/4"),
        ("liusha_officer", "今天在岗 3/4"),
        ("lihu_secretary", "今天在岗 2/2"),
        ("pn_unit_chief", "今天在岗 3/4"),
        ("pn_unit2_chief", "今天在岗 2/2"),
        ("pn_agri_chief", "今天在岗 5/6"),
        ("pn_org_chief", "今天在岗 5/6"),
        ("pn_finance_chief", ""),
        ("liusha_member", ""),
        ("sc_org_chief", "今天在岗 2/2"),
    ],
)
def test_each_overseer_counts_his_own_people(home, drive: Drive, who: str, words: str) -> None:
    away(drive, "liusha_member")
    shown = part(home(who), "今天在岗")
    assert shown.strip().startswith(words) if words else shown == ""


def test_the_absent_are_named_to_who_knows_them(home, drive: Drive) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 3, start=MONDAY))
    for who in ("liusha_captain", "liusha_secretary", "pn_unit_chief"):
        assert "洪队员" in part(home(who), "今天在岗")
        assert "事假，到11月25日" in part(home(who), "今天在岗")
    assert "洪队员" not in part(home("pn_agri_chief"), "今天在岗")
    assert "洪队员" not in home("lihu_secretary")


def test_a_request_not_yet_agreed_takes_nobody_off_post(home, drive: Drive) -> None:
    drive.ask("liusha_member", 3, start=MONDAY)
    assert "今天在岗 4/4" in part(home("liusha_captain"), "今天在岗")


def test_half_a_day_counts_for_its_half(home, drive: Drive, clock: Clock) -> None:
    drive.sign("liusha_captain", drive.ask("liusha_member", 0.5, start=MONDAY, half="pm"))
    morning = part(home("liusha_captain"), "今天在岗")
    assert "今天在岗 4/4" in morning
    assert "下午事假" in morning
    clock.set(MONDAY, 15)
    assert "今天在岗 3/4" in part(home("liusha_captain"), "今天在岗")


def test_a_county_sees_its_towns_by_code_and_never_by_rate(home, drive: Drive) -> None:
    for who in ("liusha_captain", "liusha_member", "liusha_mate"):
        away(drive, who)
    board = part(home("pn_org_chief"), "今天在岗")
    assert re.search(r"洪阳镇 4 1 .*里湖镇 2 2 .*合计 6 3", board)
    assert "%" not in board


def test_villages_count_for_their_town(home, drive: Drive) -> None:
    away(drive, "sc_member")
    assert re.search(r"朱里镇 2 1", part(home("sc_org_chief"), "今天在岗"))


# ---- ended, disabled, several ----------------------------------------------------------------------------


def test_an_ended_appointment_shows_nothing_from_the_next_day(
    home, drive: Drive, world: World, clock: Clock
) -> None:
    drive.ask("liusha_member", 3)
    people.end_appointment(
        appointment_id=world.appointments["liusha_captain"].pk, last_day=MONDAY, acting_user=None
    )
    assert "洪队员" in home("liusha_captain")
    clock.set(MONDAY + timedelta(days=1))
    html = home("liusha_captain")
    assert "洪队员" not in html
    assert "您现在没有任职" in html


def test_a_disabled_account_is_led_to_sign_in(world: World, clock: Clock) -> None:
    user = world.user("liusha_captain")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_several_posts_open_their_union(home, drive: Drive, world: World) -> None:
    """The captain of 洪阳 becomes secretary of 里湖 too: both, and still not 里湖's county."""
    world.appoint("liusha_captain", Post.PARTY_SECRETARY, "lihu_party")
    drive.ask("liusha_member", 3)
    drive.ask("lihu_member", 4)
    html = home("liusha_captain")
    assert "洪队员" in part(html, "待办")
    assert "里队员" in part(html, "待办")
    assert "今天在岗 6/6" in part(html, "今天在岗")
    assert 'href="/leave/new/"' in html


def test_an_account_without_a_person_still_has_a_home(world: World, clock: Clock) -> None:
    user = User.objects.create(username="keeper", password="!")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/")
    assert answer.status_code == 200
    assert "您现在没有任职" in answer.text


# ---- how much it asks ------------------------------------------------------------------------------------


LOOKERS = ("liusha_member", "liusha_captain", "liusha_secretary", "pn_agri_chief", "pn_unit_chief")


def test_queries_do_not_grow_with_people_and_papers(home, drive: Drive, world: World, clock: Clock) -> None:
    def asked() -> dict[str, int]:
        found = {}
        for who in LOOKERS:
            with CaptureQueriesContext(connection) as queries:
                home(who)
            found[who] = len(queries)
        return found

    drive.sign("liusha_captain", drive.ask("liusha_member", 1, start=MONDAY))
    drive.ask("liusha_mate", 1, start=MONDAY)
    drive.ask("liusha_mate", 4, start=date(2026, 12, 7))
    drive.ask("liusha_captain", 6, start=date(2026, 12, 7))
    few = asked()
    for number in range(6):
        key = f"more_{number}"
        world.person(key, f"新人{number}", Post.MEMBER, "liusha_team", unit=world.bodies["pn_unit"])
        drive.sign("liusha_captain", drive.ask(key, 1, start=MONDAY))
        drive.ask(key, 1, start=date(2026, 12, 7))
        drive.ask(key, 4, start=date(2026, 12, 14))
        drive.ask(key, 6, start=date(2026, 12, 21))
    assert asked() == few
    # Signing in is about a third of it; a county's home carries its board.
    assert max(few.values()) <= 53


def test_on_a_rest_day_nobody_is_said_to_be_wanted_on_post(home, clock: Clock) -> None:
    rest = "今天是休息日，不要求在岗"
    assert rest not in part(home("liusha_captain"), "今天在岗")
    clock.set(MONDAY - timedelta(days=1))
    assert rest in part(home("liusha_captain"), "今天在岗")

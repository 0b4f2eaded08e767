"""时间线: what happened to a person, each thing for whom it is visible, none of it with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.objections import object_to
from leave.rotas.services import Plan, save_rota
from teams.delegations import delegate
from tests.attendance.absences import find, waiting
from tests.cast import World
from tests.drive import MONDAY, NEXT_MONDAY, Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")

Line = Callable[..., str]


@pytest.fixture
def line(world: World) -> Line:
    """``line("liusha_captain", "liusha_member")``: the rows of the line without markup."""

    def get(who: str, whose: str, status: int = 200, **asked: object) -> str:
        address = f"/people/{world.user(whose).person_id}/timeline/"
        answer = browser(world, who).get(address, asked)
        assert answer.status_code == status
        rows = answer.text.partition('<div id="rows">')[2].partition("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", rows))

    return get


@pytest.fixture
def lived(world: World, drive: Drive) -> Drive:
    """Of 洪队员 a leave decided, one that waits, an objection; and his own word against the month."""
    drive.sign("liusha_captain", drive.ask("liusha_member", 1, reason="肝病复查"))
    drive.ask("liusha_member", 4, start=NEXT_MONDAY + timedelta(days=7))
    object_to(acting_user=world.user("liusha_member"), month=MONDAY, text="三日在岗", day=3)
    return drive


def test_his_own_line_has_it_all_the_newest_first(line: Line, lived: Drive) -> None:
    said = line("liusha_member", "liusha_member")
    assert said.index("事假 4 天") < said.index("事假 1 天") < said.index("任驻洪阳镇工作队 队员")
    assert "对2026年11月考勤提出异议" in said
    assert "已批准" in said


@pytest.mark.parametrize("who", ["liusha_captain", "liusha_secretary", "pn_agri_chief", "pn_unit_chief"])
def test_who_looks_after_him_sees_it_without_a_reason(line: Line, lived: Drive, who: str) -> None:
    said = line(who, "liusha_member")
    assert "事假 4 天" in said
    assert "对2026年11月考勤提出异议" in said
    assert "肝病" not in said


def test_a_team_mate_sees_the_posts_and_no_leave(line: Line, lived: Drive) -> None:
    said = line("liusha_mate", "liusha_member")
    assert "任驻洪阳镇工作队 队员" in said
    assert "事假" not in said
    assert "异议" not in said


@pytest.mark.parametrize(
    "who", ["lihu_captain", "lihu_officer", "pn_unit2_chief", "sc_org_chief", "pn_finance_chief"]
)
def test_for_neighbours_there_is_no_such_page(line: Line, lived: Drive, who: str) -> None:
    line(who, "liusha_member", 404)


def test_a_day_nobody_accounted_for_without_the_finders_reason(drive: Drive, line: Line) -> None:
    find(drive, "liusha_officer", waiting(drive), reason="电话没有人接")
    for who in ("liusha_member", "liusha_captain", "pn_unit_chief"):
        said = line(who, "liusha_member", kind="absence")
        assert "无故不在岗" in said
        assert "电话没有人接" not in said
    assert "无故不在岗" not in line("liusha_mate", "liusha_member")


def test_by_kind_and_by_year(line: Line, lived: Drive) -> None:
    leave = line("liusha_captain", "liusha_member", kind="leave")
    assert "事假 4 天" in leave
    assert "任驻洪阳镇" not in leave
    assert "没有符合条件的记录" in line("liusha_captain", "liusha_member", kind="leave", year=2020)
    assert "任驻洪阳镇" in line("liusha_captain", "liusha_member", year=2020)


def test_duty_and_delegations(world: World, line: Line, drive: Drive) -> None:
    saturday = MONDAY + timedelta(days=5)
    member = world.user("liusha_member").person_id
    save_rota(
        acting_user=world.user("liusha_captain"),
        team_id=world.bodies["liusha_team"].pk,
        plan=Plan(
            name="周末",
            first=saturday,
            last=saturday + timedelta(days=1),
            duty=frozenset({(member, saturday), (member, saturday + timedelta(days=1))}),
        ),
        form_key="weekend",
    )
    assert "周末值班 2 天" in line("liusha_mate", "liusha_member")
    delegate(
        acting_user=world.user("liusha_captain"),
        of_id=world.appointments["liusha_captain"].pk,
        to_id=world.appointments["liusha_mate"].pk,
        valid_from=MONDAY,
        valid_to=saturday,
        why="外出学习",
    )
    words = "委托洪队友代办驻洪阳镇工作队 队长"
    assert words in line("liusha_captain", "liusha_captain")
    assert words in line("pn_agri_chief", "liusha_captain")
    assert "代洪队长办驻洪阳镇工作队 队长" in line("liusha_mate", "liusha_mate")
    assert words not in line("liusha_member", "liusha_captain")
    assert "外出学习" not in line("pn_agri_chief", "liusha_captain")


def test_as_many_questions_for_a_long_life_as_for_a_short_one(world: World, lived: Drive) -> None:
    client = browser(world, "pn_agri_chief")
    address = f"/people/{world.user('liusha_member').person_id}/timeline/"

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    asked()
    few = asked()
    for week in range(4, 10):
        lived.ask("liusha_member", 1, start=NEXT_MONDAY + timedelta(days=7 * week))
    assert asked() == few


def test_the_page_of_the_person_leads_to_it(world: World) -> None:
    person = world.user("liusha_member").person
    page = browser(world, "liusha_captain").get(person.get_absolute_url()).text
    assert f"/people/{person.pk}/timeline/" in page

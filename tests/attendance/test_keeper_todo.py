"""Under 待办 of who keeps a town's register: what to answer and what to look into, nobody else's, and gone once done."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.selectors import count_waiting, todo_of
from attendance.todo import chores_of
from tests.attendance.absences import FRIDAY, explain, waiting
from tests.attendance.test_objections import reply, say
from tests.drive import Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")


def lines(drive: Drive, who: str) -> list[str]:
    user = drive.world.user(who)
    found = todo_of(user)
    assert count_waiting(user) == len(found)
    return [f"{item.label}：{item.summary['person']} {item.summary['what']}" for item in found]


def test_an_objection_waits_for_the_town_until_it_is_answered(drive: Drive) -> None:
    objection = say(drive)
    assert lines(drive, "liusha_officer") == ["答复：洪队员 考勤异议"]
    for other in ("lihu_officer", "liusha_member", "liusha_captain", "pn_agri_chief", "liusha_secretary"):
        assert lines(drive, other) == [], other
    officer = browser(drive.world, "liusha_officer")
    page = officer.get(reverse("approvals:todo"))
    assert "10月" in text(page)
    assert objection.get_absolute_url() in page.content.decode().replace("&amp;", "&")
    assert "考勤异议" in text(officer.get(reverse("overview:home")))
    reply(drive, "liusha_officer", objection)
    assert lines(drive, "liusha_officer") == []


def test_days_nobody_accounted_for_are_one_line_a_team(drive: Drive) -> None:
    cases = [waiting(drive, who) for who in ("liusha_member", "liusha_mate")]
    waiting(drive, "lihu_member")
    assert lines(drive, "liusha_officer") == ["核实：待核 2 人次没有登记或存疑"]
    page = browser(drive.world, "liusha_officer").get(
        reverse("attendance:absences"), {"state": "pending", "team": cases[0].team_id}
    )
    assert "洪队员" in text(page)
    assert "里湖队员" not in text(page)
    for case in cases:
        explain(drive, "liusha_officer", case)
    assert lines(drive, "liusha_officer") == []
    assert lines(drive, "lihu_officer") == ["核实：待核 1 人次没有登记或存疑"]


def test_two_questions_for_a_keeper_however_much_waits_and_none_for_others(drive: Drive) -> None:
    def asked(who: str) -> int:
        user = drive.world.user(who)
        todo_of(user)
        with CaptureQueriesContext(connection) as queries:
            chores_of(user)
        return len(queries)

    before = asked("liusha_officer")
    say(drive)
    for who in ("liusha_member", "liusha_mate", "liusha_first"):
        waiting(drive, who, FRIDAY)
    assert (asked("liusha_officer"), asked("pn_agri_chief"), asked("liusha_captain")) == (before, 0, 0)
    assert before == 2

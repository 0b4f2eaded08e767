"""请销假台账: who reads which lines, in which order, and what leaves as a workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core.models import AuditEvent
from tests.drive import MONDAY, NEXT_MONDAY, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")
REASON = "肝病复查"
DECEMBER = {"year": "2026", "part": "12"}


def page(drive: Drive, who: str, **asked: str) -> str:
    answer = browser(drive.world, who).get(reverse("leave:ledger"), asked)
    assert answer.status_code == 200
    return text(answer)


def workbook(drive: Drive, who: str, **asked: str) -> list[tuple]:
    answer = browser(drive.world, who).get(reverse("leave:ledger_file"), asked)
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("clause_id", ["zhumadian-16-register"], ids=["zhumadian-16-register"])
def test_leave_and_return_are_registered_and_leave_as_a_workbook(drive: Drive, clock, clause_id: str) -> None:
    request = drive.ask("sc_member", 2, reason=REASON)
    clock.set(MONDAY, hour=11, minute=5)
    drive.sign("zhuli_secretary", request)
    trip = drive.travel("sc_captain", 1, start=NEXT_MONDAY + timedelta(days=2))
    clock.set(NEXT_MONDAY + timedelta(days=2), hour=8, minute=30)
    drive.back("sc_member", request, NEXT_MONDAY + timedelta(days=2))
    rows = workbook(drive, "zhuli_secretary", year="2026", part="q4")
    assert rows[0][0] == "朱里镇驻镇驻村人员请销假台账"
    assert rows[1][0] == "2026年第四季度开始的请假和因公外出"
    assert rows[2][:4] == ("编号", "姓名", "驻点", "派出单位")
    assert rows[3] == (
        request.number, "上队员", "驻拐子杨村工作队", "上蔡县教育局", "事假", "2026-11-30 上午", "2026-12-01 下午", 2,
        "朱书记（中共朱里镇委员会 党（工）委书记）", "2026-11-23 11:05",
        "县（区）委组织部、县（区）乡村振兴局", "2026-12-02 上午", "2026-12-02 08:30", "已销假",
    )  # fmt: skip
    assert rows[4][:2] == (trip.number, "上队长")
    assert rows[4][4] == "因公外出"
    assert rows[5][:2] == ("合计", "2 件")
    assert rows[5][7] == 3
    assert not any(REASON in str(cell) for row in rows for cell in row)
    shown = page(drive, "zhuli_secretary", year="2026", part="q4")
    assert "2026-12-02 上午返岗 2026-12-02 08:30 销假" in shown
    assert "共 2 件：请假 1 件（已批准的离岗 2 天），因公外出 1 件（1 天）" in shown
    assert REASON not in shown
    assert AuditEvent.objects.filter(action="leave.export_ledger", outcome="done").count() == 1


def test_the_earlier_stands_before_the_later_and_a_month_holds_what_begins_in_it(drive: Drive) -> None:
    later = drive.ask("liusha_member", 1, start=date(2026, 12, 15))
    trip = drive.travel("liusha_mate", 1, start=date(2026, 12, 8))
    early = drive.ask("liusha_mate", 4, start=date(2026, 11, 30))
    shown = page(drive, "liusha_captain", **DECEMBER)
    assert trip.start < later.start
    assert shown.index("2026-12-08 上午") < shown.index("2026-12-15 上午")
    assert "2026-11-30 上午" not in shown
    assert early.start == date(2026, 11, 30)
    assert "2026-11-30 上午" in page(drive, "liusha_captain")
    assert "共 3 件" in page(drive, "liusha_captain", year="2026", part="year")
    assert "共 1 件" in page(drive, "liusha_captain", since="2026-12-09", until="2026-12-20")


def test_an_extension_is_part_of_its_leave_with_both_deciders(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    drive.sign("liusha_secretary", drive.extend("liusha_member", request, 2))
    rows = workbook(drive, "liusha_secretary", year="2026", part="11")
    assert len(rows) == 8
    assert rows[3][7] == 4
    assert rows[3][8].split("\n") == [
        "洪队长（驻洪阳镇工作队 队长）",
        "续假：洪书记（中共洪阳镇委员会 党（工）委书记）",
    ]
    assert rows[4][7] == 4


def test_only_what_holds_counts_in_the_total(drive: Drive) -> None:
    drive.withdraw("liusha_member", drive.ask("liusha_member", 2))
    drive.sign("liusha_captain", drive.ask("liusha_mate", 1), "refuse", "走访后再请")
    drive.sign("liusha_captain", drive.ask("liusha_member", 3))
    rows = workbook(drive, "liusha_captain", year="2026", part="11")
    assert rows[6][:2] == ("合计", "3 件")
    assert rows[6][7] == 3
    assert "不同意：洪队长（驻洪阳镇工作队 队长）" in [row[8] for row in rows]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"type": "sick"}, ["洪队友"]),
        ({"type": "trip"}, ["里队员"]),
        ({"phase": "pending"}, ["洪队员", "洪队友"]),
        ({"town": "lihu"}, ["里队员"]),
        ({"team": "liusha_team"}, ["洪队员", "洪队友"]),
        ({"unit": "pn_unit2"}, ["洪队友"]),
        ({"phase": "draft"}, ["洪队员", "洪队友", "里队员"]),
    ],
)
def test_what_the_register_is_narrowed_by(drive: Drive, asked: dict[str, str], found: list[str]) -> None:
    drive.ask("liusha_member", 1)
    drive.ask("liusha_mate", 1, type="sick")
    drive.travel("lihu_member", 1)
    drive.save("liusha_first", 1)
    world = drive.world
    known = {"lihu": world.regions["lihu"].path, **{key: str(body.pk) for key, body in world.bodies.items()}}
    said = {name: known.get(value, value) for name, value in asked.items()}
    rows = workbook(drive, "pn_agri_chief", year="2026", part="year", **said)
    assert sorted(row[1] for row in rows[3:] if row[4]) == sorted(found)
    shown = page(drive, "pn_agri_chief", year="2026", part="year", **said)
    if asked != {"phase": "draft"}:
        assert rows[1][0] in shown
        assert "去掉全部条件" in shown


def test_what_makes_no_sense_is_said_beside_its_field_and_narrows_nothing(drive: Drive) -> None:
    drive.ask("liusha_member", 1)
    shown = page(drive, "liusha_captain", since="昨天", part="13", year="0")
    assert "日期写成 2026-11-24 的样子" in shown
    assert "2026年开始的请假" in shown


def test_everybody_reads_only_his_own_people(drive: Drive) -> None:
    for who in ("liusha_member", "liusha_mate", "lihu_member", "sc_member"):
        drive.ask(who, 1)
    names = {"洪队员", "洪队友", "里队员", "上队员"}

    def seen(who: str) -> set[str]:
        in_book = {str(row[1]) for row in workbook(drive, who)} & names
        shown = page(drive, who)
        assert {name for name in names if name in shown} == in_book
        return in_book

    assert seen("liusha_captain") == {"洪队员", "洪队友"}
    assert seen("lihu_secretary") == {"里队员"}
    assert seen("pn_org_chief") == {"洪队员", "洪队友", "里队员"}
    assert seen("pn_unit2_chief") == {"洪队友"}
    assert seen("sc_rural_chief") == {"上队员"}
    for who in ("liusha_member", "pn_finance_chief"):
        for address in ("leave:ledger", "leave:ledger_file"):
            assert browser(drive.world, who).get(reverse(address)).status_code == 404


def test_no_cell_is_a_formula(drive: Drive) -> None:
    drive.ask("liusha_member", 1)
    drive.world.bodies["pn_unit"].name = "=1+1"
    drive.world.bodies["pn_unit"].save()
    rows = workbook(drive, "liusha_captain")
    assert rows[3][3] == "'=1+1"


def test_a_page_costs_the_same_however_many_lines(drive: Drive) -> None:
    captain = browser(drive.world, "liusha_captain")
    url = reverse("leave:ledger") + "?year=2026&part=year"

    def fill(number: int) -> None:
        for _ in range(number):
            who = f"extra_{len(drive.world.users)}"
            drive.world.person(who, "增员", "member", "liusha_team", unit=drive.world.bodies["pn_unit"])
            drive.sign("liusha_captain", drive.ask(who, 1))
            drive.travel(who, 1, start=date(2026, 12, 15))

    def asked() -> int:
        captain.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert captain.get(url).status_code == 200
        return len(caught)

    fill(2)
    few = asked()
    fill(13)
    assert asked() == few


def test_pages_keep_the_order_and_the_filters(drive: Drive) -> None:
    for number in range(23):
        drive.travel("liusha_member", 1, start=date(2026, 12, 1) + timedelta(days=number))
    client = browser(drive.world, "liusha_captain")
    first = client.get(reverse("leave:ledger"), DECEMBER)
    assert "第 1 页（共 2 页）" in text(first)
    assert "?year=2026&amp;part=12&amp;page=2" in first.content.decode()
    last = text(client.get(reverse("leave:ledger"), {**DECEMBER, "page": "2"}))
    assert "2026-12-23" in last
    assert "2026-12-20" not in last


def test_too_many_lines_for_one_workbook_are_refused_in_words(drive: Drive, monkeypatch) -> None:
    monkeypatch.setattr("leave.ledger_file.MOST", 1)
    for who in ("liusha_member", "liusha_mate"):
        drive.ask(who, 1)
    answer = browser(drive.world, "liusha_captain").get(reverse("leave:ledger_file"))
    assert answer.status_code == 422
    assert "一共 2 件，一份表格最多 1 件" in text(answer)

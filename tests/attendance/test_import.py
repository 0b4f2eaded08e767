"""考勤导入: looked through first, all or nothing, and the same again changes nothing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from attendance.derive import standing
from attendance.imports import services
from attendance.imports.template import template
from attendance.models import Fact, RegisterImport, Source
from core.errors import Conflict, NotYours, Refused
from core.imported import ToMend
from core.models import AuditEvent
from teams.models import Person
from tests.attendance.months import OCTOBER, closed, mark, send
from tests.drive import Drive
from tests.pages import browser
from tests.teams.rosters_typed import upload, workbook

pytestmark = pytest.mark.usefixtures("clock", "read_here")
NOVEMBER = date(2026, 11, 1)
DAYS = list(range(1, 31))


def sheet(*rows: list[Any], head: list[Any] | None = None) -> bytes:
    return workbook(考勤=[head or ["姓名", "派出单位", *DAYS], *rows])


def row(name: str, **days: str) -> list[Any]:
    """``row("洪队员", d2="√")``."""
    return [name, None, *(days.get(f"d{day}") for day in DAYS)]


def check(drive: Drive, content: bytes, by: str = "liusha_officer", month: date = NOVEMBER) -> RegisterImport:
    return services.check(acting_user=drive.world.user(by), month=month, file=upload(content, "考勤.xlsx"))


def apply(drive: Drive, found: RegisterImport, by: str = "liusha_officer") -> RegisterImport:
    return services.apply(import_id=found.pk, acting_user=drive.world.user(by), plan_hash=found.plan_hash)


def stands(drive: Drive, who: str, day: date) -> dict[str, str]:
    people = Person.objects.filter(pk=drive.world.human(who).pk).values("pk")
    known = standing(people, [day.year * 100 + day.month]).get(drive.world.human(who).pk)
    return known.values.get(day, {}) if known else {}


def sentences(drive: Drive, content: bytes, **more: Any) -> list[tuple[int, str, str]]:
    with pytest.raises(ToMend) as refused:
        check(drive, content, **more)
    assert not Fact.objects.exists()
    assert not RegisterImport.objects.exists()
    return [(each.row, each.column, each.sentence) for each in refused.value.problems]


def test_nothing_is_written_until_it_is_confirmed_and_the_same_again_changes_nothing(drive: Drive) -> None:
    content = sheet(row("洪队员", d2="√", d3="住", d4="√/休", d5="✗"), row("洪队友", d2="上午"))
    found = check(drive, content)
    assert not Fact.objects.exists()
    assert [(line["name"], line["kind"]) for line in found.lines] == [
        ("洪队员", "changed"),
        ("洪队友", "changed"),
    ]
    assert found.lines[0]["words"] == "2日 空→√、3日 空→住、4日 空→√/休、5日 空→✗"
    apply(drive, found)
    assert set(Fact.objects.values_list("source", flat=True)) == {Source.IMPORT}
    day = NOVEMBER.replace
    assert stands(drive, "liusha_member", day(day=3)) == {
        "am": "on_post",
        "pm": "on_post",
        "night": "village",
    }
    assert stands(drive, "liusha_member", day(day=4)) == {"am": "on_post", "pm": "rest"}
    # A cross is somebody's finding and comes out of no workbook.
    assert stands(drive, "liusha_member", day(day=5)) == {"am": "unverified", "pm": "unverified"}
    assert stands(drive, "liusha_mate", day(day=2)) == {"am": "on_post"}
    number = Fact.objects.count()
    again = check(drive, content)
    assert {line["kind"] for line in again.lines} == {"unchanged"}
    assert apply(drive, found).pk == found.pk
    apply(drive, again)
    assert Fact.objects.count() == number
    event = AuditEvent.objects.filter(action="register_import.apply").earliest("pk")
    assert event.after["entries"] == number


def test_one_bad_cell_of_many_and_nothing_is_kept(drive: Drive) -> None:
    content = sheet(
        row("洪队员", d2="√", d3="??"),
        row("洪队友", d3="假"),
        row("洪第一", d30="√"),
        row("没这人", d2="√"),
        row("里湖队员", d2="√"),
    )
    assert sentences(drive, content) == [
        (5, "姓名", "您登记的工作队里，这个月没有专职队员“没这人”，核对姓名"),
        (6, "姓名", "您登记的工作队里，这个月没有专职队员“里湖队员”，核对姓名"),
        (2, "3日", "洪队员：不认识“??”，写√、住、镇、休、值、补、训、待核、√·（上午）、·√（下午）"),
        (
            3,
            "3日",
            "洪队友：“假”不能导入：请假、因公外出批准以后自动填入，这一天没有批准的；写实际情况，或先走请假",
        ),
        (4, "30日", "洪第一：这一天还没有到，清空这一格，到了那天再登记"),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        2,
        "2",
        "2日",
        "2号",
        "２日",
        "11月2日",
        date(2026, 11, 2),
        "2026-11-02",
        "2026.11.2",
        "二〇二六年十一月二日",
        "2\n一",
        "2（周一）",
    ],
)
def test_days_are_headed_as_people_write_them(drive: Drive, heading: Any) -> None:
    found = check(drive, sheet(["洪队员", "√"], head=["姓名", heading]))
    assert found.lines[0]["words"] == "2日 空→√"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (["姓名", "2026-10-02"], "不在2026年11月里"),
        (["姓名", 31], "11月没有 31 日"),
        (["姓名", "2日", 2], "有两列是同一天，留一列"),
        (["姓名", "备注"], "没有找到标题行"),
    ],
)
def test_headings_that_cannot_be_are_named(drive: Drive, head: list[Any], expected: str) -> None:
    found = sentences(drive, sheet(["洪队员", "√", "√"][: len(head)], head=head))
    assert any(expected in sentence for _, _, sentence in found)


def test_a_sheet_of_another_month_is_not_taken_for_this_one(drive: Drive) -> None:
    content = workbook(考勤=[["驻洪阳镇工作队2026年10月考勤"], ["姓名", 2], ["洪队员", "√"]])
    assert any("表上写的是 2026年10月" in each[2] for each in sentences(drive, content))


def test_what_the_town_entered_or_was_approved_is_not_overwritten(drive: Drive) -> None:
    day = date(2026, 11, 3)
    mark(drive, "liusha_member", day, "village")
    drive.is_away("liusha_member", date(2026, 11, 4))
    with pytest.raises(ToMend) as refused:
        check(drive, sheet(row("洪队员", d3="休", d4="√")))
    said = [each.sentence for each in refused.value.problems]
    assert "上午乡镇登记是“在岗”，导入不能改，到台账里更正" in said[0]
    assert "这一天已批准因公外出，清空这一格" in said[1]
    # What stands already, as the template shows it, is no change.
    same = check(drive, sheet(row("洪队员", d3="住", d4="公")))
    assert {line["kind"] for line in same.lines} == {"unchanged"}


def test_the_template_as_it_comes_changes_nothing(drive: Drive) -> None:
    for number, code in enumerate(("village", "morning", "duty", "unverified", "town"), start=2):
        mark(drive, "liusha_member", date(2026, 11, number), code)
    drive.is_away("liusha_member", date(2026, 11, 9))
    content = template([drive.world.bodies["liusha_team"]], NOVEMBER)
    found = check(drive, content)
    assert not found.notes
    assert {line["kind"] for line in found.lines} == {"unchanged"}
    book = load_workbook(io.BytesIO(content))
    book["考勤"].cell(row=3, column=4 + 16).value = "住"
    out = io.BytesIO()
    book.save(out)
    assert check(drive, out.getvalue()).count("changed") == 1


def test_who_keeps_another_register_or_none_imports_nothing(drive: Drive) -> None:
    content = sheet(row("洪队员", d2="√"))
    for who in ("liusha_member", "pn_unit_chief", "pn_finance_chief"):
        with pytest.raises(NotYours):
            check(drive, content, by=who)
    for who in ("lihu_officer", "xf_rural_chief"):
        with pytest.raises(ToMend):
            check(drive, content, by=who)
    found = check(drive, content)
    for who in ("lihu_officer", "pn_agri_chief", "xf_rural_chief"):
        with pytest.raises(NotYours):
            apply(drive, found, by=who)
        assert browser(drive.world, who).get(found.get_absolute_url()).status_code == 404
    # The county's managing office imports for its towns.
    apply(drive, check(drive, content, by="pn_agri_chief"), by="pn_agri_chief")
    assert Fact.objects.exists()


def test_what_was_entered_meanwhile_makes_the_result_stale(drive: Drive) -> None:
    found = check(drive, sheet(row("洪队员", d3="休")))
    mark(drive, "liusha_member", date(2026, 11, 3), "village")
    with pytest.raises(Conflict) as refused:
        apply(drive, found)
    assert refused.value.code == "import_outdated"
    assert not Fact.objects.filter(source=Source.IMPORT).exists()


def test_a_closed_month_takes_nothing(drive: Drive) -> None:
    content = sheet(row("洪队员", d20="√"))
    found = check(drive, content, month=OCTOBER)
    send(drive)
    with pytest.raises(Refused):
        apply(drive, found)
    assert not Fact.objects.filter(source=Source.IMPORT).exists()


def test_a_closed_month_is_said_when_it_is_looked_through(drive: Drive) -> None:
    closed(drive)
    with pytest.raises(Refused) as refused:
        check(drive, sheet(row("洪队员", d20="√")), month=OCTOBER)
    assert "已关账" in refused.value.sentence


def test_the_pages_from_template_to_register(drive: Drive) -> None:
    officer = browser(drive.world, "liusha_officer")
    page = officer.get(reverse("attendance:imports"), {"month": "2026-11"}).content.decode()
    assert "下载洪阳镇的模板" in page
    assert "里湖" not in page
    file = officer.get(reverse("attendance:import_template"), {"month": "2026-11"})
    assert file.status_code == 200
    bad = officer.post(
        reverse("attendance:imports"), {"month": "2026-11", "file": upload(b"PK\x03\x04", "考勤.xlsx")}
    )
    assert bad.status_code == 422
    assert "已损坏" in bad.content.decode()
    asked = {"month": "2026-11", "file": upload(sheet(row("洪队员", d2="？？？")), "考勤.xlsx")}
    wrong = officer.post(reverse("attendance:imports"), asked)
    assert wrong.status_code == 422
    assert "不认识“???”" in wrong.content.decode() or "不认识“？？？”" in wrong.content.decode()
    asked = {"month": "2026-11", "file": upload(sheet(row("洪队员", d2="√")), "考勤.xlsx")}
    looked = officer.post(reverse("attendance:imports"), asked, follow=True).content.decode()
    assert "确认导入 1 格" in looked
    found = RegisterImport.objects.get()
    done = officer.post(
        reverse("attendance:import_apply", args=[found.pk]), {"plan_hash": found.plan_hash}, follow=True
    )
    assert "同一份考勤表再导入一次，不会有变化" in done.content.decode()
    assert officer.post(reverse("attendance:import_drop", args=[found.pk])).status_code == 409
    assert browser(drive.world, "liusha_member").get(reverse("attendance:imports")).status_code in (403, 404)
    assert browser(drive.world, "pn_unit_chief").get(reverse("attendance:imports")).status_code == 404

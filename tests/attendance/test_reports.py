"""The monthly report: once for each county, month and version; taken up where it stopped; fit to be printed."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from attendance import closing, tasks
from attendance.reports import building
from attendance.reports.models import MonthReport, ReportPart
from core import clock as core_clock
from core.digest import checksum
from core.models import Notice
from teams.models import Person
from tests.attendance.months import DAY, closed, mark, send, sign
from tests.drive import Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")


def everybody_closes(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "village")
    closed(drive)
    sheet = send(drive, by="lihu_officer", team="lihu_team")
    sign(drive, "lihu_captain", sheet)
    assert not MonthReport.objects.filter(kind="final").exists()
    sign(drive, "lihu_officer", sheet)


def text_of(content: Any) -> list[str]:
    book = load_workbook(io.BytesIO(bytes(content)))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]


def test_on_the_first_each_county_has_one_provisional_report_however_often_asked(drive: Drive) -> None:
    assert tasks.begin_month() == 3
    assert tasks.begin_month() == 0
    assert tasks.build_reports() == 3
    assert tasks.build_reports() == 0
    report = MonthReport.objects.get(county=drive.world.regions["puning"])
    assert (report.kind, report.version, report.parts.count()) == ("provisional", 1, 3)
    told = Notice.objects.filter(key__endswith=f"month_report:{report.pk}")
    names = set(told.values_list("recipient__username", flat=True))
    assert {"liusha_officer", "lihu_officer", "pn_agri_chief", "pn_org_chief"} <= names
    assert not names & {"liusha_member", "xf_rural_chief", "pn_finance_chief", "pn_unit_chief"}
    part = report.parts.get(path=drive.world.regions["liusha"].path)
    assert any("临时" in text for text in text_of(part.workbook))


def test_the_last_closing_makes_the_final_report_of_the_frozen_lines(drive: Drive) -> None:
    everybody_closes(drive)
    drive.is_away("liusha_member", DAY)
    tasks.build_reports()
    report = MonthReport.objects.get(kind="final")
    part = report.parts.get(path=drive.world.regions["liusha"].path)
    line = next(line for line in part.lines if line["name"] == "洪队员")
    assert line["marks"][19] == "住"
    sheet = load_workbook(io.BytesIO(bytes(part.workbook))).worksheets[0]
    assert sheet["A1"].value == "驻洪阳镇工作队2026年10月出勤登记表"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.print_title_rows == "$3:$4"
    assert {"A1", "A3"} <= {str(each).split(":")[0] for each in sheet.merged_cells.ranges}
    texts = text_of(part.workbook)
    assert "住" in texts
    assert any(text.startswith("乡镇分管领导（盖章）") for text in texts)


def test_the_list_says_what_came_after_the_final_report_and_what_was_opened_again(drive: Drive) -> None:
    everybody_closes(drive)
    tasks.build_reports()
    officer, asked = browser(drive.world, "liusha_officer"), {"month": "2026-10"}
    assert "关账后有变动" not in text(officer.get("/attendance/reports/", asked))
    drive.is_away("liusha_member", DAY)
    said = text(officer.get("/attendance/reports/", asked))
    assert "关账后有变动，没有计入这一版；要计入，由乡镇重开再关账： 驻洪阳镇工作队 ：1 处" in said
    assert "驻洪阳镇工作队" not in text(
        browser(drive.world, "lihu_officer").get("/attendance/reports/", asked)
    )
    sheet = drive.world.bodies["liusha_team"].month_sheets.get()
    closing.reopen(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk, reason="补登公出")
    said = text(officer.get("/attendance/reports/", asked))
    assert "再关账后自动生成新的一版" in said
    assert "补登公出" in said


def test_a_provisional_report_takes_what_is_closed_as_it_was_closed(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "village")
    closed(drive)
    drive.is_away("liusha_member", DAY)
    mark(drive, "lihu_member", DAY, "on_post", by="lihu_officer")
    tasks.begin_month()
    tasks.build_reports()
    report = MonthReport.objects.get(county=drive.world.regions["puning"])
    marks = {line["name"]: line["marks"][19] for part in report.parts.all() for line in part.lines}
    assert (marks["洪队员"], marks["里队员"]) == ("住", "√")
    part = report.parts.get(path=drive.world.regions["liusha"].path)
    assert any("本队已关账，按关账的内容" in each for each in text_of(part.workbook))


def test_opened_again_and_closed_again_it_is_the_next_version(drive: Drive) -> None:
    everybody_closes(drive)
    tasks.build_reports()
    sheet = drive.world.bodies["liusha_team"].month_sheets.get()
    closing.reopen(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk, reason="漏了一天")
    closed(drive)
    tasks.build_reports()
    found = MonthReport.objects.order_by("version").values_list("version", "kind")
    assert list(found) == [(1, "final"), (2, "final")]


def test_taken_up_where_it_stopped_it_is_the_report_of_an_undisturbed_run(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody_closes(drive)
    made = building._town_part
    calls: list[Any] = []

    def dies(report: MonthReport, town: Any) -> None:
        calls.append(town)
        if len(calls) == 2:
            raise SystemExit
        made(report, town)

    monkeypatch.setattr(building, "_town_part", dies)
    with pytest.raises(SystemExit):
        building.build_due()
    assert ReportPart.objects.count() == 1
    monkeypatch.setattr(building, "_town_part", made)
    # While the claim holds another worker leaves it alone; after it the work goes on.
    assert building.build_due() == 0
    later = core_clock.now().replace(year=2030)
    monkeypatch.setattr(core_clock, "machine_now", lambda: later)
    assert building.build_due() == 1
    report = MonthReport.objects.get()
    assert report.parts.count() == 3
    towns = report.parts.exclude(path=report.county.path).order_by("path")
    assert checksum([[part.path, part.hash] for part in towns]) == report.hash
    told = Notice.objects.filter(key__endswith=f"month_report:{report.pk}")
    assert told.filter(recipient__username="pn_agri_chief").count() == 1


def test_no_name_becomes_a_formula(drive: Drive) -> None:
    Person.objects.filter(pk=drive.world.human("liusha_member").pk).update(name="=cmd|calc")
    tasks.begin_month()
    tasks.build_reports()
    for part in ReportPart.objects.all():
        book = load_workbook(io.BytesIO(bytes(part.workbook)))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]


def test_a_captain_and_a_grantee_of_his_team_export_it_and_nobody_beside(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "village")
    team, other = drive.world.bodies["liusha_team"], drive.world.bodies["lihu_team"]
    drive.grant("pn_agri_staff", team)
    address = "/attendance/workbook/"
    asked = {"team": team.pk, "month": "2026-10"}
    captain = browser(drive.world, "liusha_captain")
    assert (
        f"{address}?team={team.pk}&amp;month=2026-10"
        in captain.get("/attendance/", {"month": "2026-10"}).content.decode()
    )
    for who in ("liusha_captain", "liusha_officer", "pn_agri_staff", "pn_agri_chief"):
        answer = browser(drive.world, who).get(address, asked)
        assert answer.status_code == 200
        texts = text_of(answer.content)
        assert {"没有关账，按现在的登记", "洪队员"} <= set(texts)
        assert "里湖队员" not in texts
    for who in ("lihu_captain", "lihu_officer", "xf_rural_chief", "liusha_member"):
        assert browser(drive.world, who).get(address, asked).status_code in (403, 404)
    assert captain.get(address, {"team": other.pk, "month": "2026-10"}).status_code == 404
    assert captain.get(address, {"team": "x"}).status_code == 404
    # A unit's people alone, of a team of several.
    unit = set(text_of(browser(drive.world, "pn_unit_chief").get(address, asked).content))
    assert "洪队员" in unit
    closed(drive)
    mark_after = set(text_of(captain.get(address, asked).content))
    assert any(each.startswith("第 1 次关账的内容，11月23日（周一）关账") for each in mark_after)


def test_each_town_gets_its_own_and_the_county_all(drive: Drive) -> None:
    tasks.begin_month()
    tasks.build_reports()
    own = ReportPart.objects.get(path=drive.world.regions["liusha"].path)
    county = ReportPart.objects.get(path=drive.world.regions["puning"].path)
    for who, expected in {
        "liusha_officer": (200, 404),
        "pn_agri_chief": (200, 200),
        "pn_org_chief": (200, 200),
        "lihu_officer": (404, 404),
        "xf_rural_chief": (404, 404),
        "liusha_captain": (404, 404),
    }.items():
        page = browser(drive.world, who)
        codes = tuple(page.get(f"/attendance/reports/{part.pk}/").status_code for part in (own, county))
        assert codes == expected
    page = browser(drive.world, "pn_agri_chief")
    listed = page.get("/attendance/reports/", {"month": "2026-10"}).content.decode()
    assert "普宁市汇总表" in listed
    asked = {"county": drive.world.regions["puning"].pk, "month": "2026-10", "form_key": "k1"}
    for _ in range(2):
        page.post("/attendance/reports/ask/", asked)
    again = page.get("/attendance/reports/", {"month": "2026-10"}).content.decode()
    assert again.count("正在生成，已完成 0 / 2") == 1

"""缺勤处置 on its pages: found, written, signed, summed up; kept typing, and 404 for the neighbours."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from attendance.absence import steps
from attendance.absence.models import AbsenceCase
from tests import cast
from tests.attendance.absences import FRIDAY, city_of_zhumadian, find, waiting
from tests.attendance.months import mark
from tests.drive import Clock, Drive
from tests.pages import browser, text

pytestmark = pytest.mark.usefixtures("clock")


def test_the_keeper_finds_it_on_the_page_and_the_register_shows_it(drive: Drive) -> None:
    officer = browser(drive.world, "liusha_officer")
    asked = {"posting": drive.world.appointments["liusha_member"].pk, "day": "2026-11-20"}
    assert officer.post(reverse("attendance:absence_report"), {**asked, "halves": "day"}).status_code == 422
    assert (
        browser(drive.world, "lihu_officer").get(reverse("attendance:absence_report"), asked).status_code
        == 404
    )
    page = officer.post(
        reverse("attendance:absence_report"), {**asked, "halves": "day", "note": "到村不在"}, follow=True
    )
    assert "已记下" in text(page)
    case = AbsenceCase.objects.get()
    refused = officer.post(reverse("attendance:absence_find", args=[case.pk]), {"reason": ""})
    assert refused.status_code == 422
    assert "写明认定的理由和依据" in text(refused)
    done = officer.post(
        reverse("attendance:absence_find", args=[case.pk]), {"reason": "到村核实不在"}, follow=True
    )
    assert "无故，已办结" in text(done)
    register = officer.get(reverse("attendance:register"), {"month": "2026-11"}).content.decode()
    assert "class=m-unexcused>✗" in register
    own = browser(drive.world, "liusha_member")
    assert "到村核实不在" in text(own.get(case.get_absolute_url()))
    assert own.post(reverse("attendance:absence_withdraw", args=[case.pk]), {"reason": "x"}).status_code in (
        403,
        404,
    )
    for outsider in ("lihu_officer", "lihu_captain", "pn_unit2_chief", "xf_rural_chief"):
        assert browser(drive.world, outsider).get(case.get_absolute_url()).status_code == 404
    again = officer.post(reverse("attendance:absence_find", args=[case.pk]), {"reason": "再来一次"})
    assert again.status_code == 409
    assert "您不用再办" in text(again)


def test_a_correction_keeps_what_was_typed(drive: Drive) -> None:
    mark(drive, "liusha_member", FRIDAY, "unverified")
    case = waiting(drive)
    officer = browser(drive.world, "liusha_officer")
    page = officer.post(
        reverse("attendance:absence_explain", args=[case.pk]), {"how": "trip", "note": "去县里开会，回来没报"}
    )
    assert page.status_code == 422
    assert "还没有已批准的因公外出" in text(page)
    assert "去县里开会，回来没报" in page.content.decode()


@pytest.mark.parametrize(
    "clause",
    ["yongxing-1-4-same-day", "yongxing-3-2-opinion", "yongxing-3-6-accountability"],
)
def test_yongxing_on_its_pages(drive: Drive, clause: str) -> None:
    cast.add_yongxing(drive.world)
    case = find(drive, "matian_secretary", waiting(drive, "yx_member"))
    town, county = browser(drive.world, "matian_secretary"), browser(drive.world, "yx_office_chief")
    page = town.get(case.get_absolute_url())
    assert f"/rules/clause/{clause}/" in page.content.decode()
    assert "提交书面报告" in text(page)
    assert "提交处理意见" not in text(county.get(case.get_absolute_url()))
    step = reverse("attendance:absence_step", args=[case.pk, "report"])
    assert county.post(step, {"text": "x"}).status_code == 422
    town.post(step, {"text": "马田镇党委书面报告"})
    assert "提交处理意见" in text(county.get(case.get_absolute_url()))
    county.post(reverse("attendance:absence_step", args=[case.pk, "opinion"]), {"text": "批评教育"})
    last = reverse("attendance:absence_step", args=[case.pk, "accountability"])
    refused = county.post(last, {"text": "一案双查", "measure_town_party_committee": "约谈"})
    assert refused.status_code == 422
    assert "选对永兴县交通局的处理" in text(refused)
    done = county.post(
        last,
        {
            "text": "一案双查",
            "measure_town_party_committee": "约谈",
            "measure_unit_leader": "不予问责",
            "note_unit_leader": "单位已履职",
        },
        follow=True,
    )
    assert "中共马田镇委员会：约谈" in text(done)


@pytest.mark.parametrize("clause", ["zhumadian-18-absence-statement", "zhumadian-18-by-25th"])
def test_zhumadian_statement_and_summary_on_their_pages(drive: Drive, clause: str) -> None:
    city_of_zhumadian(drive.world)
    case = find(drive, "zmd_rural_chief", waiting(drive, "sc_member"))
    steps.do_step(
        acting_user=drive.world.user("zmd_rural_chief"),
        case_id=case.pk,
        code="bulletin",
        text="通报〔2026〕11号",
    )
    own, unit = browser(drive.world, "sc_member"), browser(drive.world, "sc_unit_chief")
    county = browser(drive.world, "sc_rural_chief")
    assert f"/rules/clause/{clause}/" in own.get(case.get_absolute_url()).content.decode()
    form = reverse("attendance:absence_state", args=[case.pk])
    assert unit.get(form).status_code == 404
    said = {"whereabouts": "县城", "reason": "孩子发烧", "remedy": "今后先请假"}
    assert own.post(form, {**said, "reason": ""}).status_code == 422
    page = own.post(form, said, follow=True)
    assert "已送单位签字" in text(page)
    statement = page.context["statement"]
    signing = unit.get(statement.get_absolute_url())
    bar = signing.context["bar"]
    fields = {each["name"]: each["value"] for each in bar.fields}
    unit.post(bar.action, {**fields, "decision": "agree"})
    sheet = unit.get(reverse("attendance:absence_statement_sheet", args=[statement.pk]))
    assert "主送：中共上蔡县委组织部、上蔡县乡村振兴局" in text(sheet)
    assert "上教育（上蔡县教育局 主要负责人）电子签批" in text(sheet)
    address = reverse("attendance:absence_summary")
    page = county.get(address)
    assert "孩子发烧" in text(page)
    assert browser(drive.world, "sc_org_chief").get(address).context["rows"] == []
    sent = county.post(
        address, {"due": "2026-11-25", "case": [case.pk], "text": "上乡振〔2026〕9号"}, follow=True
    )
    assert "已登记报送" in text(sent)


@pytest.mark.parametrize("clause", ["ganzhou-2-feedback"])
def test_ganzhou_feedback_on_its_page(drive: Drive, clause: str) -> None:
    cast.add_ganzhou(drive.world)
    case = find(drive, "tandong_secretary", waiting(drive, "gz_member"))
    office = browser(drive.world, "gz_rural_chief")
    page = office.get(case.get_absolute_url())
    assert f"/rules/clause/{clause}/" in page.content.decode()
    office.post(reverse("attendance:absence_step", args=[case.pk, "feedback"]), {"text": "已向城管局反馈"})
    assert "登记问责" in text(office.get(case.get_absolute_url()))


def test_the_list_puts_what_ran_out_first_and_narrows_by_the_address(drive: Drive, clock: Clock) -> None:
    cast.add_yongxing(drive.world)
    early = waiting(drive, "yx_captain", date(2026, 11, 18))
    late = find(drive, "matian_secretary", waiting(drive, "yx_member"))
    clock.set(date(2026, 11, 24))
    office = browser(drive.world, "yx_office_chief")
    address = reverse("attendance:absences")
    assert [line["case"].pk for line in office.get(address).context["lines"]] == [late.pk, early.pk]
    assert "处置超期" in text(office.get(address))
    for state, found in (("pending", [early]), ("overdue", [late]), ("closed", []), ("mine", [])):
        page = office.get(address, {"state": state})
        assert [line["case"] for line in page.context["lines"]] == found, state
    mine = browser(drive.world, "matian_secretary").get(address, {"state": "mine"})
    assert [line["case"] for line in mine.context["lines"]] == [late]
    clocks = office.get(reverse("approvals:clocks"), {"view": "late"})
    assert "书面报告" in text(clocks)
    assert "马田镇" in text(clocks)
    assert "永队员" not in text(browser(drive.world, "pn_agri_chief").get(reverse("approvals:clocks")))

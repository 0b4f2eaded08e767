"""请假审批单: what stands on the sheet, for whom, and what is never called a signature."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from rules.settings import set_setting
from tests.access import pdf
from tests.drive import MONDAY, NEXT_MONDAY, Drive
from tests.leave.test_consents import by_voice
from tests.pages import browser, text

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]
REASON = "肝病复查"


def sheet(drive: Drive, who: str, request) -> str:
    page = browser(drive.world, who).get(reverse("leave:slip", args=[request.pk]))
    assert page.status_code == 200
    return text(page)


def test_before_the_decision_the_lines_to_sign_on_stand_empty(drive: Drive) -> None:
    request = drive.ask("sc_member", 8)
    page = sheet(drive, "sc_member", request)
    assert "上蔡县驻镇驻村人员请假审批单" in page
    assert "一式三份：队、镇、县各存一份" in page
    assert page.count("（公章）") == 3
    assert "本人签名 上队员 电子提交 2026年11月23日 09:00" in page
    for seat in ("中共上蔡县委组织部意见", "上蔡县乡村振兴局意见", "上蔡县教育局意见"):
        assert f"{seat} 签名 日期 （公章）" in page
    assert "第十六条" in page
    # Only the opinions asked for: the town has none here.
    assert "党委意见" not in page


def test_what_was_signed_here_is_said_with_name_capacity_and_time(drive: Drive, clock) -> None:
    request = drive.ask("sc_member", 7)
    clock.set(MONDAY, hour=11, minute=5)
    drive.sign("zhuli_secretary", request, note="路上注意安全")
    page = sheet(drive, "sc_member", request)
    assert (
        "同意：路上注意安全 朱书记（中共朱里镇委员会 党（工）委书记） 电子签批 2026年11月23日 11:05 （公章）"
        in page
    )
    assert "备案（11月23日 送达）" in page
    assert "离岗天数 7 天" in page
    assert page.count("签名 日期") == 0


def test_touching_leave_says_on_the_sheet_why_it_went_higher(drive: Drive) -> None:
    """Friday and Monday: two sheets of one day, the second signed by the secretary."""
    drive.ask("liusha_member", 1, start=NEXT_MONDAY - timedelta(days=3))
    monday = drive.ask("liusha_member", 1)
    page = sheet(drive, "liusha_member", monday)
    assert "离岗天数 1 天" in page
    assert "相连，按 4 天算；单算 1 天由队长批准" in page
    assert "相连的假" not in sheet(drive, "liusha_mate", drive.ask("liusha_mate", 1))


def test_extension_and_return_stand_on_the_sheet_of_the_first_leave(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    assert "返岗销假 返岗时间 确认人 日期" in sheet(drive, "liusha_member", request)
    more = drive.extend("liusha_member", request, 1)
    drive.sign("liusha_captain", more)
    clock.set(NEXT_MONDAY + timedelta(days=3), hour=8, minute=30)
    drive.back("liusha_captain", request, NEXT_MONDAY + timedelta(days=3))
    page = sheet(drive, "liusha_member", request)
    assert "续到 12月2日（周三）下午，1 天（编号" in page
    assert "洪队长（驻洪阳镇工作队 队长）2026年11月23日 09:00 电子签批同意" in page
    assert "2026年12月3日（周四）上午返岗；确认人 洪队长，2026年12月3日 08:30 销假" in page
    assert "离岗天数 3 天 计假天数 3 天" in page
    assert "返岗销假" not in sheet(drive, "liusha_member", more)


def test_reason_and_certificates_are_for_who_decides_and_who_asked(drive: Drive) -> None:
    request = drive.submit("liusha_member", drive.save("liusha_member", 4, reason=REASON, files=[pdf()]))
    for who in ("liusha_member", "liusha_secretary"):
        page = sheet(drive, who, request)
        assert REASON in page
        assert "附件 1 件" in page
        assert "电话 138****8000" in page
    for who in ("liusha_captain", "liusha_officer", "pn_unit_chief", "pn_org_chief"):
        page = sheet(drive, who, request)
        assert REASON not in page
        assert "附件" not in page
        assert "事由 只有本人和批准的人可看" in page
    assert "138****" not in sheet(drive, "pn_unit_chief", request)


@pytest.mark.parametrize("who", ["lihu_captain", "lihu_secretary", "liusha_mate", "xf_rural_chief"])
def test_neighbours_have_no_sheet(drive: Drive, who: str) -> None:
    request = drive.ask("liusha_member", 1)
    assert browser(drive.world, who).get(reverse("leave:slip", args=[request.pk])).status_code == 404


def test_a_draft_has_no_sheet_yet(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    page = browser(drive.world, "liusha_member").get(reverse("leave:slip", args=[draft.pk]))
    assert page["Location"] == reverse("leave:edit", args=[draft.pk])


def test_what_was_agreed_by_voice_is_no_signature(drive: Drive) -> None:
    set_setting(
        region=drive.world.regions["puning"], key="leave.voice_days", value=3, basis="纪要", acting_user=None
    )
    request = by_voice(drive, "liusha_member")
    page = sheet(drive, "liusha_member", request)
    assert "口头同意" in page
    assert "不是签字" in page
    assert "本人签名 签名 日期" in page
    assert "电子签批 " not in page.replace("“电子签批”", "")


def test_who_named_the_deciders_and_why(drive: Drive) -> None:
    request = drive.ask("xf_member", 3)
    drive.assign("xf_rural_chief", request, "town:party_secretary", reason="县里会议定的")
    page = sheet(drive, "xf_member", request)
    assert "指定批准人 新振兴（新丰县乡村振兴局 主要负责人）2026年11月23日 09:00 指定：县里会议定的" in page
    assert page.count("（公章）") == 1


def test_the_card_leads_to_the_sheet(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    card = browser(drive.world, "liusha_captain").get(request.get_absolute_url()).content.decode()
    assert f'href="{reverse("leave:slip", args=[request.pk])}"' in card

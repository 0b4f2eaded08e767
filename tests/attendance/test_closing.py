"""Closing a month: the captain checks, the town closes; meanwhile nobody writes, and what comes later shows."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from approvals.models import SignOff
from attendance import closing
from attendance.models import Fact
from attendance.reports.team_book import team_book
from attendance.sheets import MonthLine, MonthSheet
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent, Notice
from teams.people import end_appointment
from teams.words import Post
from tests.access import ROLES
from tests.attendance.months import DAY, closed, mark, send, sign
from tests.drive import Clock, Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")
S = MonthSheet.State


def line(sheet: MonthSheet, drive: Drive, who: str) -> MonthLine:
    return sheet.lines.get(appointment=drive.world.appointments[who])


def test_the_captain_checks_and_the_town_closes(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "village")
    sheet = send(drive)
    assert (sheet.state, sheet.version) == (S.PENDING, 1)
    with pytest.raises(Conflict) as early:
        sign(drive, "liusha_officer", sheet)
    assert early.value.code == "not_your_step"
    assert sign(drive, "liusha_captain", sheet).state == S.PENDING
    sheet = sign(drive, "liusha_officer", sheet)
    assert (sheet.state, sheet.closed_by) == (S.CLOSED, drive.world.human("liusha_officer"))
    frozen = line(sheet, drive, "liusha_member")
    assert (frozen.marks[19], frozen.totals["on_post"], frozen.totals["village"]) == ("住", 2, 2)
    actions = list(
        AuditEvent.objects.filter(action__startswith="month_sheet.")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert actions == ["month_sheet.send", "month_sheet.closed"]


@pytest.mark.parametrize("who", ["lihu_officer", "lihu_captain", "pn_unit_chief", "xf_captain"])
def test_the_neighbouring_town_cannot_send_sign_or_open_it(drive: Drive, who: str) -> None:
    with pytest.raises((NotYours, Refused)):
        send(drive, by=who)
    sheet = closed(drive)
    with pytest.raises(NotYours):
        closing.reopen(acting_user=drive.world.user(who), sheet_id=sheet.pk, reason="补登记")
    assert browser(drive.world, who).get(sheet.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("who", "team"), [("pn_agri_chief", "liusha_team"), ("liusha_member", "liusha_team")]
)
def test_who_only_reads_sends_nothing(drive: Drive, who: str, team: str) -> None:
    with pytest.raises(Refused) as refused:
        send(drive, by=who, team=team)
    assert refused.value.code == "not_keeper"


def test_a_month_that_is_not_over_is_not_closed(drive: Drive) -> None:
    with pytest.raises(Refused) as refused:
        send(drive, month=date(2026, 11, 1))
    assert refused.value.code == "not_over"


def test_meanwhile_nobody_writes_and_another_month_stays_open(drive: Drive) -> None:
    sheet = send(drive)
    for expected in ("being_closed", "closed"):
        with pytest.raises(Conflict) as refused:
            mark(drive, "liusha_member", DAY, "on_post")
        assert refused.value.code == expected
        if expected == "being_closed":
            sign(drive, "liusha_captain", sheet)
            sign(drive, "liusha_officer", sheet)
    mark(drive, "liusha_member", date(2026, 11, 20), "on_post")
    mark(drive, "lihu_member", DAY, "on_post", by="lihu_officer")
    assert Fact.objects.filter(day=20, part="am").count() == 2


def test_what_comes_after_closing_stays_and_shows(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    sheet = closed(drive)
    drive.is_away("liusha_member", DAY)
    page = browser(drive.world, "liusha_officer").get(sheet.get_absolute_url()).content.decode()
    assert "关账后有 1 处变动" in page
    assert "原来：在岗；现在：因公外出" in page
    assert line(sheet, drive, "liusha_member").marks[19] == "√"
    register = browser(drive.world, "liusha_officer").get(
        reverse("attendance:register"), {"month": "2026-10"}
    )
    text = register.content.decode()
    assert "关账后有 1 处变动（虚框的格子），没有计入" in text
    assert text.count("is-later") == 1
    assert "看变动，重开这个月" in text
    assert "台账只读" in text
    assert "整行在岗" not in text
    captain = browser(drive.world, "liusha_captain").get(reverse("attendance:register"), {"month": "2026-10"})
    assert "看关账的内容" in captain.content.decode()
    assert "重开这个月" not in captain.content.decode()


def test_his_own_page_says_what_came_later_and_what_counts(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    sheet = closed(drive)
    drive.is_away("liusha_member", DAY)
    asked = {"month": "2026-10", "day": "20"}
    own = browser(drive.world, "liusha_member").get(reverse("attendance:mine"), asked).content.decode()
    assert "10月20日（周二），关账时：在岗；现在：因公外出" in own
    assert "关账时：在岗，按这个计" in own
    assert sheet.get_absolute_url() not in own
    person = reverse("attendance:person", args=[drive.world.human("liusha_member").pk])
    town = browser(drive.world, "liusha_officer").get(person, asked).content.decode()
    assert sheet.get_absolute_url() in town


def test_what_is_printed_of_a_closed_month_says_what_came_later(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    sheet = closed(drive)
    drive.is_away("liusha_member", DAY)
    book = team_book(
        acting_user=drive.world.user("liusha_officer"), team_ids=[sheet.team_id], month=date(2026, 10, 1)
    )
    cells = [
        str(cell.value)
        for row in load_workbook(io.BytesIO(book.content)).active.iter_rows()
        for cell in row
        if cell.value
    ]
    assert any("第 1 次关账的内容" in each and "关账后有 1 处变动，没有计入" in each for each in cells)
    assert "20日后有变动，没有计入" in cells
    assert "公" not in cells


def test_the_town_opens_it_again_with_a_reason_and_the_next_is_version_two(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    sheet = closed(drive)
    with pytest.raises(Refused) as refused:
        closing.reopen(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        closing.reopen(acting_user=drive.world.user("liusha_captain"), sheet_id=sheet.pk, reason="漏了一天")
    assert refused.value.code == "not_keeper"
    closing.reopen(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk, reason="漏了一天")
    mark(drive, "liusha_member", DAY, "village", reason="住村漏登")
    again = closed(drive)
    assert (again.version, line(again, drive, "liusha_member").marks[19]) == (2, "住")
    assert line(sheet, drive, "liusha_member").marks[19] == "√"
    event = AuditEvent.objects.get(action="month_sheet.reopen", outcome="done")
    assert event.after["why"] == "漏了一天"
    told = Notice.objects.filter(recipient=drive.world.users["liusha_captain"], title__startswith="已重开")
    assert told.get().body == "漏了一天"


def test_returned_by_the_captain_it_is_written_again_and_stays_the_first_version(drive: Drive) -> None:
    sheet = send(drive)
    assert sign(drive, "liusha_captain", sheet, "return", "20 日漏登").state == S.RETURNED
    mark(drive, "liusha_member", DAY, "on_post")
    assert closed(drive).version == 1


def test_taken_back_before_it_is_closed(drive: Drive) -> None:
    sheet = send(drive)
    with pytest.raises(NotYours):
        closing.withdraw(acting_user=drive.world.user("lihu_officer"), sheet_id=sheet.pk)
    closing.withdraw(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk)
    mark(drive, "liusha_member", DAY, "on_post")
    sheet = closed(drive)
    with pytest.raises(Conflict):
        closing.withdraw(acting_user=drive.world.user("liusha_officer"), sheet_id=sheet.pk)


def test_what_was_never_verified_does_not_count(drive: Drive, clock: Clock) -> None:
    """上蔡's document asks for days a month: what waits to be verified is neither there nor missing until closing."""
    drive.world.person("zhuli_officer", "朱考勤", Post.ATTENDANCE_OFFICER, "zhuli_party")
    mark(drive, "sc_member", DAY, "on_post", by="zhuli_officer")
    mark(drive, "sc_member", date(2026, 10, 21), "unverified", by="zhuli_officer")
    sheet = send(drive, by="zhuli_officer", team="sc_team")
    totals = line(sheet, drive, "sc_member").totals
    assert (totals["counted"], totals["unverified"]) == (2, 2)
    assert totals["missing"] == totals["owed"] - 2


def test_without_a_captain_the_town_closes_at_once(drive: Drive) -> None:
    end_appointment(
        appointment_id=drive.world.appointments["liusha_captain"].pk,
        last_day=date(2026, 10, 31),
        acting_user=None,
    )
    sheet = send(drive)
    assert sign(drive, "liusha_officer", sheet).state == S.CLOSED
    assert sheet.lines.filter(appointment=drive.world.appointments["liusha_captain"]).exists()


def test_a_captain_who_is_deputy_secretary_checks_and_another_closes(drive: Drive) -> None:
    drive.world.appoint("liusha_captain", Post.DEPUTY_SECRETARY, "liusha_party")
    sheet = send(drive)
    sign(drive, "liusha_captain", sheet)
    with pytest.raises(Conflict):
        sign(drive, "liusha_captain", sheet)
    assert sign(drive, "liusha_officer", sheet).state == S.CLOSED


def test_the_database_keeps_sheets_and_lines_as_they_were(drive: Drive) -> None:
    sheet = closed(drive)
    for act in (
        lambda: sheet.lines.update(name="别人"),
        lambda: MonthSheet.objects.filter(pk=sheet.pk).update(hash="0" * 64),
        lambda: MonthSheet.objects.filter(pk=sheet.pk).update(state=S.PENDING),
        lambda: MonthSheet.objects.filter(pk=sheet.pk).delete(),
        lambda: sheet.lines.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_way_through_the_pages(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    officer = browser(drive.world, "liusha_officer")
    register = officer.get(reverse("attendance:register"), {"month": "2026-10"}).content.decode()
    team = drive.world.bodies["liusha_team"].pk
    address = f"{reverse('attendance:send')}?team={team}&month=2026-10"
    assert address.replace("&", "&amp;") in register
    asked = officer.get(address).content.decode()
    assert "送队长核对" in asked
    assert "人次的工作日还没有登记" in asked
    answer = officer.post(reverse("attendance:send"), {"team": team, "month": "2026-10"}, follow=True)
    assert "已送核对" in answer.content.decode()
    sheet = MonthSheet.objects.get()
    captain = browser(drive.world, "liusha_captain")
    assert "2026年10月考勤关账" in captain.get(reverse("approvals:todo")).content.decode()
    assert "核对无误，转洪阳镇考勤员" in captain.get(sheet.get_absolute_url()).content.decode()
    sign(drive, "liusha_captain", sheet)
    sign(drive, "liusha_officer", sheet)
    # The address that said so once is opened again.
    assert "已送核对" not in officer.get(f"{sheet.get_absolute_url()}?sent").content.decode()
    refused = officer.post(reverse("attendance:sheet_reopen", args=[sheet.pk]), {"reason": ""})
    assert refused.status_code == 422
    assert "写明重开的原因" in refused.content.decode()
    officer.post(reverse("attendance:sheet_reopen", args=[sheet.pk]), {"reason": "漏了一天"})
    assert MonthSheet.objects.get().state == S.REOPENED


@pytest.mark.parametrize("who", ROLES.values())
def test_in_a_closed_month_nobody_changes_anything(drive: Drive, who: str) -> None:
    """Every way into the register, as every kind of person: the cell stays as it was closed."""
    mark(drive, "liusha_member", DAY, "on_post")
    closed(drive)
    page, posting = browser(drive.world, who), drive.world.appointments["liusha_member"]
    before = Fact.objects.count()
    saved = page.post(
        reverse("attendance:save"),
        {
            "team": posting.body_id,
            "month": "2026-10",
            "entry": f"{posting.pk}:20:village:{Fact.objects.latest('pk').pk}",
            "reason": "漏登",
        },
        headers={"accept": "application/json"},
    )
    form = page.post(
        reverse("attendance:row", args=[posting.pk]), {"month": "2026-10", "d20": "village", "reason": "漏登"}
    )
    assert {saved.status_code, form.status_code} <= {404, 409, 422}
    again = page.post(reverse("attendance:send"), {"team": posting.body_id, "month": "2026-10"})
    assert again.status_code in (404, 409)
    assert (Fact.objects.count(), MonthSheet.objects.count()) == (before, 1)


def test_a_month_is_sent_back_never_refused_and_says_so_in_its_own_words(drive: Drive) -> None:
    sheet = send(drive)
    captain = browser(drive.world, "liusha_captain")
    card = captain.get(sheet.get_absolute_url()).content.decode()
    for word in ("送核", "队长核对", "洪阳镇考勤员关账", "退回", "核对无误，转"):
        assert word in card
    for word in ("提交申请", "批准", "不同意", "申请人"):
        assert word not in card
    sign_off = SignOff.objects.get(subject_id=sheet.pk, subject_kind="month_sheet")
    assert captain.get(reverse("approvals:reason", args=[sign_off.pk, "refuse"])).status_code == 404
    asked = captain.get(reverse("approvals:reason", args=[sign_off.pk, "return"])).content.decode()
    assert "送核人会看到" in asked
    assert "改好台账以后再送一次" in asked
    with pytest.raises(Refused) as refused:
        sign(drive, "liusha_captain", sheet, decision="refuse", note="漏了一天")
    assert refused.value.code == "decision"
    assert sign(drive, "liusha_captain", sheet, decision="return", note="漏了一天").state == S.RETURNED

"""提出异议: once a month and once for each closing, by the person himself; the town answers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from attendance.objections import answer, object_to
from attendance.sheets import MonthObjection
from core.errors import Conflict, NotYours, Refused
from core.models import AuditEvent, Notice
from tests.attendance.months import DAY, OCTOBER, closed, mark, send
from tests.drive import Drive
from tests.pages import browser

pytestmark = pytest.mark.usefixtures("clock")


def say(drive: Drive, who: str = "liusha_member", text: str = "20 日我在岗") -> MonthObjection:
    return object_to(acting_user=drive.world.user(who), month=OCTOBER, text=text, day=20)


def reply(drive: Drive, who: str, objection: MonthObjection, text: str = "已核实，补登记") -> MonthObjection:
    return answer(acting_user=drive.world.user(who), objection_id=objection.pk, text=text)


def test_once_while_the_month_is_open_and_once_after_it_is_closed(drive: Drive) -> None:
    assert say(drive).version == 0
    with pytest.raises(Conflict) as again:
        say(drive)
    assert again.value.code == "said_already"
    closed(drive)
    assert say(drive, text="关账的也不对").version == 1
    with pytest.raises(Conflict):
        say(drive)
    told = Notice.objects.filter(title__startswith="考勤异议").values_list("recipient__username", flat=True)
    assert set(told) == {"liusha_officer", "liusha_captain"}


def test_the_town_answers_in_words_and_the_neighbour_does_not(drive: Drive) -> None:
    objection = say(drive)
    for outsider in ("lihu_officer", "liusha_member", "liusha_captain", "pn_agri_chief"):
        with pytest.raises(NotYours):
            reply(drive, outsider, objection)
    with pytest.raises(Refused):
        reply(drive, "liusha_officer", objection, " ")
    reply(drive, "liusha_officer", objection)
    with pytest.raises(Conflict):
        reply(drive, "liusha_officer", objection)
    told = Notice.objects.get(recipient=drive.world.users["liusha_member"], title__contains="异议")
    assert told.body == "已核实，补登记"
    actions = AuditEvent.objects.filter(action__in=["attendance.object", "attendance.answer"], outcome="done")
    assert actions.count() == 2


def test_who_has_no_posting_in_the_month_says_nothing(drive: Drive) -> None:
    with pytest.raises(NotYours):
        say(drive, "liusha_officer")


def test_on_the_pages_it_stands_beside_the_day(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "training")
    member, officer = browser(drive.world, "liusha_member"), browser(drive.world, "liusha_officer")
    mine = reverse("attendance:mine")
    assert "提给乡镇考勤员" in member.get(mine, {"month": "2026-10", "day": "20"}).content.decode()
    sent = {"month": "2026-10", "day": "20", "text": "20 日我在岗"}
    assert "异议已提出" in member.post(reverse("attendance:object"), sent, follow=True).content.decode()
    again = member.post(reverse("attendance:object"), sent, follow=True).content.decode()
    assert "异议已提出过" in again
    assert "提给乡镇考勤员" not in again
    register = officer.get(reverse("attendance:register"), {"month": "2026-10"}).content.decode()
    assert "20 日我在岗" in register
    objection = MonthObjection.objects.get()
    assert "答复异议" in officer.get(objection.get_absolute_url()).content.decode()
    officer.post(reverse("attendance:answer", args=[objection.pk]), {"answer": "已核实"})
    assert "答复：已核实" in member.get(mine, {"month": "2026-10"}).content.decode()
    assert (
        "20 日我在岗"
        not in officer.get(reverse("attendance:register"), {"month": "2026-10"}).content.decode()
    )


def test_an_unanswered_one_stands_beside_the_month_that_is_sent_and_checked(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    objection = say(drive)
    team = drive.world.bodies["liusha_team"].pk
    asked = {"team": team, "month": "2026-10"}
    officer = browser(drive.world, "liusha_officer")
    assert "20 日我在岗" in officer.get(reverse("attendance:send"), asked).content.decode()
    sheet = send(drive)
    captain = browser(drive.world, "liusha_captain")
    assert "20 日我在岗" in captain.get(sheet.get_absolute_url()).content.decode()
    reply(drive, "liusha_officer", objection)
    assert "20 日我在岗" not in captain.get(sheet.get_absolute_url()).content.decode()


def test_from_the_objection_a_way_leads_to_the_entries_for_who_may_write(drive: Drive) -> None:
    objection, entries = (
        say(drive),
        reverse("attendance:row", args=[drive.world.appointments["liusha_member"].pk]),
    )
    assert (
        entries in browser(drive.world, "liusha_officer").get(objection.get_absolute_url()).content.decode()
    )
    for who in ("pn_agri_chief", "pn_unit_chief"):
        assert entries not in browser(drive.world, who).get(objection.get_absolute_url()).content.decode()
    closed(drive)
    assert (
        entries
        not in browser(drive.world, "liusha_officer").get(objection.get_absolute_url()).content.decode()
    )


def test_the_keeper_reads_above_this_month_what_came_after_the_last_was_closed(drive: Drive) -> None:
    mark(drive, "liusha_member", DAY, "on_post")
    closed(drive)
    register = reverse("attendance:register")
    officer = browser(drive.world, "liusha_officer")
    assert "月关账后有" not in officer.get(register).content.decode()
    drive.is_away("liusha_member", DAY)
    assert "10月关账后有 1 处变动" in officer.get(register).content.decode()
    assert "月关账后有" not in browser(drive.world, "lihu_officer").get(register).content.decode()

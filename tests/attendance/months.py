"""Writing into a register and closing its month, under short names."""

from __future__ import annotations

from datetime import date

from approvals import services as sign_offs
from approvals.models import SignOff
from attendance import closing
from attendance.models import Fact
from attendance.services import Entry, enter
from attendance.sheets import MonthSheet
from tests.drive import Drive, key

OCTOBER = date(2026, 10, 1)
#: A Tuesday in it.
DAY = date(2026, 10, 20)


def mark(drive: Drive, who: str, day: date, code: str, by: str = "liusha_officer", reason: str = "") -> None:
    posting = drive.world.appointments[who]
    newest = Fact.objects.filter(person=posting.person_id).order_by("-pk").first()
    entry = Entry(posting_id=posting.pk, day=day, mark=code, seen=newest.pk if newest else 0)
    enter(
        acting_user=drive.world.user(by),
        team_id=posting.body_id,
        month=day.replace(day=1),
        entries=[entry],
        reason=reason,
    )


def send(
    drive: Drive, by: str = "liusha_officer", team: str = "liusha_team", month: date = OCTOBER
) -> MonthSheet:
    return closing.send(acting_user=drive.world.user(by), team_id=drive.world.bodies[team].pk, month=month)


def sign(drive: Drive, who: str, sheet: MonthSheet, decision: str = "agree", note: str = "") -> MonthSheet:
    sign_off = SignOff.objects.filter(subject_kind="month_sheet", subject_id=sheet.pk).latest("round")
    sign_offs.sign(
        sign_off_id=sign_off.pk,
        acting_user=drive.world.user(who),
        decision=decision,
        page_hash=sign_off.content_hash,
        request_key=key(),
        note=note,
    )
    return MonthSheet.objects.get(pk=sheet.pk)


def closed(drive: Drive) -> MonthSheet:
    sheet = send(drive)
    sign(drive, "liusha_captain", sheet)
    return sign(drive, "liusha_officer", sheet)

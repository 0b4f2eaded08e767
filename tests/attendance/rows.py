"""One row in every table of attendance, laid past the verbs, for what the database refuses."""

from __future__ import annotations

from datetime import date

from attendance.held import HeldCheck
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.papers import BulletinItem, InspectionBulletin, UnitTalk
from attendance.models import AbsenceAct, AbsenceCase, AbsenceStatement, CaseStep, Fact, PostPoint
from attendance.reports.models import MonthReport, ReportPart
from attendance.sheets import MonthLine, MonthObjection, MonthSheet
from core import clock
from tests.cast import World

MONTH = 202610


def lay(world: World) -> None:
    """A fact, a point, a month sent and closed with one line, an objection answered, a report with one workbook."""
    now, user, person = clock.now(), world.users["meikeng_secretary"], world.human("xf_member")
    Fact.objects.create(
        person=person, month=202611, day=20, part="am", source=30, revision=1, value="on_post", entered_at=now
    )
    PostPoint.objects.create(
        region=world.regions["meikeng"], path=world.regions["meikeng"].path, latitude=24, longitude=114,
        set_by=user, set_at=now,
    )  # fmt: skip
    sheet = MonthSheet.objects.create(
        team=world.bodies["xf_team"], month=MONTH, version=1, hash="0", sent_by=user, sent_at=now
    )
    MonthLine.objects.create(
        sheet=sheet, appointment=world.appointments["xf_member"], order=1, name=person.name, post="队员",
        totals={}, days={}, marks={},
    )  # fmt: skip
    sheet.state, sheet.closed_by, sheet.closed_at = MonthSheet.State.CLOSED, user.person, now
    sheet.save()
    MonthObjection.objects.create(
        person=person,
        month=MONTH,
        text="20日在村",
        at=now,
        answer="已更正",
        answered_by=user.person,
        answered_at=now,
    )
    check = SpotCheck.objects.create(
        form_key="laid", office=world.bodies["xf_rural"], year=2026, serial=1, clause="c", method="on_site",
        day=now.date(), time="am", how_many=1, seed_from="system", seed="s", pool_hash="0", planned_by=person,
        planned_at=now,
    )  # fmt: skip
    target = SpotTarget.objects.create(
        check_of=check, posting=world.appointments["xf_member"], code="P1", digest="d"
    )
    check.state, check.drawn_at = SpotCheck.State.DRAWN, now
    check.save()
    target.outcome, target.found_by, target.found_at = SpotTarget.Outcome.ABSENT, user.person, now
    target.save()
    check.state, check.closed_by, check.closed_at = SpotCheck.State.CLOSED, user.person, now
    check.save()
    report = MonthReport.objects.create(
        county=world.regions["xinfeng"], month=MONTH, version=1, kind="final", basis="b", hash="h",
        asked_at=now, finished_at=now,
    )  # fmt: skip
    ReportPart.objects.create(
        report=report, path=world.regions["meikeng"].path, name="梅坑镇", people=1, hash="h", lines=[],
        workbook=b"x", made_at=now,
    )  # fmt: skip
    HeldCheck.objects.create(
        form_key="held", region=world.regions["xinfeng"], clause="c", period="2026-10", first=date(2026, 10, 1),
        last=date(2026, 10, 31), held_on=date(2026, 10, 30), chair="县长", figures={}, as_of=now, recorded_by=user.person,
        recorded_at=now, voided_by=user.person, voided_at=now, void_why="写错了",
    )  # fmt: skip
    case = AbsenceCase.objects.create(
        person=person, posting=world.appointments["xf_member"], team=world.bodies["xf_team"], day=date(2026, 11, 20),
        how="register", opened_at=now,
    )  # fmt: skip
    AbsenceAct.objects.create(case=case, what="opened", at=now)
    for order, party in ((1, "county:organization"), (2, "person:self")):
        step = CaseStep.objects.create(
            case=case, round=1, order=order, code=f"s{order}", form="report", clause="c", party=party, label="组织部",
            what="报告",
        )  # fmt: skip
    CaseStep.objects.filter(pk=step.pk).update(done_at=now, done_by=person, capacity="队员")
    AbsenceStatement.objects.create(
        case=case, step=step, whereabouts="县城", reason="有事", remedy="改正", state="signed", written_at=now,
        entered_by=user,
    )  # fmt: skip
    AbsenceCase.objects.filter(pk=case.pk).update(
        state="unexcused", found_by=user.person, found_at=now, reason="r", capacity="c"
    )
    bulletin = InspectionBulletin.objects.create(
        form_key="laid", office=world.bodies["xf_rural"], clause="c", title="t", prefix="p", first=now.date(),
        last=now.date(), method="m", overall="o", drafted_by=person, drafted_at=now,
    )  # fmt: skip
    BulletinItem.objects.create(
        bulletin=bulletin, order=1, case=case, town="t", name="n", post="p", problem="q", basis="b"
    )
    bulletin.state = InspectionBulletin.State.PENDING
    bulletin.save()
    UnitTalk.objects.create(
        form_key="laid", office=world.bodies["xf_rural"], unit=world.bodies["xf_unit"], clause="c",
        held_on=now.date(), talker="t", with_whom="w", why="y", outcome="o", recorded_by=person, recorded_at=now,
    )  # fmt: skip

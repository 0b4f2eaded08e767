"""The chains of three documents, end to end: who does which step by when, and what stays where none is written."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import clocks as running_clocks
from approvals import services as sign_offs
from approvals.models import Deadline, Filing, SignOff
from attendance.absence import chain, selectors, statements, steps, summaries
from attendance.absence.models import AbsenceCase, AbsenceStatement, CaseStep
from core.errors import Conflict, NotYours, Refused
from core.models import Notice
from tests import cast
from tests.attendance.absences import FRIDAY, city_of_zhumadian, find, waiting, withdraw
from tests.drive import MONDAY, Clock, Drive, key

pytestmark = pytest.mark.usefixtures("clock")

SAID = {
    "whereabouts": "县城家中", "reason": "孩子发烧，忘了请假", "remedy": "今后先请假再离岗",
    "papers": "没有办理", "evidence": "医院收费单",
}  # fmt: skip
MEASURES = [
    steps.Measure("town:party_committee", "约谈", "分管副书记"),
    steps.Measure("unit:leader", "不予问责", "单位已多次提醒"),
]


def do(drive: Drive, who: str, case: AbsenceCase, code: str, **said: Any) -> CaseStep:
    return steps.do_step(
        acting_user=drive.world.user(who), case_id=case.pk, code=code, **{"text": "按文件办理", **said}
    )


def state(drive: Drive, who: str, case: AbsenceCase, **said: Any) -> AbsenceStatement:
    return statements.write_statement(
        acting_user=drive.world.user(who), case_id=case.pk, said=statements.Said(**{**SAID, **said})
    )


def sign(
    drive: Drive, who: str, statement: AbsenceStatement, decision: str = "agree", note: str = ""
) -> None:
    sign_off = SignOff.objects.filter(subject_kind="absence_statement", subject_id=statement.pk).latest(
        "round"
    )
    sign_offs.sign(
        sign_off_id=sign_off.pk, acting_user=drive.world.user(who), decision=decision,
        page_hash=sign_off.content_hash, request_key=key(), note=note,
    )  # fmt: skip


def due(case: AbsenceCase, code: str) -> date | None:
    found = CaseStep.objects.get(case=case, round=case.round, code=code).due
    return timezone.localtime(found).date() if found else None


def open_codes(case: AbsenceCase) -> set[str]:
    return {row.code for row in chain.steps_of(case) if row.is_open}


@pytest.fixture
def yongxing(drive: Drive) -> Drive:
    cast.add_yongxing(drive.world)
    return drive


@pytest.fixture
def zhumadian(drive: Drive) -> Drive:
    city_of_zhumadian(drive.world)
    return drive


def test_yongxing_report_opinion_accountability(yongxing: Drive, clock: Clock) -> None:
    case = find(yongxing, "matian_secretary", waiting(yongxing, "yx_member"))
    assert open_codes(case) == {"report"}
    assert due(case, "report") == MONDAY
    with pytest.raises(Conflict) as early:
        do(yongxing, "yx_office_chief", case, "opinion")
    assert early.value.code == "not_yet"
    with pytest.raises(Refused):
        do(yongxing, "yx_office_chief", case, "report")
    for outsider in ("sc_rural_chief", "xf_rural_chief", "pn_agri_chief", "liusha_officer"):
        with pytest.raises(NotYours):
            do(yongxing, outsider, case, "report")
    do(yongxing, "matian_secretary", case, "report")
    # Three working days from Monday, and then a week.
    assert due(case, "opinion") == date(2026, 11, 26)
    assert Notice.objects.filter(recipient=yongxing.world.users["yx_office_chief"]).count() == 2
    clock.set(date(2026, 11, 27), 10)
    assert [each.pk for each in selectors.overdue(yongxing.world.user("yx_office_chief"))] == [case.pk]
    assert do(yongxing, "yx_office_chief", case, "opinion").late
    assert due(case, "accountability") == date(2026, 12, 4)
    with pytest.raises(Refused) as missing:
        do(yongxing, "yx_office_chief", case, "accountability", measures=MEASURES[:1])
    assert missing.value.field == "measure_unit_leader"
    with pytest.raises(Refused) as unsaid:
        do(
            yongxing, "yx_office_chief", case, "accountability",
            measures=[MEASURES[0], steps.Measure("unit:leader", "不予问责")],
        )  # fmt: skip
    assert unsaid.value.field == "note_unit_leader"
    done = do(yongxing, "yx_office_chief", case, "accountability", measures=MEASURES)
    assert [(each["name"], each["measure"]) for each in done.outcomes] == [
        ("中共马田镇委员会", "约谈"), ("永兴县交通局", "不予问责"),
    ]  # fmt: skip
    case.refresh_from_db()
    assert case.closed_at is not None
    assert not Deadline.objects.filter(subject_kind="absence", met=None).exists()
    with pytest.raises(Conflict):
        do(yongxing, "yx_office_chief", case, "accountability", measures=MEASURES)


def test_what_yongxings_own_office_sees_goes_straight_to_accountability(yongxing: Drive) -> None:
    """三 2 counts from the town's report; of what the county finds itself nobody has to report to it."""
    case = find(yongxing, "yx_office_chief", waiting(yongxing, "yx_member"), "暗访不在岗，电话关机")
    assert [row.code for row in chain.steps_of(case)] == ["accountability"]
    assert open_codes(case) == {"accountability"}
    # Monday, and a week.
    assert due(case, "accountability") == date(2026, 11, 30)
    assert case.source == 90
    with pytest.raises(Refused) as above:
        withdraw(yongxing, "matian_secretary", case)
    assert above.value.code == "above"
    do(yongxing, "yx_office_chief", case, "accountability", measures=MEASURES)
    case.refresh_from_db()
    assert case.closed_at is not None
    with pytest.raises(NotYours):
        find(yongxing, "sc_rural_chief", waiting(yongxing, "yx_captain"))


def test_clocks_run_over_a_holiday_and_its_make_up_saturday(yongxing: Drive, clock: Clock) -> None:
    clock.set(date(2026, 9, 30), 15)
    case = find(yongxing, "matian_secretary", waiting(yongxing, "yx_member", date(2026, 9, 29)))
    do(yongxing, "matian_secretary", case, "report")
    # 1 to 7 October are free, Saturday the 10th is worked: 8, 9, 10.
    assert due(case, "opinion") == date(2026, 10, 10)


def test_a_finding_taken_back_stops_every_clock(yongxing: Drive) -> None:
    case = find(yongxing, "matian_secretary", waiting(yongxing, "yx_member"))
    do(yongxing, "matian_secretary", case, "report")
    withdraw(yongxing, "yx_office_chief", case)
    assert not Deadline.objects.filter(subject_kind="absence", met=None).exists()
    with pytest.raises((Conflict, NotYours)):
        do(yongxing, "yx_office_chief", case, "opinion")
    # The second finding begins anew; what was done of the first stays on record.
    again = find(yongxing, "matian_secretary", case)
    assert again.round == 2
    assert open_codes(again) == {"report"}
    assert CaseStep.objects.filter(case=case, round=1, done_at__isnull=False).count() == 1


def test_zhumadian_bulletin_statement_filing_and_summary(zhumadian: Drive, clock: Clock) -> None:
    case = waiting(zhumadian, "sc_member")
    with pytest.raises(Refused):
        find(zhumadian, "sc_rural_chief", case)
    case = find(zhumadian, "zmd_rural_chief", case)
    assert open_codes(case) == {"bulletin", "summary"}
    # 及时 has no number; nobody makes one up.
    assert due(case, "bulletin") is None
    assert due(case, "summary") == date(2026, 11, 25)
    with pytest.raises(Conflict):
        state(zhumadian, "sc_member", case)
    do(zhumadian, "zmd_rural_chief", case, "bulletin", text="驻乡振通报〔2026〕11号")
    with pytest.raises(Refused) as other:
        state(zhumadian, "sc_captain", case)
    assert other.value.code == "not_own"
    with pytest.raises(Refused) as empty:
        state(zhumadian, "sc_member", case, reason=" ")
    assert empty.value.field == "reason"
    first = state(zhumadian, "sc_member", case)
    with pytest.raises(Conflict):
        state(zhumadian, "sc_member", case)
    with pytest.raises(Refused):
        sign(zhumadian, "sc_member", first)
    sign(zhumadian, "sc_unit_chief", first, "return", "写清楚当天几点离开的")
    second = state(zhumadian, "sc_member", case, reason="上午十点孩子发烧，带去县医院")
    sign(zhumadian, "sc_unit_chief", second)
    # The head's signature sends it on: filed with both, and nobody does it a second time.
    assert set(Filing.objects.filter(subject_kind="absence_statement").values_list("label", flat=True)) == {
        "中共上蔡县委组织部", "上蔡县乡村振兴局",
    }  # fmt: skip
    assert open_codes(case) == {"summary"}
    waiting_ = summaries.summaries_waiting(zhumadian.world.user("sc_rural_chief"))
    assert list(waiting_) == [date(2026, 11, 25)]
    with pytest.raises(NotYours):
        summaries.send_summary(
            acting_user=zhumadian.world.user("sc_org_chief"), due=date(2026, 11, 25), seen=[case.pk]
        )
    with pytest.raises(Conflict):
        summaries.send_summary(
            acting_user=zhumadian.world.user("sc_rural_chief"), due=date(2026, 11, 25), seen=[]
        )
    sent = summaries.send_summary(
        acting_user=zhumadian.world.user("sc_rural_chief"), due=date(2026, 11, 25), seen=[case.pk]
    )
    assert sent == 1
    case.refresh_from_db()
    assert case.closed_at is not None


@pytest.mark.parametrize(
    ("found", "by"),
    [
        (date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 26), date(2026, 12, 25)),
        # 25 October 2026 is a Sunday: due the Friday before; what is found after that goes into November's.
        (date(2026, 10, 23), date(2026, 10, 23)),
        (date(2026, 10, 24), date(2026, 11, 25)),
    ],
)
def test_the_twenty_fifth_moves_to_the_working_day_before(
    zhumadian: Drive, clock: Clock, found: date, by: date
) -> None:
    clock.set(found, 16)
    case = find(zhumadian, "zmd_rural_chief", waiting(zhumadian, "sc_member", found - timedelta(days=1)))
    assert due(case, "summary") == by


def test_a_statement_on_paper_needs_its_scan_and_is_never_shown_as_signed_here(zhumadian: Drive) -> None:
    case = find(zhumadian, "zmd_rural_chief", waiting(zhumadian, "sc_member"))
    do(zhumadian, "zmd_rural_chief", case, "bulletin")
    scan = SimpleUploadedFile("说明.pdf", b"%PDF-1.4 x", "application/pdf")

    def enter(who: str, files: list[Any], signer: str = "上教育") -> AbsenceStatement:
        return statements.enter_paper(
            acting_user=zhumadian.world.user(who), case_id=case.pk, said=statements.Said(**SAID, files=files),
            signer=signer, signed_on=MONDAY,
        )  # fmt: skip

    with pytest.raises(Refused) as unscanned:
        enter("sc_unit_chief", [])
    assert unscanned.value.field == "attachments"
    for outsider in ("sc_member", "sc_org_chief"):
        with pytest.raises(Refused):
            enter(outsider, [scan])
    made = enter("sc_unit_chief", [scan])
    assert (made.state, made.paper_signer) == ("paper", "上教育")
    assert not SignOff.objects.filter(subject_kind="absence_statement").exists()
    assert "代录" in CaseStep.objects.get(case=case, code="statement").capacity
    # On paper the unit still has to send it on.
    assert open_codes(case) == {"filed", "summary"}
    do(zhumadian, "sc_unit_chief", case, "filed")
    assert open_codes(case) == {"summary"}


def test_ganzhou_feedback_to_the_unit_and_accountability(drive: Drive) -> None:
    cast.add_ganzhou(drive.world)
    case = find(drive, "tandong_secretary", waiting(drive, "gz_member"))
    # 组织部 is not registered there: 乡村振兴局, which answers jointly, has the step.
    row = CaseStep.objects.get(case=case, code="feedback")
    assert (row.body_id, row.due) == (drive.world.bodies["gz_rural"].pk, None)
    do(drive, "gz_rural_chief", case, "feedback")
    told = Notice.objects.filter(recipient__person__name__isnull=False, title__startswith="收到反馈")
    assert not told.filter(recipient=drive.world.users["gz_member"]).exists()
    with pytest.raises(Refused):
        do(drive, "gz_rural_chief", case, "accountability")
    do(
        drive, "gz_rural_chief", case, "accountability",
        measures=[steps.Measure("team:member", "其他", "批评教育")],
    )  # fmt: skip
    case.refresh_from_db()
    assert case.closed_at is not None


def test_the_person_concerned_does_no_step_whatever_he_becomes(yongxing: Drive) -> None:
    yongxing.world.appoint("yx_member", "staff", "yx_office")
    case = find(yongxing, "matian_secretary", waiting(yongxing, "yx_member"))
    do(yongxing, "matian_secretary", case, "report")
    with pytest.raises(Refused):
        do(yongxing, "yx_member", case, "opinion")
    assert list(selectors.steps_waiting(yongxing.world.user("yx_member"))) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStep.objects.filter(case=case, code="opinion").update(
            done_at=datetime(2026, 11, 24, tzinfo=timezone.get_current_timezone()),
            done_by=case.person,
            capacity="x",
        )


def test_two_counties_never_see_each_others_clocks(yongxing: Drive) -> None:
    city_of_zhumadian(yongxing.world)
    mine = find(yongxing, "matian_secretary", waiting(yongxing, "yx_member"))
    theirs = find(yongxing, "zmd_rural_chief", waiting(yongxing, "sc_member"))

    def running(who: str) -> set[int]:
        rows = running_clocks.running(yongxing.world.user(who)).filter(subject_kind="absence")
        return set(rows.values_list("subject_id", flat=True))

    assert running("yx_office_chief") == running("matian_secretary") == {mine.pk}
    assert running("sc_rural_chief") == running("zmd_rural_chief") == {theirs.pk}
    assert running("pn_agri_chief") == running("lihu_officer") == set()
    assert {row.case_id for row in selectors.steps_waiting(yongxing.world.user("sc_rural_chief"))} == {
        theirs.pk
    }
    assert mine.day == FRIDAY

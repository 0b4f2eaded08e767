"""One request from draft to 销假: returned, refused, withdrawn, cancelled, back early, on time and late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.models import Deadline, Signature, SignOff
from core.errors import Conflict, NotYours, Refused, Several
from leave import services
from leave.models import LeaveRequest
from tests.drive import MONDAY, NEXT_MONDAY, Drive, away_halves, newest, now, wish

pytestmark = pytest.mark.usefixtures("clock")


def test_returned_edited_and_asked_again_keeps_the_first_signature(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    number = request.number
    drive.sign("liusha_captain", request, "return", "去向写到镇")
    assert now(request).state == "returned"
    assert away_halves(request) == []
    drive.edit("liusha_member", request, 4, destination="广州市天河区沙河镇")
    drive.submit("liusha_member", request)
    again = now(request)
    assert (again.state, again.number, again.absence_halves) == ("pending", number, 8)
    rounds = SignOff.objects.filter(subject_id=request.pk).order_by("round")
    assert [(row.round, row.state) for row in rounds] == [(1, "returned"), (2, "open")]
    drive.sign("liusha_secretary", request)
    assert now(request).state == "approved"
    kept = Signature.objects.filter(sign_off__subject_id=request.pk).order_by("pk")
    assert [(row.signer.name, row.decision, row.note) for row in kept] == [
        ("洪队长", "return", "去向写到镇"),
        ("洪书记", "agree", ""),
    ]


def test_a_returned_request_may_be_given_up(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request, "return", "改期")
    drive.withdraw("liusha_member", request)
    assert now(request).state == "withdrawn"


@pytest.mark.parametrize(("decision", "words"), [("refuse", "写明不同意的理由"), ("return", "写明退回理由")])
def test_saying_no_needs_a_reason(drive: Drive, decision: str, words: str) -> None:
    request = drive.ask("liusha_member", 2)
    with pytest.raises(Refused) as refusal:
        drive.sign("liusha_captain", request, decision, "   ")
    assert refusal.value.field == "note"
    assert words in refusal.value.sentence
    assert now(request).state == "pending"


def test_refused_leave_frees_its_days_for_another(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request, "refuse", "汛期值守")
    assert now(request).state == "refused"
    assert away_halves(request) == []
    assert drive.ask("liusha_member", 2).state == "pending"


def test_withdrawn_by_the_applicant_alone_and_before_the_decision(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    with pytest.raises(Refused) as captain:
        drive.withdraw("liusha_captain", request)
    assert captain.value.code == "not_applicant"
    with pytest.raises(NotYours):
        drive.withdraw("lihu_captain", request)
    drive.withdraw("liusha_member", request)
    assert (now(request).state, newest(request).state) == ("withdrawn", "withdrawn")
    assert away_halves(request) == []
    with pytest.raises(Conflict) as late:
        drive.sign("liusha_captain", request)
    assert "已撤回" in late.value.sentence


def test_decided_leave_cannot_be_withdrawn(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    with pytest.raises(Conflict) as refusal:
        drive.withdraw("liusha_member", request)
    assert refusal.value.sentence == "这一件现在是“已批准”，不能撤回"


def test_cancelled_only_before_it_begins(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    clock.set(NEXT_MONDAY, hour=6)
    with pytest.raises(Refused) as begun:
        drive.cancel("liusha_member", request)
    assert begun.value.code == "begun"
    clock.set(NEXT_MONDAY - timedelta(days=1))
    drive.cancel("liusha_member", request)
    assert now(request).state == "cancelled"
    assert away_halves(request) == []
    assert not Deadline.objects.filter(met__isnull=True).exists()


def test_back_on_time_keeps_every_half_day(drive: Drive, clock) -> None:
    request = _approved(drive, 2)
    clock.set(NEXT_MONDAY + timedelta(days=2))
    drive.back("liusha_member", request, NEXT_MONDAY + timedelta(days=2), "am")
    assert now(request).state == "back"
    assert len(away_halves(request)) == 4
    assert not Deadline.objects.filter(kind="leave.return", met__isnull=True).exists()


def test_back_early_frees_the_rest_to_the_half_day(drive: Drive, clock) -> None:
    request = _approved(drive, 3)
    tuesday = NEXT_MONDAY + timedelta(days=1)
    clock.set(tuesday, hour=15)
    drive.back("liusha_captain", request, tuesday, "pm")
    assert [row[1:3] for row in away_halves(request)] == [(30, "am"), (30, "pm"), (1, "am")]
    assert drive.ask("liusha_member", 1, start=tuesday + timedelta(days=1)).state == "pending"


def test_back_late_needs_a_note_and_keeps_it(drive: Drive, clock) -> None:
    request = _approved(drive, 2)
    thursday = NEXT_MONDAY + timedelta(days=3)
    clock.set(thursday)
    with pytest.raises(Refused) as bare:
        drive.back("liusha_member", request, thursday)
    assert (bare.value.code, bare.value.field) == ("late_needs_note", "note")
    drive.back("liusha_member", request, thursday, note="航班取消")
    assert (now(request).state, now(request).return_note) == ("back", "航班取消")


def test_rest_days_after_leave_are_not_late(drive: Drive, clock) -> None:
    """Leave to Friday, back on Monday: nothing to explain."""
    request = _approved(drive, 2, start=MONDAY + timedelta(days=3))
    clock.set(NEXT_MONDAY)
    drive.back("liusha_member", request, NEXT_MONDAY, "am")
    assert now(request).state == "back"


@pytest.mark.parametrize(
    ("day", "half", "code"),
    [
        (NEXT_MONDAY - timedelta(days=1), "pm", "before_start"),
        (NEXT_MONDAY, "am", "before_start"),
        (NEXT_MONDAY + timedelta(days=2), "am", "future"),
    ],
)
def test_a_return_lies_between_the_start_and_today(
    drive: Drive, clock, day: date, half: str, code: str
) -> None:
    request = _approved(drive, 1.5, half="pm")
    clock.set(NEXT_MONDAY + timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        drive.back("liusha_member", request, day, half)
    assert (refusal.value.code, refusal.value.field) == (code, "returned_on")


@pytest.mark.parametrize("who", ["liusha_member", "liusha_captain", "liusha_secretary", "liusha_officer"])
def test_the_applicant_his_captain_and_his_town_record_the_return(drive: Drive, clock, who: str) -> None:
    request = _approved(drive, 1)
    clock.set(NEXT_MONDAY, hour=18)
    drive.back(who, request, NEXT_MONDAY, "pm")
    assert now(request).return_recorded_by == drive.world.human(who)


@pytest.mark.parametrize("who", ["lihu_captain", "lihu_officer", "liusha_mate", "pn_finance_chief"])
def test_neighbours_do_not_record_a_return(drive: Drive, clock, who: str) -> None:
    request = _approved(drive, 1)
    clock.set(NEXT_MONDAY)
    with pytest.raises(NotYours):
        drive.back(who, request, NEXT_MONDAY)


def test_county_staff_see_a_return_but_do_not_record_it(drive: Drive, clock) -> None:
    request = _approved(drive, 1)
    clock.set(NEXT_MONDAY)
    with pytest.raises(Refused) as refusal:
        drive.back("pn_agri_staff", request, NEXT_MONDAY)
    assert refusal.value.code == "not_yours_to_record"


def test_phases_follow_the_day(drive: Drive, clock) -> None:
    request = _approved(drive, 2)
    seen = {}
    for day in (NEXT_MONDAY - timedelta(days=1), NEXT_MONDAY, request.end, request.end + timedelta(days=1)):
        clock.set(day)
        row = LeaveRequest.objects.with_phase().get(pk=request.pk)
        assert row.phase == row.phase_on(day)
        seen[(day - NEXT_MONDAY).days] = row.phase
    assert seen == {-1: "approved", 0: "under_way", 1: "under_way", 2: "overdue"}


def test_overlap_is_named_with_its_number_beside_the_field(drive: Drive) -> None:
    first = drive.ask("liusha_member", 2)
    draft = drive.save("liusha_member", 1, start=NEXT_MONDAY + timedelta(days=1), half="pm")
    with pytest.raises(Several) as refusal:
        drive.submit("liusha_member", draft)
    assert [(item.code, item.field) for item in refusal.value.refusals] == [("overlap", "start")]
    assert first.number in refusal.value.sentence
    assert now(draft).state == "draft"


def test_neighbouring_half_days_do_not_overlap(drive: Drive) -> None:
    drive.ask("liusha_member", 0.5, half="am")
    assert drive.ask("liusha_member", 0.5, half="pm").state == "pending"


def test_every_mistake_is_named_at_once(drive: Drive) -> None:
    draft = drive.save(
        "liusha_member", 1, start=MONDAY - timedelta(days=1), destination=" ", reason="", contact="123"
    )
    with pytest.raises(Several) as refusal:
        drive.submit("liusha_member", draft)
    assert [item.field for item in refusal.value.refusals] == ["start", "destination", "reason", "contact"]


def test_end_before_start_and_clashing_halves_stand_beside_the_end(drive: Drive) -> None:
    with pytest.raises(Refused) as backwards:
        drive.save("liusha_member", end=NEXT_MONDAY - timedelta(days=1))
    assert backwards.value.field == "end"
    with pytest.raises(Refused) as halves:
        drive.save("liusha_member", start_half="pm", end_half="am")
    assert halves.value.field == "end_half"


def test_dates_outside_the_posting_are_refused(drive: Drive) -> None:
    drive.world.appointments["liusha_mate"].valid_to = NEXT_MONDAY
    drive.world.appointments["liusha_mate"].save()
    draft = drive.save("liusha_mate", 2)
    with pytest.raises(Several) as refusal:
        drive.submit("liusha_mate", draft)
    assert [item.code for item in refusal.value.refusals] == ["after_posting"]


def test_a_stand_in_is_a_team_mate_who_is_there(drive: Drive) -> None:
    neighbour, mate = drive.world.human("lihu_member"), drive.world.human("liusha_mate")
    with pytest.raises(Refused) as foreign:
        drive.save("liusha_member", 1, stand_in_id=neighbour.pk)
    assert foreign.value.field == "stand_in"
    drive.is_away("liusha_mate", NEXT_MONDAY)
    draft = drive.save("liusha_member", 1, stand_in_id=mate.pk)
    with pytest.raises(Several) as absent:
        drive.submit("liusha_member", draft)
    assert absent.value.refusals[0].code == "stand_in_away"


def test_somebody_without_a_posting_asks_no_leave(drive: Drive) -> None:
    for who in ("liusha_secretary", "pn_agri_chief"):
        with pytest.raises(Refused) as refusal:
            drive.save(who, 1)
        assert refusal.value.code == "no_posting"


def test_two_tabs_the_slower_one_is_told(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    drive.edit("liusha_member", draft, 2)
    with pytest.raises(Conflict) as edited:
        services.save_draft(
            acting_user=drive.world.user("liusha_member"),
            wish=wish(3),
            form_key="another-tab",
            request_id=draft.pk,
            revision=draft.revision,
        )
    assert edited.value.code == "stale"
    with pytest.raises(Conflict):
        services.submit(
            request_id=draft.pk,
            acting_user=drive.world.user("liusha_member"),
            revision=draft.revision,
            submit_key="another-tab",
        )
    assert now(draft).absence_halves == 4


def test_one_form_key_is_one_draft_and_nobody_elses(drive: Drive) -> None:
    first = drive.save("liusha_member", 1, form_key="page-1")
    again = drive.save("liusha_member", 2, form_key="page-1")
    assert again.pk == first.pk
    with pytest.raises(Conflict) as foreign:
        drive.save("lihu_member", 1, form_key="page-1")
    assert foreign.value.code == "key_reused"
    assert LeaveRequest.objects.count() == 1


def test_one_submit_key_is_one_submission(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    first = drive.submit("liusha_member", draft, "tap")
    again = drive.submit("liusha_member", draft, "tap")
    assert (again.pk, again.number) == (first.pk, first.number)
    assert SignOff.objects.count() == 1
    with pytest.raises(Conflict):
        drive.submit("liusha_member", draft, "another-tap")


def test_a_draft_is_its_drafters_alone_and_can_be_thrown_away(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    for who in ("liusha_captain", "liusha_secretary", "pn_agri_chief"):
        assert not LeaveRequest.objects.visible_to(drive.world.user(who)).exists()
        with pytest.raises(NotYours):
            services.discard_draft(request_id=draft.pk, acting_user=drive.world.user(who))
    services.discard_draft(request_id=draft.pk, acting_user=drive.world.user("liusha_member"))
    assert not LeaveRequest.objects.exists()


def test_a_submitted_request_cannot_be_edited_or_thrown_away(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    with pytest.raises(Conflict):
        drive.edit("liusha_member", request, 2)
    with pytest.raises(Conflict):
        services.discard_draft(request_id=request.pk, acting_user=drive.world.user("liusha_member"))
    assert now(request).absence_halves == 2


def test_numbers_run_per_county_without_gaps(drive: Drive) -> None:
    first = drive.ask("liusha_member", 1)
    failed = drive.save("lihu_member", 1, contact="")
    with pytest.raises(Several):
        drive.submit("lihu_member", failed)
    second = drive.ask("lihu_captain", 1)
    other = drive.ask("xf_member", 1)
    assert [item.number for item in (first, second, other)] == ["2026-0001", "2026-0002", "2026-0001"]
    assert first.series != other.series


def _approved(drive: Drive, days: float, **changes) -> LeaveRequest:
    request = drive.ask("liusha_member", days, **changes)
    drive.sign("liusha_captain", request)
    return now(request)

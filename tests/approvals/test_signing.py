"""What a signature covers, what voids it, and what a repeated or late request is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services as sign_offs
from approvals.models import Deadline, Filing, Signature
from approvals.selectors import told_to
from core import attachments
from core.errors import Conflict, Declined, NotYours, Refused
from core.models import AuditEvent, Notice
from leave.models import LeaveRequest
from teams.words import Post
from tests.drive import MONDAY, Drive, newest, now

pytestmark = pytest.mark.usefixtures("clock")


def test_a_page_that_shows_something_else_is_refused(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    with pytest.raises(Conflict) as stale:
        drive.sign("liusha_captain", request, page_hash="0" * 64)
    assert stale.value.code == "stale"
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "另一个事由"},
        {"destination": "北京市"},
        {"end_half": "am", "until_half": "am", "absence_halves": 3},
    ],
)
def test_content_changed_behind_the_page_is_not_signed(drive: Drive, change: dict) -> None:
    request = drive.ask("liusha_member", 2)
    LeaveRequest.objects.filter(pk=request.pk).update(**change)
    with pytest.raises(Conflict) as stale:
        drive.sign("liusha_captain", request)
    assert stale.value.code == "stale"


def test_a_file_added_behind_the_page_is_not_signed(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    attachments.add(
        subject_kind="leave",
        subject_id=request.pk,
        files=[SimpleUploadedFile("诊断证明.pdf", b"%PDF-1.4 x")],
        acting_user=drive.world.user("liusha_member"),
    )
    with pytest.raises(Conflict) as stale:
        drive.sign("liusha_captain", request)
    assert stale.value.code == "stale"


def test_of_three_a_joint_decision_is_on_the_same_content(drive: Drive) -> None:
    request = drive.ask("sc_member", 8)
    drive.sign("sc_org_chief", request)
    LeaveRequest.objects.filter(pk=request.pk).update(destination="三亚市")
    with pytest.raises(Conflict):
        drive.sign("sc_rural_chief", request)
    assert Signature.objects.count() == 1


def test_a_repeated_request_returns_the_first_signature(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    first = drive.sign("liusha_captain", request, request_key="tap")
    again = drive.sign("liusha_captain", request, "refuse", "改主意", request_key="tap")
    assert (again.pk, again.decision) == (first.pk, "agree")
    assert Signature.objects.count() == 1
    assert AuditEvent.objects.filter(action="sign_off.sign", outcome="done").count() == 1


def test_a_key_is_one_persons_on_one_matter(drive: Drive) -> None:
    first, second = drive.ask("sc_member", 8), drive.ask("sc_captain", 8)
    drive.sign("sc_org_chief", first, request_key="tap")
    for who, request in (("sc_rural_chief", first), ("sc_org_chief", second)):
        with pytest.raises(Conflict) as reused:
            drive.sign(who, request, request_key="tap")
        assert reused.value.code == "key_reused"
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("request_key", ["", "k" * 65, "a key\0", "键"])
def test_a_page_without_a_proper_key_signs_nothing(drive: Drive, request_key: str) -> None:
    request = drive.ask("liusha_member", 2)
    for who, code in (("liusha_captain", "no_key"), ("lihu_captain", "not_yours")):
        with pytest.raises(Declined) as bare:
            sign_offs.sign(
                sign_off_id=newest(request).pk,
                acting_user=drive.world.user(who),
                decision="agree",
                page_hash=newest(request).content_hash,
                request_key=request_key,
            )
        assert bare.value.code == code
    assert not Signature.objects.exists()


def test_the_slower_one_reads_who_was_faster(drive: Drive) -> None:
    """The secretary stands in for an absent captain, who signs from his phone a minute later."""
    request = drive.ask("liusha_member", 2)
    drive.is_away("liusha_captain", MONDAY)
    drive.sign("liusha_secretary", request)
    with pytest.raises(Conflict) as late:
        drive.sign("liusha_captain", request)
    assert late.value.sentence == "洪书记 09:00 已同意，您不用再办"


@pytest.mark.parametrize("decision", ["assign", "opinion", "agreed", ""])
def test_only_the_three_decisions_can_be_taken_in_a_deciding_seat(drive: Drive, decision: str) -> None:
    request = drive.ask("liusha_member", 2)
    with pytest.raises(Refused):
        drive.sign("liusha_captain", request, decision, "说明")
    assert not Signature.objects.exists()


def test_a_note_has_a_measure(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    with pytest.raises(Refused) as long:
        drive.sign("liusha_captain", request, "return", "长" * 501)
    assert (long.value.field, long.value.code) == ("note", "long")
    drive.sign("liusha_captain", request, "return", "长" * 500)
    assert newest(request).settled_why == "长" * 200
    assert Signature.objects.get().note == "长" * 500


def test_who_finds_a_filing_under_told_may_acknowledge_it(drive: Drive) -> None:
    """A head speaks for his organ beside the signer it named: what he reads he may also take note of."""
    request = drive.ask("sc_member", 7)
    drive.sign("zhuli_secretary", request)
    chief = drive.world.user("sc_org_chief")
    drive.world.person("sc_org_signer", "组签批", Post.SIGNER, "sc_org")
    filing = Filing.objects.get(party="county:organization")
    assert filing in told_to(chief)
    assert sign_offs.acknowledge(filing_id=filing.pk, acting_user=chief).seen_by == chief.person


def test_a_filing_is_acknowledged_once_by_whom_it_reached(drive: Drive) -> None:
    request = drive.ask("sc_member", 7)
    drive.sign("zhuli_secretary", request)
    filing = Filing.objects.get(party="county:organization")
    for outsider in ("sc_rural_chief", "sc_member", "zhuli_secretary", "pn_org_chief"):
        with pytest.raises(NotYours):
            sign_offs.acknowledge(filing_id=filing.pk, acting_user=drive.world.user(outsider))
    for _ in range(2):
        seen = sign_offs.acknowledge(filing_id=filing.pk, acting_user=drive.world.user("sc_org_chief"))
    assert seen.seen_by == drive.world.human("sc_org_chief")
    assert AuditEvent.objects.filter(action="filing.acknowledge", outcome="done").count() == 1


def test_the_decision_clock_runs_to_the_close_of_the_next_working_day(drive: Drive, clock) -> None:
    clock.set(MONDAY + timedelta(days=4))
    request = drive.ask("liusha_member", 1, start=MONDAY + timedelta(days=14))
    due = Deadline.objects.get(kind="decide", met__isnull=True).due
    assert (due.astimezone(clock.moment.tzinfo).isoformat())[:16] == "2026-11-30T17:30"
    drive.sign("liusha_captain", request)
    assert not Deadline.objects.filter(kind="decide", met__isnull=True).exists()


class TestNotices:
    def titles(self, drive: Drive, who: str) -> list[str]:
        return list(
            Notice.objects.filter(recipient=drive.world.users[who])
            .order_by("pk")
            .values_list("title", flat=True)
        )

    def test_each_reaches_its_people_once(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 4)
        drive.sign("liusha_secretary", request)
        assert self.titles(drive, "liusha_secretary") == ["待您办理：洪队员 事假 4 天"]
        assert self.titles(drive, "liusha_member") == ["您的事假 4 天已批准"]
        assert self.titles(drive, "liusha_captain") == ["知会：洪队员 事假 4 天"]
        for stranger in ("lihu_secretary", "lihu_captain", "liusha_mate", "pn_agri_chief"):
            assert self.titles(drive, stranger) == []

    def test_the_reason_never_leaves_the_card(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 6, reason="肝病复查")
        drive.sign("pn_agri_chief", request)
        drive.cancel("liusha_member", request)
        words = " ".join(f"{item.title}{item.body}" for item in Notice.objects.all())
        assert "肝病" not in words

    def test_filings_and_copies_say_which_they_are(self, drive: Drive) -> None:
        drive.sign("zhuli_secretary", drive.ask("sc_member", 7))
        assert self.titles(drive, "sc_org_chief") == ["报备：上队员 事假 7 天"]
        assert self.titles(drive, "sc_captain") == ["知会：上队员 事假 7 天"]

    def test_a_new_round_tells_anew(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        drive.sign("liusha_captain", request, "return", "写明去向")
        drive.submit("liusha_member", request)
        assert self.titles(drive, "liusha_captain") == ["待您办理：洪队员 事假 2 天"] * 2

    def test_those_who_decided_hear_of_a_cancellation(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        drive.sign("liusha_captain", request)
        drive.cancel("liusha_member", request)
        assert self.titles(drive, "liusha_captain")[-1] == "洪队员的事假 2 天已取消"


class TestAudit:
    def test_each_verb_leaves_its_event(self, drive: Drive, clock) -> None:
        first = drive.ask("xf_member", 2)
        drive.assign("xf_rural_chief", first, "team:captain")
        drive.sign("xf_captain", first, "return", "改期")
        drive.edit("xf_member", first, 1)
        drive.withdraw("xf_member", first)
        second = drive.ask("liusha_member", 1)
        drive.sign("liusha_captain", second)
        drive.cancel("liusha_member", second)
        done = AuditEvent.objects.filter(outcome="done", subject_kind="leave").order_by("pk")
        assert list(done.filter(subject_id=first.pk).values_list("action", flat=True)) == [
            "leave.save",
            "sign_off.open",
            "leave.submit",
            "sign_off.sign",
            "sign_off.open",
            "sign_off.sign",
            "leave.returned",
            "leave.save",
            "leave.withdraw",
        ]
        assert list(done.filter(subject_id=second.pk).values_list("action", flat=True)) == [
            "leave.save",
            "sign_off.open",
            "leave.submit",
            "sign_off.sign",
            "leave.agreed",
            "leave.cancel",
        ]
        signed = done.filter(action="sign_off.sign", subject_id=second.pk).get()
        assert (signed.actor_name, signed.capacity) == ("洪队长", "驻洪阳镇工作队 队长")

    def test_a_refusal_is_recorded_with_its_code(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2)
        with pytest.raises(NotYours):
            drive.sign("lihu_captain", request)
        event = AuditEvent.objects.filter(outcome="refused").get()
        assert (event.action, event.actor_name, event.after["code"]) == (
            "sign_off.sign",
            "里队长",
            "not_yours",
        )

    def test_an_action_that_cannot_be_recorded_does_not_happen(
        self, drive: Drive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request = drive.ask("liusha_member", 2)

        def broken(**kwargs: object) -> None:
            raise RuntimeError("the trail is full")

        monkeypatch.setattr("core.audit.record", broken)
        with pytest.raises(RuntimeError):
            drive.sign("liusha_captain", request)
        with pytest.raises(RuntimeError):
            drive.withdraw("liusha_member", request)
        assert now(request).state == "pending"
        assert newest(request).is_open
        assert not Signature.objects.exists()

    def test_events_hold_no_reason_and_no_telephone(self, drive: Drive) -> None:
        request = drive.ask("liusha_member", 2, reason="肝病复查", contact="13912345678")
        drive.sign("liusha_captain", request)
        text = " ".join(f"{event.before}{event.after}" for event in AuditEvent.objects.all())
        assert "肝病" not in text
        assert "13912345678" not in text

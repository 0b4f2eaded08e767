"""Many sign at once: one signature, clean conflicts, one outcome. And what happens when the locks are taken away."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from approvals import services as sign_offs
from approvals.models import Filing, Signature, SignOff
from core.errors import Conflict
from core.models import AuditEvent
from leave import services as leave
from teams.models import User
from teams.words import Post
from tests.concurrency.race import dawdle, lost, race, without_guards, without_locks, won
from tests.drive import NEXT_MONDAY, Drive, key, newest, now, wish

pytestmark = pytest.mark.postgres


@pytest.fixture
def signers(drive: Drive) -> list[User]:
    """Twenty people whom 上蔡县委组织部 has named to sign for it."""
    for number in range(20):
        drive.world.person(f"signer{number}", f"签{number}", Post.SIGNER, "sc_org")
    return [drive.world.user(f"signer{number}") for number in range(20)]


@pytest.fixture
def secretaries(drive: Drive) -> list[User]:
    """Twenty people whom 朱里镇党委 has named to sign for it."""
    for number in range(20):
        drive.world.person(f"secretary{number}", f"书{number}", Post.SIGNER, "zhuli_party")
    return [drive.world.user(f"secretary{number}") for number in range(20)]


def agree(sign_off: SignOff, user: User, request_key: str | None = None) -> Signature:
    return sign_offs.sign(
        sign_off_id=sign_off.pk,
        acting_user=User.objects.select_related("person").get(pk=user.pk),
        decision="agree",
        page_hash=sign_off.content_hash,
        request_key=request_key or key(),
    )


def test_two_hundred_approvals_of_one_step_are_one(drive: Drive, secretaries: list[User]) -> None:
    request = drive.ask("sc_member", 5)
    sign_off = newest(request)
    outcomes = race(200, lambda number: agree(sign_off, secretaries[number % 20]))
    assert len(won(outcomes)) == 1
    assert len(lost(outcomes)) == 199
    assert {type(item) for item in lost(outcomes)} == {Conflict}
    assert Signature.objects.count() == 1
    assert now(request).state == "approved"
    assert AuditEvent.objects.filter(action="leave.agreed", outcome="done").count() == 1
    assert AuditEvent.objects.filter(action="sign_off.sign", outcome="refused").count() == 199


def test_two_hundred_approvals_of_one_joint_seat_are_one(drive: Drive, signers: list[User]) -> None:
    request = drive.ask("sc_member", 8)
    sign_off = newest(request)
    outcomes = race(200, lambda number: agree(sign_off, signers[number % 20]))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} == {Conflict}
    assert Signature.objects.count() == 1
    assert now(request).state == "pending"


def test_without_locks_the_database_is_the_last_guard(
    drive: Drive, secretaries: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_off = newest(drive.ask("sc_member", 5))
    without_locks(monkeypatch)
    dawdle(monkeypatch, "approvals.services.content_hash")
    outcomes = race(60, lambda number: agree(sign_off, secretaries[number % 20]))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} == {Conflict}
    assert any(isinstance(item.__cause__, IntegrityError) for item in lost(outcomes))
    assert Signature.objects.count() == 1


def test_without_locks_and_guards_one_seat_is_signed_many_times(
    drive: Drive, signers: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it must break, or the tests above prove nothing."""
    sign_off = newest(drive.ask("sc_member", 8))
    without_locks(monkeypatch)
    dawdle(monkeypatch, "approvals.services.content_hash")
    with without_guards(Signature):
        race(60, lambda number: agree(sign_off, signers[number % 20]))
        assert Signature.objects.filter(sign_off=sign_off).count() > 1


def test_three_deciders_at_once_release_once(drive: Drive) -> None:
    trio = [drive.world.user(who) for who in ("sc_org_chief", "sc_rural_chief", "sc_unit_chief")]
    for week in range(20):
        request = drive.ask("sc_member", 8, start=NEXT_MONDAY.replace(year=2027 + week))
        sign_off = newest(request)
        outcomes = race(3, lambda number, sign_off=sign_off: agree(sign_off, trio[number]))
        assert len(won(outcomes)) == 3
        assert now(request).state == "approved"
        assert set(sign_off.signatures.values_list("signer", flat=True)) == {user.person_id for user in trio}
        events = AuditEvent.objects.filter(subject_kind="leave", subject_id=request.pk, outcome="done")
        assert events.filter(action="leave.agreed").count() == 1
        assert Filing.objects.filter(sign_off=sign_off, party="team:captain").count() == 1


def test_twenty_taps_with_one_key_are_one_signature(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    sign_off, captain = newest(request), drive.world.user("liusha_captain")
    outcomes = race(20, lambda number: agree(sign_off, captain, "one-tap").pk)
    assert outcomes == [Signature.objects.get().pk] * 20
    assert AuditEvent.objects.filter(action="sign_off.sign").count() == 1


def test_one_key_on_two_matters_at_once_is_one_signature(drive: Drive) -> None:
    first, second = newest(drive.ask("sc_member", 8)), newest(drive.ask("sc_captain", 8))
    chief = drive.world.user("sc_org_chief")
    outcomes = race(20, lambda number: agree((first, second)[number % 2], chief, "one-tap"))
    assert Signature.objects.count() == 1
    assert {item.code for item in lost(outcomes)} == {"key_reused"}


def test_twenty_taps_naming_deciders_are_one_round(drive: Drive) -> None:
    request = drive.ask("xf_member", 2)
    page_hash, chief = newest(request).content_hash, drive.world.user("xf_rural_chief")

    def name(number: int) -> int:
        return leave.assign_deciders(
            request_id=request.pk,
            acting_user=User.objects.get(pk=chief.pk),
            parties=["team:captain"],
            together=False,
            reason="按惯例",
            page_hash=page_hash,
            request_key="one-tap",
        ).pk

    outcomes = race(20, name)
    assert outcomes == [newest(request).pk] * 20
    assert newest(request).round == 2


@pytest.mark.parametrize("decision", ["agree", "return"])
def test_decision_against_withdrawal_against_edit(drive: Drive, decision: str) -> None:
    """Fifty times each: one terminal state, one event for each thing that happened, nothing half done."""
    for week in range(50):
        start = NEXT_MONDAY.replace(year=2027 + week)
        request = drive.ask("liusha_member", 2, start=start)
        sign_off, revision = newest(request), now(request).revision

        def decide(sign_off: SignOff = sign_off) -> None:
            sign_offs.sign(
                sign_off_id=sign_off.pk,
                acting_user=drive.world.user("liusha_captain"),
                decision=decision,
                page_hash=sign_off.content_hash,
                request_key=key(),
                note="改期",
            )

        def withdraw(request_id: int = request.pk) -> None:
            leave.withdraw(request_id=request_id, acting_user=drive.world.user("liusha_member"))

        def edit(request_id: int = request.pk, revision: int = revision, start=start) -> None:
            leave.save_draft(
                acting_user=drive.world.user("liusha_member"),
                wish=wish(4, start=start),
                form_key=key(),
                request_id=request_id,
                revision=revision,
            )

        acts = [decide, withdraw, edit]
        outcomes = race(3, lambda number, acts=acts: acts[number]())
        decided, withdrawn, edited = (not isinstance(item, Conflict) for item in outcomes)
        state = now(request).state
        if decision == "agree":
            assert (decided, withdrawn) in {(True, False), (False, True)}
            assert not edited
            assert state == ("approved" if decided else "withdrawn")
        else:
            assert decided or withdrawn
            assert state == ("withdrawn" if withdrawn else "returned")
        word = {"agree": "leave.agreed", "return": "leave.returned"}[decision]
        events = AuditEvent.objects.filter(subject_kind="leave", subject_id=request.pk, outcome="done")
        assert events.filter(action=word).count() == decided
        assert events.filter(action="leave.withdraw").count() == withdrawn
        assert newest(request).signatures.count() == decided
        assert not newest(request).is_open

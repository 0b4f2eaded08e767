"""Many ask at once: half-days are claimed once, numbers have no gaps, double taps are one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from core.errors import Conflict, Several
from leave import services as leave
from leave.models import LeaveRequest
from teams.models import Away, User
from teams.words import Post
from tests.concurrency.race import dawdle, lost, race, without_guards, without_locks, won
from tests.drive import NEXT_MONDAY, Drive, key, now, wish

pytestmark = pytest.mark.postgres


@pytest.fixture
def drafts(drive: Drive) -> list[LeaveRequest]:
    """Fifty drafts of one person that overlap."""
    return [drive.save("liusha_member", 3) for _ in range(50)]


def submit(drive: Drive, who: str, draft: LeaveRequest, submit_key: str | None = None) -> LeaveRequest:
    return leave.submit(
        request_id=draft.pk,
        acting_user=drive.world.user(who),
        revision=draft.revision,
        submit_key=submit_key or key(),
    )


def test_fifty_overlapping_submissions_are_one(drive: Drive, drafts: list[LeaveRequest]) -> None:
    outcomes = race(50, lambda number: submit(drive, "liusha_member", drafts[number]))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} == {Several}
    assert {item.code for item in lost(outcomes)} == {"overlap"}
    assert LeaveRequest.objects.filter(state="pending").count() == 1
    assert Away.objects.count() == 6


def test_without_locks_the_half_days_are_still_claimed_once(
    drive: Drive, drafts: list[LeaveRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    dawdle(monkeypatch, "leave.routing.decide")
    outcomes = race(50, lambda number: submit(drive, "liusha_member", drafts[number]))
    assert len(won(outcomes)) == 1
    assert {item.code for item in lost(outcomes)} == {"overlap"}
    assert any(isinstance(item.__cause__, IntegrityError) for item in lost(outcomes))
    assert LeaveRequest.objects.filter(state="pending").count() == 1


def test_without_locks_and_guards_leave_overlaps(
    drive: Drive, drafts: list[LeaveRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it must break, or the tests above prove nothing."""
    without_locks(monkeypatch)
    dawdle(monkeypatch, "leave.routing.decide")
    with without_guards(Away):
        race(50, lambda number: submit(drive, "liusha_member", drafts[number]))
        assert LeaveRequest.objects.filter(state="pending").count() > 1


def test_fifty_peoples_numbers_have_no_gap(drive: Drive) -> None:
    for number in range(50):
        drive.world.person(
            f"member{number}", f"员{number}", Post.MEMBER, "liusha_team", unit=drive.world.bodies["pn_unit"]
        )
    drafts = [drive.save(f"member{number}", 1) for number in range(50)]
    outcomes = race(50, lambda number: submit(drive, f"member{number}", drafts[number]))
    assert lost(outcomes) == []
    assert sorted(now(draft).number for draft in drafts) == [f"2026-{n:04d}" for n in range(1, 51)]


def test_twenty_taps_on_submit_are_one_submission(drive: Drive) -> None:
    draft = drive.save("liusha_member", 1)
    outcomes = race(20, lambda number: submit(drive, "liusha_member", draft, "one-tap").number)
    assert outcomes == ["2026-0001"] * 20


def test_twenty_taps_on_a_new_form_are_one_draft(drive: Drive) -> None:
    user = drive.world.user("liusha_member")

    def save(number: int) -> int:
        return leave.save_draft(
            acting_user=User.objects.select_related("person").get(pk=user.pk),
            wish=wish(1, start=NEXT_MONDAY),
            form_key="one-tap",
        ).pk

    outcomes = race(20, save)
    assert outcomes == [LeaveRequest.objects.get().pk] * 20


def test_two_who_record_one_return_at_once(drive: Drive, clock) -> None:
    request = drive.ask("liusha_member", 2)
    drive.sign("liusha_captain", request)
    clock.set(NEXT_MONDAY)
    who = ["liusha_member", "liusha_captain", "liusha_officer", "liusha_secretary"]
    outcomes = race(4, lambda number: drive.back(who[number], request, NEXT_MONDAY, "pm"))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} == {Conflict}
    assert now(request).state == "back"


def test_two_taps_on_cancel_are_one(drive: Drive) -> None:
    request = drive.ask("liusha_member", 1)
    drive.sign("liusha_captain", request)
    outcomes = race(10, lambda number: drive.cancel("liusha_member", request))
    assert len(won(outcomes)) == 1
    assert {type(item) for item in lost(outcomes)} == {Conflict}
    assert now(request).state == "cancelled"
    assert not Away.objects.exists()

"""Extension against return, change against cancel, two who submit at once: one outcome, and the books agree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from approvals.models import Deadline, SignOff
from core.errors import Declined
from leave import links
from leave.models import LeaveRequest, OfficialTrip
from teams.models import Away
from tests.concurrency.race import lost, race, won
from tests.drive import NEXT_MONDAY, Drive, now

pytestmark = pytest.mark.postgres


def approved(drive: Drive, monday: date = NEXT_MONDAY) -> LeaveRequest:
    request = drive.ask("liusha_member", 2, start=monday)
    drive.sign("liusha_captain", request)
    return now(request)


def books_agree(first: LeaveRequest) -> None:
    """No open round on a settled request, one clock at most, each half-day held by a standing request."""
    open_rounds = set(SignOff.objects.filter(state="open").values_list("subject_id", flat=True))
    assert open_rounds == set(LeaveRequest.objects.filter(state="pending").values_list("pk", flat=True))
    holders = set(Away.objects.values_list("source_id", flat=True))
    assert holders <= set(
        LeaveRequest.objects.filter(state__in=["pending", "approved", "back"]).values_list("pk", flat=True)
    )
    assert Deadline.objects.filter(kind="leave.return", met=None).count() == (
        LeaveRequest.objects.filter(state="approved", extends=None).count()
    )
    if now(first).state in ("approved", "back"):
        last = links.members(first.pk)[-1]
        assert (now(first).until, now(first).until_half) == (last.end, last.end_half)


def test_an_extension_signed_while_its_person_comes_back(drive: Drive, clock) -> None:
    for week in range(0, 20, 2):
        monday = NEXT_MONDAY + timedelta(days=7 * week)
        first = approved(drive, monday)
        extension = drive.extend("liusha_member", first, 2)
        tuesday = monday + timedelta(days=1)
        clock.set(tuesday, 15)

        def act(number: int, first=first, extension=extension, tuesday=tuesday) -> object:
            if number % 2:
                return drive.sign("liusha_secretary", extension)
            return drive.back("liusha_captain", first, tuesday, "pm")

        outcomes = race(4, act)
        assert now(first).state == "back"
        assert now(extension).state in ("withdrawn", "back")
        assert len(won(outcomes)) == (2 if now(extension).state == "back" else 1)
        assert Away.objects.filter(source_id__in=[first.pk, extension.pk]).count() == 3
        books_agree(first)


def test_a_change_signed_while_the_leave_is_given_up(drive: Drive) -> None:
    for week in range(0, 20, 2):
        monday = NEXT_MONDAY + timedelta(days=7 * week)
        first = approved(drive, monday)
        change = drive.change("liusha_member", first, 4, start=monday)

        def act(number: int, first=first, change=change) -> object:
            if number % 2:
                return drive.sign("liusha_secretary", change)
            return drive.cancel("liusha_member", first)

        outcomes = race(4, act)
        assert len(won(outcomes)) == 1
        ended = (now(first).state, now(change).state)
        assert ended in {("changed", "approved"), ("cancelled", "withdrawn")}
        held = Away.objects.filter(source_id__in=[first.pk, change.pk]).count()
        assert held == (8 if ended[1] == "approved" else 0)
        books_agree(first)


def test_ten_extensions_and_changes_submitted_at_once_are_one(drive: Drive) -> None:
    first = approved(drive)
    start, half = links.next_half(first)
    drafts = [
        drive.save("liusha_member", 1, start=start, half=str(half), extends_id=first.pk)
        if number % 2
        else drive.save("liusha_member", 1, replaces_id=first.pk)
        for number in range(10)
    ]
    outcomes = race(10, lambda number: drive.submit("liusha_member", drafts[number]))
    assert len(won(outcomes)) == 1
    assert {item.code for item in lost(outcomes)} == {"link_pending"}
    books_agree(first)


def test_leave_and_trip_asked_for_at_once_share_no_half_day(drive: Drive) -> None:
    drafts = [drive.save("liusha_member", 2) for _ in range(6)]

    def act(number: int) -> object:
        if number % 2:
            return drive.submit("liusha_member", drafts[number])
        return drive.travel("liusha_member", 2, by="liusha_captain" if number % 4 else "")

    outcomes = race(12, lambda number: act(number % 6))
    taken = LeaveRequest.objects.filter(state="pending").count() + OfficialTrip.objects.count()
    assert taken == 1
    assert len(won(outcomes)) == 1
    assert all(
        isinstance(item, Declined) and item.code in ("overlap", "wrong_state", "stale")
        for item in lost(outcomes)
    )
    assert Away.objects.count() == 4

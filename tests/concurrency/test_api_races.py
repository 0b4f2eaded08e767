"""Programs send again what they think was lost: one effect, one answer, also when all copies arrive at once."""

from __future__ import annotations

import pytest
from django.db import connections

from core.api import idempotency
from core.models import IdempotencyKey
from leave.models import LeaveRequest
from tests.api.program import Program
from tests.api.test_leave import WISH
from tests.concurrency.race import race
from tests.drive import Drive

pytestmark = pytest.mark.postgres


def test_thirty_copies_at_once_are_one_draft_and_one_answer(drive: Drive) -> None:
    member = Program.acting_for(drive.world.user("liusha_member"))
    answers = race(30, lambda number: member.post("leave/", WISH, key="abc"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert LeaveRequest.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_without_keys_thirty_copies_are_thirty_drafts(drive: Drive) -> None:
    """The control: it is the key that makes them one."""
    member = Program.acting_for(drive.world.user("liusha_member"))
    race(30, lambda number: member.post("leave/", WISH))
    assert LeaveRequest.objects.count() == 30


def test_who_waits_for_a_request_that_crashes_does_it_himself(drive: Drive, monkeypatch) -> None:
    """The first to come falls after its work is done; exactly one of the others does the work anew."""
    member = Program.acting_for(drive.world.user("liusha_member"))
    real, fallen = idempotency.JSONRenderer.render, []

    def fall_once(self, *args, **kwargs):
        if not fallen:
            fallen.append(connections["default"])
            raise RuntimeError("killed")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(idempotency.JSONRenderer, "render", fall_once)
    answers = race(8, lambda number: member.post("leave/", WISH, key="abc"))
    assert sorted(answer.status_code for answer in answers) == [201] * 7 + [500]
    assert LeaveRequest.objects.count() == 1

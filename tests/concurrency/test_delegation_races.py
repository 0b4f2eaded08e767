"""A post delegated twice at once, and a decision against the end of its delegation: one outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import Declined
from teams.delegations import end_delegation
from teams.models import Delegation
from tests.concurrency.race import lost, race, won
from tests.drive import MONDAY, Drive, newest
from tests.teams.delegating import give

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_two_delegations_for_the_same_days_one_stands(drive: Drive) -> None:
    takers = ("liusha_mate", "liusha_first")

    def act(number: int) -> Delegation:
        return give(drive.world, "liusha_captain", takers[number % 2], MONDAY + timedelta(days=number % 3))

    outcomes = race(12, act)
    assert len(won(outcomes)) == 1
    assert {refusal.code for refusal in lost(outcomes)} == {"delegated_already"}
    assert Delegation.objects.filter(ended_at=None).count() == 1


def test_it_is_ended_once_and_decided_at_most_once(drive: Drive) -> None:
    request = drive.ask("liusha_member", 2)
    given = give(drive.world, "liusha_captain", "liusha_mate")
    captain = drive.world.user("liusha_captain")

    def act(number: int) -> object:
        if number % 2:
            return drive.sign("liusha_mate", request)
        return end_delegation(delegation_id=given.pk, acting_user=captain)

    outcomes = race(12, act)
    assert all(isinstance(item, Declined) for item in lost(outcomes))
    assert Delegation.objects.get().ended_at is not None
    assert newest(request).signatures.count() <= 1

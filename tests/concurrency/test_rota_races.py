"""Two plans of one team at once, two changes of one plan, a change against its cancelling: one outcome, a whole one."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import Conflict
from leave.models import HolidayRota, RotaDay, RotaDuty
from leave.rotas.services import cancel_rota
from tests.concurrency.race import lost, race, without_locks, won
from tests.drive import Drive, key
from tests.leave.test_rotas import SAT, SUN, save

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clock")]

WHO = ("liusha_captain", "liusha_officer")


def whole(duty: dict[date, set[str]]) -> bool:
    """Is what stands exactly one of the plans, not a mixture of two?"""
    return set(RotaDuty.objects.values_list("person__name", "day__day")) == {
        (name, day) for day, names in duty.items() for name in names
    }


@pytest.mark.parametrize("locks", [True, False])
def test_of_two_plans_with_a_day_in_common_one_stands(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, locks: bool
) -> None:
    """Without the lock the database itself refuses the second."""
    if not locks:
        without_locks(monkeypatch)
    plans = [{SAT: ["liusha_member"], SUN: ["liusha_member"]}, {SUN: ["liusha_mate"]}]
    outcomes = race(12, lambda number: save(drive, plans[number % 2], who=WHO[number % 2]))
    assert len(won(outcomes)) == 1
    assert {type(each) for each in lost(outcomes)} == {Conflict}
    assert HolidayRota.objects.count() == 1
    assert whole({SAT: {"洪队员"}, SUN: {"洪队员"}}) or whole({SUN: {"洪队友"}})


def test_the_same_page_sent_many_times_makes_one_plan(drive: Drive) -> None:
    same = key()
    outcomes = race(12, lambda number: save(drive, {SAT: ["liusha_member"]}, form_key=same))
    assert {each.pk for each in won(outcomes)} == {HolidayRota.objects.get().pk}
    assert lost(outcomes) == []
    assert RotaDuty.objects.count() == 1


def test_of_two_changes_one_is_told_and_nothing_is_mixed(drive: Drive) -> None:
    rota = save(drive, {SAT: ["liusha_first"], SUN: ["liusha_first"]})
    plans = [
        {SAT: ["liusha_member"], SUN: ["liusha_member"]},
        {SAT: ["liusha_mate"], SUN: ["liusha_mate"]},
    ]
    outcomes = race(
        8, lambda number: save(drive, plans[number % 2], who=WHO[number % 2], rota_id=rota.pk, revision=1)
    )
    assert len(won(outcomes)) == 1
    assert HolidayRota.objects.get().revision == 2
    assert any(whole({SAT: {name}, SUN: {name}}) for name in ("洪队员", "洪队友"))


def test_a_change_against_cancelling_leaves_no_duty_of_a_cancelled_plan(drive: Drive) -> None:
    rota = save(drive, {SAT: ["liusha_first"]})

    def act(number: int) -> HolidayRota:
        if number % 2:
            return cancel_rota(rota_id=rota.pk, acting_user=drive.world.user("liusha_officer"), why="台风")
        return save(drive, {SAT: ["liusha_mate"]}, rota_id=rota.pk, revision=1)

    race(8, act)
    assert HolidayRota.objects.get().cancelled_at is not None
    assert not RotaDay.objects.exists()

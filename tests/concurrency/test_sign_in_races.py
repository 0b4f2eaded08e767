"""A thumb that taps five times, and five phones of one person: one fact a half-day."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.models import Fact, SignIn
from attendance.signing import Signed, sign_in
from rules.settings import set_setting
from tests.concurrency.race import dawdle, lost, race, without_locks, won
from tests.drive import Drive

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def _opened(drive: Drive) -> None:
    set_setting(region=drive.world.regions["puning"], key="attendance.mode", value="both", basis="普驻办〔2026〕8号",
                acting_user=None, valid_from=date(2026, 1, 1))  # fmt: skip


def _tap(drive: Drive, key: str) -> Signed:
    return sign_in(acting_user=drive.world.user("liusha_member"), kind="on_post", client_key=key)


@pytest.mark.parametrize("several", [False, True], ids=["one-key", "five-keys"])
def test_five_taps_at_once_are_one(drive: Drive, several: bool) -> None:
    outcomes = race(5, lambda number: _tap(drive, f"tap-{number if several else 0}"))
    assert lost(outcomes) == []
    assert sorted(len(each.facts) for each in outcomes)[-1] == 2
    assert (Fact.objects.count(), SignIn.objects.count()) == (2, 1)


def test_without_locks_the_tables_refuse_the_others(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.signing._facts")
    outcomes = race(5, lambda number: _tap(drive, f"tap-{number}"))
    assert len(won(outcomes)) >= 1
    assert {each.code for each in lost(outcomes)} <= {"stale"}
    assert (Fact.objects.count(), SignIn.objects.count()) == (2, 1)

"""Two officers at one register: one word stands, the other is told."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from attendance.models import Fact
from attendance.services import Entry, enter
from core.errors import Conflict
from teams.words import Post
from tests.concurrency.race import dawdle, lost, race, without_guards, without_locks, won
from tests.drive import MONDAY, Drive

pytestmark = pytest.mark.postgres
MARKS = ("on_post", "village", "training", "duty")


@pytest.fixture
def officers(drive: Drive) -> list[str]:
    drive.world.person("deputy", "洪副书", Post.DEPUTY_SECRETARY, "liusha_party")
    return ["liusha_officer", "deputy"]


def _enter(drive: Drive, by: str, mark: str, seen: int = 0) -> list[Fact]:
    posting = drive.world.appointments["liusha_member"]
    return enter(
        acting_user=drive.world.user(by), team_id=posting.body_id, month=MONDAY.replace(day=1),
        entries=[Entry(posting_id=posting.pk, day=MONDAY, mark=mark, seen=seen)],
    )  # fmt: skip


def test_of_two_officers_one_is_told_what_stands(drive: Drive, officers: list[str]) -> None:
    outcomes = race(4, lambda number: _enter(drive, officers[number % 2], MARKS[number]))
    assert len(won(outcomes)) == 1
    assert {(type(each), each.code) for each in lost(outcomes)} == {(Conflict, "stale")}
    assert Fact.objects.filter(part="am").count() == 1


def test_without_locks_the_table_refuses_the_second(
    drive: Drive, officers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.services._facts", 0.2)
    outcomes = race(4, lambda number: _enter(drive, officers[number % 2], MARKS[number]))
    assert len(won(outcomes)) == 1
    assert {each.code for each in lost(outcomes)} == {"stale"}
    assert any(isinstance(each.__cause__, IntegrityError) for each in lost(outcomes))
    assert Fact.objects.filter(part="am").count() == 1


def test_without_locks_and_guards_both_would_stand(
    drive: Drive, officers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it must break, or the tests above prove nothing."""
    without_locks(monkeypatch)
    dawdle(monkeypatch, "attendance.services._facts", 0.2)
    with without_guards(Fact):
        race(4, lambda number: _enter(drive, officers[number % 2], MARKS[number]))
        assert Fact.objects.filter(part="am").count() > 1

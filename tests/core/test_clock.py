"""Days are Beijing days, and a demonstration may stand on another one."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from core import clock


@pytest.fixture
def machine_says(monkeypatch: pytest.MonkeyPatch):
    def say(*moment: int) -> None:
        monkeypatch.setattr(timezone, "now", lambda: datetime(*moment, tzinfo=UTC))

    return say


def test_ten_to_eight_on_the_first_of_march_belongs_to_march(machine_says) -> None:
    machine_says(2026, 2, 28, 23, 50)
    assert clock.today() == date(2026, 3, 1)
    assert (clock.now().hour, clock.now().minute) == (7, 50)


def test_the_afternoon_begins_at_noon_in_beijing(machine_says) -> None:
    machine_says(2026, 3, 2, 3, 59)
    assert clock.half_now() == "am"
    machine_says(2026, 3, 2, 4, 0)
    assert clock.half_now() == "pm"


def test_a_demonstration_moves_the_day_and_keeps_the_hour(machine_says, settings) -> None:
    machine_says(2026, 11, 24, 2, 30)
    settings.ZHUBANG_TODAY = date(2025, 6, 3)
    assert clock.today() == date(2025, 6, 3)
    assert (clock.now().hour, clock.now().minute) == (10, 30)


def test_a_moment_on_a_day_is_beijing_time() -> None:
    assert clock.at(date(2026, 11, 24), 17, 30).astimezone(UTC).hour == 9

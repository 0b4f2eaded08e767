"""A hundred guesses sent at once are five guesses."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.test import Client

from teams.models import Session
from tests.concurrency.race import race
from tests.drive import Drive

pytestmark = pytest.mark.postgres

PASSWORD = "fuyuan-lu-1988"


@pytest.fixture
def compared(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is compared with the member's from now on."""
    user = drive.world.user("liusha_member")
    user.set_password(PASSWORD)
    user.save()
    seen: list[str] = []
    original = ModelBackend.authenticate

    def noted(self, request, username=None, password=None, **kwargs):
        seen.append(password)
        return original(self, request, username, password, **kwargs)

    monkeypatch.setattr(ModelBackend, "authenticate", noted)
    return seen


def guess(password: str, address: str = "198.51.100.7"):
    return (
        Client()
        .post("/login/", {"username": "liusha_member", "password": password}, REMOTE_ADDR=address)
        .status_code
    )


def test_a_hundred_guesses_at_once_are_five(compared: list[str]) -> None:
    outcomes = race(100, lambda number: guess(f"wrong-{number}"))
    assert len(compared) == settings.AXES_FAILURE_LIMIT
    assert outcomes.count(422) + outcomes.count(429) == 100
    assert outcomes.count(422) < settings.AXES_FAILURE_LIMIT
    assert guess(PASSWORD) == 429
    assert guess(PASSWORD, "198.51.100.8") == 302


def test_the_right_password_among_a_hundred_guesses_is_mostly_too_late(compared: list[str]) -> None:
    """Signing in once gives five tries back, and no more than that."""
    race(100, lambda number: guess(PASSWORD if number == 50 else f"wrong-{number}"))
    assert len(compared) <= 2 * settings.AXES_FAILURE_LIMIT
    assert Session.objects.count() <= 1

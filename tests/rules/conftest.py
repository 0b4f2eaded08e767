from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import World
from tests.fixtures import clock, drive, world

__all__ = ["clock", "drive", "signed_in", "world"]


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    """A browser in which that person of the cast is signed in."""

    def sign_in(who: str) -> Client:
        client = Client()
        client.force_login(world.user(who), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in

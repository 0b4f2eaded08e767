from __future__ import annotations

import pytest

from tests.api.program import Program
from tests.cast import World
from tests.fixtures import clock, drive, world

__all__ = ["clock", "drive", "world"]


@pytest.fixture
def program(world: World, clock):
    """A program that acts for a person of the cast: ``program("liusha_member", "leave:read")``."""

    def of(who: str, *scopes: str) -> Program:
        return Program.acting_for(world.user(who), *scopes)

    return of

from __future__ import annotations

import pytest
from django.test import Client

from teams.words import Post
from tests.cast import World
from tests.fixtures import clock, drive, read_here, world
from tests.teams.clerk import Clerk

__all__ = ["clock", "drive", "read_here", "world"]


@pytest.fixture
def at(world: World, clock):
    """``at("liusha_captain", "/teams/")``: the page as that person gets it."""

    def get(who: str, address: str, **more: str):
        client = Client()
        client.force_login(world.users[who], backend="django.contrib.auth.backends.ModelBackend")
        return client.get(address, **more)

    return get


@pytest.fixture
def deputy(world: World) -> str:
    world.person("liusha_deputy", "洪副书记", Post.DEPUTY_SECRETARY, "liusha_party")
    return "liusha_deputy"


@pytest.fixture
def clerk(world: World) -> Clerk:
    """The system administrator of 普宁, with a workbook in hand."""
    return Clerk(world)

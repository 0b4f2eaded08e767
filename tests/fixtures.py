"""Fixtures that several folders share; their conftest files import them by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core import clock as core_clock
from core import upload_guard
from core.inspection import main as inspection
from tests import cast
from tests.drive import Clock, Drive


@pytest.fixture
def world(db) -> cast.World:
    """The permanent cast, with the statutory calendar of the years tests touch."""
    cast.published()
    return cast.build()


@pytest.fixture
def drive(world: cast.World) -> Drive:
    """The verbs, on the cast."""
    return Drive(world)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Monday 23 November 2026, nine in the morning, until the test moves it."""
    standing = Clock()
    monkeypatch.setattr(core_clock, "now", standing)
    return standing


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Harmless workbooks, looked into without the process that costs more than all the rest of such a test."""

    def answer(task: str, content: bytes, ending: str) -> Any:
        return json.loads(json.dumps(inspection.answer(task, ending, content)))

    monkeypatch.setattr(upload_guard, "_answer", answer)

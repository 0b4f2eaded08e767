from __future__ import annotations

import pytest

from core import calendar
from tests import cast
from tests.drive import Drive
from tests.fixtures import clock

__all__ = ["clock"]


@pytest.fixture
def drive(transactional_db: None, clock: object) -> Drive:
    """The verbs on a cast that is committed, so that other connections see it."""
    calendar.seed(range(2026, 2027))
    return Drive(cast.build())

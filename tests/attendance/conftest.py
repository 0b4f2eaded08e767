from __future__ import annotations

from tests.fixtures import clock, drive, world

__all__ = ["clock", "drive", "world"]

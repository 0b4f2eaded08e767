from __future__ import annotations

from tests.fixtures import clock, drive, read_here, world

__all__ = ["clock", "drive", "read_here", "world"]

"""Settings, addresses and processes: the room that ties the others together."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]

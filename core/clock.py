"""The one clock. Business code asks here and nowhere else, so that a demo can stand on a chosen day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_standing: ContextVar[datetime | None] = ContextVar("zhubang_standing", default=None)


@contextmanager
def standing_on(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at ``moment`` (aware): how demo data come by their past, through the verbs."""
    token = _standing.set(moment)
    try:
        yield
    finally:
        _standing.reset(token)


def now() -> datetime:
    """The moment now, aware, in Asia/Shanghai; in a demo the chosen day with the real time of day.

    ``settings.ZHUBANG_TODAY`` (a date or None) moves the day, never the hour; :func:`standing_on` fixes both.
    """
    standing = _standing.get()
    if standing is not None:
        return timezone.localtime(standing)
    moment = timezone.localtime(timezone.now())
    fixed: date | None = getattr(settings, "ZHUBANG_TODAY", None)
    if fixed is not None:
        moment += timedelta(days=(fixed - moment.date()).days)
    return moment


def machine_now() -> datetime:
    """The machine's own moment, which no demonstration moves: when the trail was sealed, how old it may be purged,
    when a job last ran."""
    return timezone.localtime(timezone.now())


def today() -> date:
    """The calendar day in Beijing time."""
    return now().date()


def half_now() -> str:
    """``"am"`` before noon in Beijing, else ``"pm"``."""
    return "am" if now().hour < 12 else "pm"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An aware moment on ``day`` in Beijing time."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))

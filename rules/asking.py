"""What every question to the rules needs: the days it is about and the calendar they are counted by."""

from __future__ import annotations

import re
from datetime import date

from django.db import OperationalError, ProgrammingError

from core.calendar import statutory_calendar
from policy.calendar import Calendar
from policy.days import Span
from policy.errors import PolicyInputError

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str, *, field: str) -> date:
    """A day written 2024-09-01. Raises PolicyInputError naming ``field``."""
    try:
        if not _ISO.fullmatch(text.strip()):
            raise ValueError(text)
        return date.fromisoformat(text.strip())
    except ValueError:
        raise PolicyInputError(
            f"日期要写成 2024-09-01 这样，而且真有这一天，不能写“{text}”", field=field
        ) from None


def calendar_or_weekends() -> Calendar:
    """The statutory calendar; before its tables exist, one that knows weekends alone and says every day is an estimate."""
    try:
        return statutory_calendar()
    except (OperationalError, ProgrammingError):
        return Calendar()


def estimated_years(span: Span, calendar: Calendar) -> str:
    """The years of ``span`` whose holidays are not published, e.g. ``2027 年、2028 年``; empty when all are."""
    years = sorted({day.year for day in span.dates() if calendar.is_estimate(day)})
    return "、".join(f"{year} 年" for year in years)

"""What every question to the rules needs: the days it is about and the calendar they are counted by."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import OperationalError, ProgrammingError

from core import clock
from core.calendar import statutory_calendar
from policy.book import RuleBook
from policy.calendar import Calendar
from policy.days import Span
from policy.decision import LeaveDecision
from policy.errors import PolicyInputError
from policy.explain import explain

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


def ask(
    book: RuleBook,
    *,
    place: str,
    role: str,
    days: str,
    type: str = "personal",
    on: str | None = None,
    start: str | None = None,
    dispatched_by: str = "county",
    also_first_secretary: bool = False,
) -> tuple[LeaveDecision, str]:
    """Who decides such a leave, and a note where holidays are an estimate. Days are texts, as a program has them.

    Raises PolicyInputError, a sentence with the field at fault.
    """
    calendar = calendar_or_weekends()
    decision = explain(
        book,
        place=place,
        role=role,
        days=days,
        type=type,
        on=clock.today() if on is None else parse_day(on, field="on"),
        start=None if start is None else parse_day(start, field="start"),
        dispatched_by=dispatched_by,
        also_first_secretary=also_first_secretary,
        calendar=calendar,
    )
    years = estimated_years(decision.span, calendar)
    return decision, f"{years}的放假安排还没有登记，休息日先按周末推算。" if years else ""


def as_json(decision: LeaveDecision, note: str) -> dict[str, Any]:
    """What the command prints with --json and the API answers."""
    answer = decision.as_json()
    answer["text"] += note
    return answer

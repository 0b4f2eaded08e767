"""The demo data: made through the verbs, whole on any day, and never in production."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import clock as core_clock
from core.models import AuditEvent
from leave.models import LeaveRequest, Phase
from teams.models import Person


def demo(day: date = date(2026, 11, 25), *options: str) -> str:
    out = StringIO()
    with core_clock.standing_on(core_clock.at(day, 15)):
        call_command("demo", *options, stdout=out)
    return out.getvalue()


#: In a long holiday, late in the year, at the end of a short month; test_demo_story looks at 25 November, and
#: tests/config/test_serve.py starts with the story of the day on which it runs.
DAYS = [date(2025, 10, 7), date(2024, 12, 1), date(2026, 2, 28)]


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_the_story_holds_on_any_day(db, day: date) -> None:
    demo(day)
    holds(day)


def holds(day: date) -> None:
    """Leave in every phase stands in the demonstration of that day, and nothing was refused on the way."""
    requests = LeaveRequest.objects.with_phase(day)
    for county, wanted in {
        # Only 上蔡县 knows leave agreed by voice.
        "445281000000": set(Phase.values) - {Phase.DRAFT, Phase.VOICE, Phase.PAPER_LATE},
        "411722000000": set(Phase.values) - {Phase.DRAFT},
    }.items():
        assert set(requests.filter(series=county).values_list("phase", flat=True)) == wanted
    assert requests.filter(phase=Phase.DRAFT, series="").count() == 3
    assert not AuditEvent.objects.filter(outcome="refused").exists()


def test_production_has_no_demo_data(db, settings) -> None:
    settings.PRODUCTION = True
    for options in ((), ("--accounts",)):
        with pytest.raises(CommandError, match="生产环境"):
            demo(date(2026, 11, 25), *options)
    assert not Person.objects.exists()


def test_a_day_before_the_documents_is_refused_in_words(db) -> None:
    with pytest.raises(CommandError, match="ZHUBANG_TODAY"):
        demo(date(2024, 8, 20))

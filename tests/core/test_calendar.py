"""The statutory calendar: published years from the State Council's notices, other years an estimate."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import calendar, editions
from core.context import one_verb
from core.models import CalendarDay, CalendarNotice

pytestmark = pytest.mark.django_db


def test_a_published_year_knows_its_holidays_and_the_weekends_worked_for_them() -> None:
    assert calendar.seed(range(2025, 2026)) == 1
    known = calendar.statutory_calendar()
    assert not known.is_workday(date(2025, 10, 1))
    assert known.is_workday(date(2025, 9, 28))
    assert CalendarDay.objects.get(pk=date(2025, 9, 28)).kind == "work"
    assert not known.is_estimate(date(2025, 5, 1))


def test_seeding_again_changes_nothing_that_staff_have_edited() -> None:
    calendar.seed(range(2025, 2026))
    CalendarDay.objects.filter(pk=date(2025, 9, 28)).delete()
    editions.renew(calendar.EDITION)
    assert calendar.seed(range(2025, 2026)) == 0
    assert not calendar.statutory_calendar().is_workday(date(2025, 9, 28))


def test_a_year_nobody_has_announced_is_an_estimate_by_weekends() -> None:
    assert calendar.seed(range(2090, 2091)) == 0
    known = calendar.statutory_calendar()
    assert known.is_estimate(date(2090, 10, 2))
    assert known.is_workday(date(2090, 10, 2))


def test_a_year_announced_without_a_single_change_is_still_announced() -> None:
    CalendarNotice.objects.create(year=2091, number="国办发明电〔2090〕1号", source="国务院办公厅")
    assert not calendar.statutory_calendar().is_estimate(date(2091, 5, 1))


def test_the_calendar_is_read_once_and_again_after_a_change() -> None:
    calendar.seed(range(2025, 2026))
    known = calendar.statutory_calendar()
    with CaptureQueriesContext(connection) as asked, one_verb():
        assert calendar.statutory_calendar() is known
        assert calendar.statutory_calendar() is known
    assert len(asked) == 1
    CalendarDay.objects.filter(pk=date(2025, 10, 1)).delete()
    with one_verb():
        assert not calendar.statutory_calendar().is_workday(date(2025, 10, 1))
        editions.renew(calendar.EDITION)
        assert calendar.statutory_calendar().is_workday(date(2025, 10, 1))


def test_a_change_that_was_taken_back_leaves_the_calendar_as_it_was() -> None:
    calendar.seed(range(2025, 2026))
    with transaction.atomic():
        CalendarDay.objects.filter(pk=date(2025, 10, 1)).delete()
        editions.renew(calendar.EDITION)
        assert calendar.statutory_calendar().is_workday(date(2025, 10, 1))
        transaction.set_rollback(True)
    assert not calendar.statutory_calendar().is_workday(date(2025, 10, 1))

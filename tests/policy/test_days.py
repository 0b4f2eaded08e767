"""Day arithmetic: halves, months, rest days, what touches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendar import Calendar
from policy.days import Half, Span, charged_halves, format_days, parse_days, touching
from policy.errors import PolicyInputError
from policy.leave import EarlierLeave, decide_leave
from policy.loader import load_all
from tests.policy.helpers import OCTOBER_2024, WEEKS, case, span

BOOK = load_all()
DATES = st.dates(date(2024, 8, 19), date(2030, 12, 31))
HALVES = st.sampled_from(list(Half))


@st.composite
def spans(draw: st.DrawFn, longest: int = 120) -> Span:
    return Span.of_halves(draw(DATES), draw(st.integers(1, longest)), draw(HALVES))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    return Calendar(draw(st.dictionaries(DATES, st.booleans(), max_size=40)))


@given(spans(732))
def test_months_of_a_leave_sum_to_the_whole(whole: Span) -> None:
    parts = whole.by_month()
    assert sum(part.halves for part in parts) == whole.halves
    assert [half for part in parts for half in part] == list(whole)
    assert all((part.start.year, part.start.month) == (part.end.year, part.end.month) for part in parts)


@given(spans(), calendars())
def test_months_sum_to_the_whole_in_charged_days_too(whole: Span, calendar: Calendar) -> None:
    for counting in ("calendar", "workdays"):
        parts = [charged_halves(part, counting, calendar) for part in whole.by_month()]
        assert sum(parts) == charged_halves(whole, counting, calendar)


@given(DATES)
def test_morning_and_afternoon_make_one_day(day: date) -> None:
    morning, afternoon = Span(day, Half.AM, day, Half.AM), Span(day, Half.PM, day, Half.PM)
    assert morning.halves + afternoon.halves == Span(day, Half.AM, day, Half.PM).halves == 2
    assert format_days(morning.halves) == "0.5"
    assert touching(morning, afternoon, WEEKS)


@given(spans())
def test_length_is_the_number_of_halves_named(whole: Span) -> None:
    assert whole.halves == len(list(whole))
    assert whole.days * 2 == whole.halves
    assert Span.from_json(whole.to_json()) == whole


@given(spans(), spans())
def test_overlap_is_sharing_a_half(one: Span, other: Span) -> None:
    shared = set(one) & set(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(shared)


@given(spans(20), st.integers(0, 20), st.integers(1, 20), calendars(), st.data())
def test_a_rest_day_between_two_leaves_never_lowers_the_tier(
    first: Span, gap: int, length: int, calendar: Calendar, data: st.DataObject
) -> None:
    beginning = date.fromordinal((first.last_index + 1) // 2) + timedelta(gap)
    second = Span.of_halves(beginning, length, Half.AM if gap else data.draw(HALVES))
    if second.overlaps(first):
        second = Span.of_halves(beginning + timedelta(1), length)
    between = [first.end + timedelta(n) for n in range(1, (second.start - first.end).days)]
    if not between:
        return
    more_rest = {day: calendar.is_workday(day) for day in between} | {
        data.draw(st.sampled_from(between)): False
    }
    for role in ("member", "captain"):
        asked = case(second, role=role, asked_on=first.start, earlier=(EarlierLeave("1", "personal", first),))
        before = decide_leave(BOOK, asked, calendar)
        after = decide_leave(BOOK, asked, Calendar(more_rest))
        assert _active(after) >= _active(before)
        assert after.total_halves >= before.total_halves >= second.halves


def _active(decision) -> int:
    return next(number for number, row in enumerate(decision.tiers) if row.active)


@given(spans(30), calendars())
def test_charged_days_never_exceed_the_absence(whole: Span, calendar: Calendar) -> None:
    charged = charged_halves(whole, "workdays", calendar)
    assert charged == sum(calendar.is_workday(day) for day, _ in whole)
    assert 0 <= charged <= whole.halves == charged_halves(whole, "calendar", calendar)


@given(spans(30), spans(30))
def test_touching_is_the_same_both_ways_and_never_overlap(one: Span, other: Span) -> None:
    assert touching(one, other, WEEKS) == touching(other, one, WEEKS)
    assert not (touching(one, other, WEEKS) and one.overlaps(other))


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2024-11-24", "2024-11-23", "结束日期不能早于开始日期（11月24日）"),
        ("2024-11-24pm", "2024-11-24am", "同一天里，结束不能早于开始"),
        ("2024-01-01", "2025-01-01", "一次最多 366 天"),
    ],
)
def test_a_span_that_cannot_be_is_refused_with_a_sentence(first: str, last: str, sentence: str) -> None:
    with pytest.raises(PolicyInputError, match=sentence) as caught:
        span(first, last)
    assert caught.value.field in ("end", "end_half")


@pytest.mark.parametrize(("halves", "said"), [(1, "0.5"), (2, "1"), (7, "3.5"), (8, "4"), (732, "366")])
def test_days_are_written_without_a_trailing_zero(halves: int, said: str) -> None:
    assert format_days(halves) == said
    assert parse_days(said) == halves


def test_the_statutory_calendar_moves_weekends_and_holidays() -> None:
    assert not OCTOBER_2024.is_workday(date(2024, 10, 1))
    assert OCTOBER_2024.is_workday(date(2024, 10, 12))
    assert OCTOBER_2024.next_workday(date(2024, 9, 30)) == date(2024, 10, 8)
    assert OCTOBER_2024.previous_workday(date(2024, 10, 8)) == date(2024, 9, 30)
    assert OCTOBER_2024.next_workday(date(2024, 9, 27), 3) == date(2024, 10, 8)
    assert OCTOBER_2024.count_workdays(date(2024, 9, 29), date(2024, 10, 12)) == 7
    assert OCTOBER_2024.count_workdays(date(2024, 10, 12), date(2024, 9, 29)) == 0
    assert not OCTOBER_2024.is_estimate(date(2024, 5, 1))
    assert OCTOBER_2024.is_estimate(date(2025, 5, 1))

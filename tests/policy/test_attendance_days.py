"""A person's days as sets: whatever way they are looked at, they say the same."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy import dayset
from policy.attendance import AWAY_VALUES, HALF_VALUES, NIGHT_VALUES, PARTS, PersonDays

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
HALF = st.sampled_from(["", *HALF_VALUES, *AWAY_VALUES])
MONTHS = st.dictionaries(DAYS, st.tuples(HALF, HALF, st.sampled_from(["", *NIGHT_VALUES])), max_size=40)
FEBRUARY = dayset.stretch(date(2026, 2, 1), date(2026, 2, 28))


def by_hand(days: dict[date, tuple[str, str, str]]) -> dict[date, dict[str, str]]:
    """The same one by one."""
    said = {
        day: {part: value for part, value in zip(PARTS, parts, strict=True) if value}
        for day, parts in days.items()
    }
    return {day: parts for day, parts in said.items() if parts}


@given(MONTHS)
def test_days_come_back_as_they_were_said(days: dict[date, tuple[str, str, str]]) -> None:
    found = PersonDays.of_parts(days)
    assert found.values == by_hand(days)
    assert set(dayset.days_in(found.entered)) == {day for day, parts in days.items() if any(parts[:2])}
    halves = [value for parts in days.values() for value in parts[:2]]
    assert found.totals.on_post == sum(value in ("on_post", "duty", "visit") for value in halves)
    assert found.totals.leave == halves.count("leave")
    assert found.totals.village == [parts[2] for parts in days.values()].count("village")


@given(MONTHS, MONTHS)
def test_what_was_frozen_counts_and_differing_days_are_named(
    now: dict[date, tuple[str, str, str]], then: dict[date, tuple[str, str, str]]
) -> None:
    found = PersonDays.of_parts(now).settled_as(PersonDays.of_parts(then), FEBRUARY)
    inside = set(dayset.days_in(FEBRUARY))
    expected = {day: parts for day, parts in now.items() if day not in inside}
    expected |= {day: parts for day, parts in then.items() if day in inside}
    assert found.values == by_hand(expected)
    nothing = ("", "", "")
    assert set(dayset.days_in(found.differs)) == {
        day for day in inside if now.get(day, nothing) != then.get(day, nothing)
    }
    assert not found.facts.pending_nights & FEBRUARY


@given(DAYS, st.integers(0, 80))
def test_a_stretch_holds_each_of_its_days(first: date, length: int) -> None:
    days = [first + timedelta(days=number) for number in range(length + 1)]
    assert list(dayset.days_in(dayset.stretch(first, days[-1]))) == days
    assert dayset.of(days) == dayset.stretch(first, days[-1])
    assert dayset.stretch(days[-1], first) == (0 if length else dayset.one(first))
    assert dayset.stretch(date(1990, 1, 1), date(1999, 12, 31)) == 0

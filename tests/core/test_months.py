"""How tables write months, and which month an address asks for."""

from __future__ import annotations

from datetime import date

import pytest

from core.months import beside, bounds, day_of, month_asked, month_number, month_words

TODAY = date(2026, 11, 23)


def test_a_month_is_one_number_and_back() -> None:
    assert month_number(TODAY) == 202611
    assert (day_of(202611), day_of(202611, 23)) == (date(2026, 11, 1), TODAY)
    with pytest.raises(ValueError, match="day"):
        day_of(202602, 29)
    assert month_words(TODAY) == month_words(202611) == "2026年11月"


def test_its_days_and_the_months_beside_it() -> None:
    assert bounds(date(2028, 2, 29)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert beside(date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 2, 1))
    assert beside(date(2026, 12, 1)) == (date(2026, 11, 1), date(2027, 1, 1))


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "1999-12", "2026-12-01", "２０２６-12"])
def test_what_names_no_month_is_this_one(text: str) -> None:
    assert month_asked(text, TODAY) == date(2026, 11, 1)
    assert month_asked("2025-12", TODAY) == date(2025, 12, 1)

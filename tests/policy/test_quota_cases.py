"""Quotas at their thresholds: the tables `cases/quota_*.csv`, which a clerk can read and add to."""

from __future__ import annotations

from datetime import date

import pytest

from policy.days import format_days
from policy.periods import Window
from policy.quota import Posting, QuotaResult, judge, owed_in_month, owed_in_period, tally
from tests.policy.helpers import table
from tests.policy.timed import BOOK, facts, period, statutory, whom, window

FILES = ["quota_zhumadian", "quota_yongxing", "quota_made_up"]
ROWS = [(name, number, row) for name in FILES for number, row in enumerate(table(name), start=2)]
WEEKS = table("quota_weeks")


def found(row: dict[str, str]) -> QuotaResult:
    known, waived, role = facts(row["事实"])
    who = whom(row["地点"], role=role)
    postings = []
    for written in row["派驻"].split():
        dates, _, county = written.partition("@")
        postings.append(Posting(who, county, window(dates)))
    needs = owed_in_period(BOOK, postings, period(row["期"]), statutory(), waived)
    mine = [need for need in needs if need.rule.code == row["要求"]]
    settings = row["设定"]
    need = mine[int(settings[1]) - 1] if settings.startswith("第") else mine[0]
    assert len(mine) == (2 if settings.startswith("第") else 1)
    trips = {"因公算在岗": True, "因公不算": False}.get(settings)
    through = date.fromisoformat(row["截至"])
    closed = settings == "已关闭"
    return judge(
        need, tally(need, known, statutory(), known_through=through, closed=closed, count_trip=trips)
    )


@pytest.mark.parametrize(("name", "number", "row"), ROWS, ids=[f"{name}:{n}" for name, n, _ in ROWS])
def test_case(name: str, number: int, row: dict[str, str]) -> None:
    result = found(row)
    counted = result.tally
    whole = 2
    if result.need.rule.measure != "on_post":
        assert result.need.halves % whole == 0
    figures = {
        "应": result.need.halves, "已": counted.done, "有因": counted.excused, "待核": counted.pending,
    }  # fmt: skip
    assert {key: format_days(halves) for key, halves in figures.items()} == {key: row[key] for key in figures}
    if result.missing:
        assert format_days(counted.ahead) == row["后面"]
    assert result.state.label == row["状态"]
    assert f"{format_days(result.need.halves)} " in result.text
    assert ("还差" in result.text) == (result.state.label != "达到")


@pytest.mark.parametrize("row", WEEKS, ids=[row["说明"] for row in WEEKS])
def test_a_week_is_judged_in_one_month(row: dict[str, str]) -> None:
    who = whom(row["地点"], role="captain")
    posted = [Posting(who, "", Window(date(2024, 1, 1)))]
    needs = owed_in_month(BOOK, posted, period(row["月"]), statutory())
    assert [need.period.key for need in needs if need.rule.code == row["周要求"]] == row["归入的周"].split()
    assert needs[0].period.per == "month"


def test_there_are_enough_cases() -> None:
    assert len(ROWS) >= 90

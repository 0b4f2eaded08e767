"""Duties, time limits, reminders and chains: the tables `cases/obligation_*`, `deadline_*`, `chain_*`."""

from __future__ import annotations

from datetime import date

import pytest

from policy.chains import chains_for, follow
from policy.deadlines import deadlines_for, reminder
from policy.obligations import Expected, Record, expected, progress, state
from tests.policy.helpers import table
from tests.policy.timed import BOOK, moment, statutory, whom, window


def rows(name: str) -> pytest.MarkDecorator:
    found = table(name)
    ids = [f"{name}:{number}" for number, _ in enumerate(found, start=2)]
    return pytest.mark.parametrize("row", found, ids=ids)


def duties(row: dict[str, str], first: str, last: str) -> list[Expected]:
    windows = [window(row["在期"])] if row.get("在期") else []
    found = expected(
        BOOK, whom(row["地点"], task=row.get("任务") or ""), date.fromisoformat(first), date.fromisoformat(last),
        statutory(), windows,
    )  # fmt: skip
    return [duty for duty in found if duty.rule.code == row["代号"]]


@rows("obligation_expected")
def test_periods_of_a_duty(row: dict[str, str]) -> None:
    found = duties(row, row["从"], row["到"])
    assert len(found) == int(row["期数"])
    if found:
        assert {str(duty.at_least) for duty in found} == {row["每期次数"]}
        ends = [found[0].period.label, found[0].due, found[-1].period.label, found[-1].due]
        assert [str(end or "") for end in ends] == [
            row["第一期"], row["第一期截止"], row["最后一期"], row["最后一期截止"],
        ]  # fmt: skip
        assert len({duty.key for duty in found}) == len(found)


def record(text: str) -> Record:
    day, doer, *more = text.split()
    days = next((int(each[:-1]) for each in more if each.endswith("天")), 1)
    about = next((each[1:] for each in more if each.startswith("期")), "")
    return Record(date.fromisoformat(day), doer, days, "不全" not in more, about)


@rows("obligation_state")
def test_how_a_duty_stands(row: dict[str, str]) -> None:
    (duty,) = (each for each in duties(row, "2024-01-01", "2025-12-31") if each.period.label == row["期"])
    made = progress(duty, [record(each) for each in filter(None, row["记录"].split("；"))])
    assert (made.count, made.grey) == (int(row["计"]), int(row["不全"]))
    assert state(duty, made, date.fromisoformat(row["今天"])).label == row["状态"]


@rows("deadline_reminders")
def test_one_reminder(row: dict[str, str]) -> None:
    since = date.fromisoformat(row["上次运行"]) if row["上次运行"] else None
    found = reminder(
        date.fromisoformat(row["截止"]), begins=date.fromisoformat(row["期首"]), since=since,
        today=date.fromisoformat(row["今天"]),
    )  # fmt: skip
    if not row["提醒"]:
        assert found is None
    else:
        assert found is not None
        kind = {"ahead": "提前", "overdue": "逾期"}[found.kind]
        assert (kind, str(found.days), str(found.day)) == (row["提醒"], row["天数"], row["补的是哪天"])


@rows("deadline_events")
def test_a_deadline_runs_from_its_event(row: dict[str, str]) -> None:
    found = deadlines_for(BOOK, whom(row["地点"]), row["事件"], moment(row["发生"]), statutory())
    (mine,) = (each for each in found if each.rule.code == row["代号"])
    assert mine.rule.who == row["谁"]
    due = mine.due.at.isoformat(" ", "minutes") if " " in row["到期"] and mine.due.at else str(mine.due.day)
    assert due == row["到期"]


@rows("chain_absence")
def test_a_chain_goes_step_by_step(row: dict[str, str]) -> None:
    happened = moment(row["发生"])
    chains = chains_for(BOOK, whom(row["地点"]), row["事件"], happened)
    if not row["步骤"]:
        assert chains == ()
        return
    chain = chains[0]
    done = dict(each.split(" ", 1) for each in filter(None, row["已办"].split("；")))
    steps = follow(
        chain.rule,
        happened,
        {code: moment(at) for code, at in done.items()},
        moment(row["现在"]),
        statutory(),
    )
    told = [
        " ".join(
            filter(None, [each.step.code, each.state.label, str(each.due.day or "") if each.due else ""])
        )
        for each in steps
    ]
    assert told == row["步骤"].split(" | ")

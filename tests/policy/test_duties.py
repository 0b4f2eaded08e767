"""What must hold of duties and clocks whatever the dates, and what the five documents say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.chains import chains_for, follow, next_steps
from policy.deadlines import deadlines_for, due_of, reminder, reminder_days
from policy.errors import PackError
from policy.loader import build_pack, load_all
from policy.obligations import (
    Record,
    expected,
    monthly_work_report,
    progress,
    reminder_for,
    state,
    unscheduled,
)
from policy.periods import Window, dates, periods
from policy.topics import Clock
from tests.policy.timed import BOOK, DAYS, changed, statutory, whom, windows

TIMED = {
    "quota": "attendance",
    "obligation": "obligation",
    "report": "report",
    "deadline": "deadline",
    "chain": "inspection",
}


def test_monthly_work_reports_are_on_only_where_the_document_asks() -> None:
    on = date(2025, 1, 1)
    asked = {
        place
        for place in ("普宁市", "新丰县", "驻马店市", "永兴县", "赣州市")
        if monthly_work_report(BOOK, whom(place), on)
    }
    assert asked == {"永兴县"}
    assert monthly_work_report(BOOK, whom("驻马店市"), on, turned_on=True)


def test_duties_without_a_rhythm_are_known_and_never_late() -> None:
    on = date(2025, 1, 1)
    found = {
        place: {rule.code for rule in unscheduled(BOOK, whom(place), on)}
        for place in ("普宁市", "新丰县", "永兴县", "赣州市", "驻马店市")
    }
    assert found == {
        "普宁市": {"research", "study"},
        "新丰县": {"research"},
        "永兴县": {
            "joint_meeting_notice",
            "joint_meeting_attendance",
            "report_to_county_leader",
            "situation_report",
        },
        "赣州市": {"funds_supervision", "household_visits"},
        "驻马店市": set(),
    }
    for place, codes in found.items():
        due = expected(BOOK, whom(place), date(2025, 1, 1), date(2025, 12, 31), statutory())
        assert codes.isdisjoint(duty.rule.code for duty in due)


# ── duties ──


@settings(max_examples=50)
@given(st.data())
def test_the_order_of_records_never_matters_and_more_is_never_worse(data: st.DataObject) -> None:
    duty = next(
        each
        for each in expected(BOOK, whom("驻马店市"), date(2024, 1, 1), date(2024, 12, 31), statutory())
        if each.rule.code == "deputy_visit"
    )
    one = st.builds(
        Record,
        st.dates(date(2023, 12, 1), date(2025, 2, 1)),
        st.sampled_from("甲乙丙"),
        complete=st.booleans(),
    )
    records = data.draw(st.lists(one, max_size=8))
    made = progress(duty, records)
    assert progress(duty, data.draw(st.permutations(records))) == made
    more = progress(duty, [*records, data.draw(one)])
    assert more.count >= made.count
    if made.met_on is not None:
        assert more.met_on is not None
        assert more.met_on <= made.met_on
    assert made.count == sum(each.complete and each.day.year == 2024 for each in records)


@settings(max_examples=30)
@given(st.lists(windows(), min_size=1, max_size=3), st.data())
def test_part_of_a_period_owes_a_part_but_at_least_once(there: list[Window], data: st.DataObject) -> None:
    first, last = date(2024, 1, 1), date(2026, 12, 31)
    who = whom("驻马店市")
    whole = {each.key: each for each in expected(BOOK, who, first, last, statutory())}
    found = expected(BOOK, who, first, last, statutory(), there)
    assert expected(BOOK, who, first, last, statutory(), data.draw(st.permutations(there))) == found
    for duty in found:
        full = whole[duty.key]
        assert 1 <= duty.at_least <= full.at_least
        assert duty.due == full.due
        assert any(duty.period.first <= day <= (duty.period.last or day) for day in dates(there))


def test_a_duty_split_over_a_year_gives_each_period_once() -> None:
    who, calendar = whom("永兴县", task="poverty_relief"), statutory()
    year = expected(BOOK, who, date(2024, 1, 1), date(2024, 12, 31), calendar)
    months = [
        duty.key
        for month in periods("month", date(2024, 1, 1), date(2024, 12, 31))
        for duty in expected(BOOK, who, month.first, month.last or month.first, calendar)
    ]
    assert {duty.key for duty in year} == set(months)
    assert len(year) == len({duty.key for duty in year})
    assert sum(duty.rule.code == "deputy_visit" for duty in year) == 12


def test_a_beginning_that_is_missed_is_reminded_of_until_it_begins() -> None:
    duty = next(
        each
        for each in expected(BOOK, whom("赣州市"), date(2024, 1, 1), date(2024, 12, 31), statutory())
        if each.rule.code == "county_training"
    )
    none, begun = progress(duty, []), progress(duty, [Record(date(2024, 6, 1), "县委组织部", complete=False)])
    assert duty.waivable
    assert duty.words == "每年 1 次"
    told = reminder_for(duty, none, since=date(2024, 6, 22), today=date(2024, 6, 23))
    assert told is not None
    assert (told.of, told.kind, told.days) == ("beginning", "ahead", 7)
    late = reminder_for(duty, none, since=date(2024, 7, 4), today=date(2024, 7, 5))
    assert late is not None
    assert (late.of, late.kind, late.days) == ("beginning", "overdue", 5)
    end = reminder_for(duty, none, since=date(2024, 10, 1), today=date(2024, 10, 2))
    assert end is not None
    assert (end.of, end.kind, end.days) == ("end", "overdue", 2)
    # A record without its particulars is grey: it does not count as begun.
    assert state(duty, begun, date(2024, 7, 1)).label == "该启动没有启动"
    done = progress(duty, [Record(date(2024, 6, 1), "县委组织部")])
    assert reminder_for(duty, done, since=None, today=date(2024, 10, 2)) is None


# ── clocks ──

SHIFTS = st.sampled_from(["none", "workday_before", "workday_after"])
UNITS = st.sampled_from(["hours", "days", "workdays", "weeks", "months"])
YEARLY = st.sampled_from(["03-31", "12-31", "02-29"])
CLOCKS = st.one_of(
    st.builds(Clock, within=st.integers(1, 40), unit=UNITS, shift=SHIFTS),
    st.builds(Clock, same_day=st.just(True)),
    st.builds(Clock, by_day=st.integers(1, 31), shift=SHIFTS, cutoff_next=st.booleans()),
    st.builds(Clock, by_date=YEARLY, shift=SHIFTS, cutoff_next=st.booleans()),
)


@given(CLOCKS, st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30)), st.integers(0, 60))
def test_nothing_is_due_before_it_happened_nor_earlier_for_what_happened_later(
    clock: Clock, happened: datetime, later: int
) -> None:
    first = due_of(clock, happened, statutory())
    second = due_of(clock, happened + timedelta(days=later), statutory())
    assert first.day is not None
    assert second.day is not None
    assert happened.date() <= first.day <= second.day
    assert not first.late(happened)
    assert first.words


def test_a_working_day_of_a_year_not_announced_is_an_estimate() -> None:
    clock = Clock(within=3, unit="workdays")
    assert not due_of(clock, datetime(2026, 12, 1, 9), statutory()).estimate
    assert due_of(clock, datetime(2026, 12, 31, 9), statutory()).estimate
    promptly = due_of(Clock(promptly=True), datetime(2024, 9, 1), statutory())
    assert (promptly.day, promptly.words) == (None, "及时（文件没有写几天）")
    assert not promptly.late(datetime(2030, 1, 1))


@given(DAYS, st.integers(0, 400), st.integers(1, 60))
def test_reminders_run_daily_are_those_of_the_plan(begins: date, length: int, after: int) -> None:
    due = begins + timedelta(days=length)
    until = due + timedelta(days=after)
    day, sent = begins, []
    while day <= until:
        told = reminder(due, begins=begins, since=day - timedelta(days=1), today=day)
        if told is not None:
            assert told.day == day
            sent.append(day)
        day += timedelta(days=1)
    assert sent == list(reminder_days(due, begins=begins, until=until))


@given(DAYS, st.integers(1, 200), st.integers(0, 200))
def test_after_an_outage_the_latest_missed_one_is_sent_once(begins: date, length: int, off: int) -> None:
    due, stopped = begins + timedelta(days=length), begins
    today = stopped + timedelta(days=off)
    planned = [day for day in reminder_days(due, begins=begins, until=today) if day > stopped]
    told = reminder(due, begins=begins, since=stopped, today=today)
    assert (told.day if told else None) == (planned[-1] if planned else None)
    assert reminder(due, begins=begins, since=today, today=today) is None


def test_what_a_chain_follows_is_not_asked_for_a_second_time() -> None:
    who, moment = whom("永兴县"), datetime(2024, 9, 10, 15)
    assert deadlines_for(BOOK, who, "unexcused_absence", moment, statutory()) == ()
    chain, *_ = chains_for(BOOK, who, "unexcused_absence", moment)
    steps = follow(chain.rule, moment, {}, moment, statutory())
    assert [each.step.code for each in next_steps(steps)] == ["report"]
    assert [each.words for each in steps] == ["当天", "3 个工作日内", "1 个星期内"]
    assert [each.form_label for each in steps] == ["书面报告", "处理意见", "问责"]
    assert steps[2].step.outcomes == ("约谈", "批评教育", "诫勉谈话", "召回撤换")
    assert set(steps[2].step.about) == {"town:party_committee", "unit:leader"}


def test_rules_of_a_chain_are_those_of_the_events_day() -> None:
    who = whom("柳溪县")
    assert chains_for(BOOK, who, "unexcused_absence", datetime(2025, 2, 28, 12)) == ()
    assert chains_for(BOOK, who, "unexcused_absence", datetime(2025, 3, 1, 12)) != ()
    assert deadlines_for(BOOK, who, "emergency", datetime(2027, 1, 1), statutory()) == ()


# ── what the documents say ──


def _timed_clauses() -> Iterator[tuple[str, str, str]]:
    for pack in load_all().packs.values():
        for clause in pack.clause:
            if clause.topic in TIMED:
                yield pack.id, clause.id, clause.topic


@pytest.mark.parametrize(("pack_id", "clause_id", "topic"), list(_timed_clauses()), ids=lambda each: each)
def test_every_clause_of_these_topics_has_a_row(pack_id: str, clause_id: str, topic: str) -> None:
    pack = load_all().pack(pack_id)
    cited = {row.clause for each in TIMED for row in pack.rules(each)}
    cited |= {step.clause for row in pack.chain for step in row.steps}
    assert clause_id in cited
    assert any(row.clause == clause_id for row in pack.rules(topic))


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("common-rounding", "不足半天的舍去"), ("common-excused-night", "下午"), ("common-at-risk", "余量不超过 2 天"),
        ("common-part-obligation", "不足一次的按一次"), ("common-week-without-workdays", "整周"),
        ("common-unstated", "不算逾期"), ("common-counting-days", "次日起算"), ("common-each-unit", "按单位计"),
        ("yongxing-accountability", "处理意见"), ("yongxing-stays-within", "不在岗"), ("ganzhou-two-years", "2024"),
        ("ganzhou-september", "9月30日"), ("ganzhou-handover", "15 日"), ("zhumadian-25th", "其后查到的也并入下一次"),
    ],
)  # fmt: skip
def test_each_reading_behind_these_rules_is_written_and_cites_a_clause(key: str, words: str) -> None:
    reading = load_all().interpretations()[key]
    assert words in reading.says
    assert reading.why
    assert reading.clauses


@pytest.mark.parametrize(
    ("topic", "number", "changes", "why"),
    [
        ("quota", 0, {"at_least": 20.3}, "以半天为单位"),
        ("quota", 1, {"at_least": 10.5}, "以一夜为单位"),
        ("obligation", 0, {"due": "09-30"}, "per 只能是 year"),
        ("obligation", 0, {"starts": "06-30"}, "per 只能是 year"),
        ("obligation", 0, {"first_year": 2024}, "两年一次"),
        ("obligation", 0, {"per": "two_years"}, "两年一次"),
        ("obligation", 0, {"per": "year", "due": "09-30", "due_after": 3}, "只能写一种"),
        ("deadline", 0, {"clock": {"within": 2}}, "一起写"),
        ("deadline", 0, {"clock": {"same_day": True, "promptly": True}}, "只能写一种"),
    ],
)
def test_a_row_that_cannot_mean_anything_does_not_load(
    topic: str, number: int, changes: dict[str, Any], why: str
) -> None:
    with pytest.raises(PackError, match=why):
        build_pack(changed(topic, number, **changes), "柳溪县")


def test_steps_of_a_chain_name_only_steps_before_them() -> None:
    data = changed("chain", 0)
    steps = data["chain"][0]["steps"]
    for change, why in (
        ({"after": "opinion"}, "不在它前面"),
        ({"code": "call"}, "写了两次"),
        ({"code": "event"}, "event"),
    ):
        data["chain"][0]["steps"] = [steps[0], {**steps[1], **change}, steps[2]]
        with pytest.raises(PackError, match=why):
            build_pack(data, "柳溪县")

"""What must hold of periods and quotas whatever the dates, and whose rules they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy import dayset
from policy.days import Half
from policy.loader import build_pack, load_all
from policy.periods import (
    Window,
    clip,
    dates,
    evening_of,
    following,
    once,
    period_of,
    periods,
    previous,
    without,
)
from policy.quota import (
    Facts,
    Posting,
    QuotaState,
    halves_of,
    judge,
    need_of,
    owed_in_month,
    owed_in_period,
    tally,
)
from policy.whom import Whom, rules_for
from tests.policy.timed import BOOK, DAYS, changed, facts_in, period, statutory, whom, windows

PERS = st.sampled_from(["week", "month", "quarter", "half_year", "year", "two_years"])
QUOTAS = [
    (rule, pack.id) for pack in BOOK.packs.values() for rule in pack.quota
]  # fmt: skip


@st.composite
def facts_of(draw: st.DrawFn, inside: Window) -> Facts:
    assert inside.last is not None
    days = st.dates(inside.first, inside.last)
    halves = st.tuples(days, st.sampled_from(list(Half)))
    kinds = st.sampled_from(["leave", "trip", "duty", "training"])
    return facts_in(
        draw(st.frozensets(halves, max_size=40)), draw(st.frozensets(days, max_size=15)),
        draw(st.frozensets(days, max_size=10)), draw(st.dictionaries(halves, kinds, max_size=20)),
        draw(st.frozensets(halves, max_size=10)), draw(st.frozensets(days, max_size=5)),
    )  # fmt: skip


RANK = [QuotaState.MISSED, QuotaState.EXPLAINED, QuotaState.AT_RISK, QuotaState.REACHABLE, QuotaState.MET]


# ── periods ──


@given(PERS, DAYS, st.integers(0, 400))
def test_periods_follow_each_other_without_gap_or_overlap(per: str, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = periods(per, first, last)
    assert first in found[0]
    assert last in found[-1]
    for one, other in pairwise(found):
        assert one.last is not None
        assert other.first == one.last + timedelta(days=1)
        assert (following(one), previous(other)) == (other, one)
        assert one.key < other.key
    assert len({each.label for each in found}) == len(found)
    assert all(period_of(per, day) == each for each in found for day in (each.first, each.last) if day)


@given(DAYS)
def test_months_make_quarters_half_years_and_years(day: date) -> None:
    for per, parts in (("quarter", 3), ("half_year", 6), ("year", 12), ("two_years", 24)):
        whole = period_of(per, day)
        assert whole.last is not None
        months = periods("month", whole.first, whole.last)
        assert len(months) == parts
        assert sum(month.days for month in months) == whole.days


@given(st.lists(windows(), max_size=4), PERS, DAYS, st.lists(windows(), max_size=3))
def test_windows_clip_and_cut_like_sets_of_dates(
    posted: list[Window], per: str, day: date, taken: list[Window]
) -> None:
    inside = period_of(per, day)
    clipped = clip(posted, inside)
    known = {each for each in dates(posted) if each in inside}
    assert list(dates(clipped)) == sorted(known)
    assert clip(reversed(posted), inside) == clipped
    assert set(dates(without(clipped, taken))) == known - set(dates(taken))


def test_a_period_of_two_years_begins_where_the_rule_says() -> None:
    assert period_of("two_years", date(2025, 6, 1), first_year=2024).label == "2024—2025年"
    assert period_of("two_years", date(2025, 6, 1), first_year=2023).label == "2025—2026年"
    assert period_of("two_years", date(2022, 6, 1), first_year=2025).key == "2021-2022"


def test_what_has_no_rhythm_has_no_period() -> None:
    for per in ("once", "unstated"):
        with pytest.raises(ValueError, match="no rhythm"):
            period_of(per, date(2024, 1, 1))
    whole = once(date(2024, 3, 1))
    assert date(2030, 1, 1) in whole
    with pytest.raises(ValueError, match="nothing follows"):
        following(whole)


@pytest.mark.parametrize(
    ("moment", "evening"),
    [
        ("2024-09-10 18:00", 10),
        ("2024-09-10 23:59", 10),
        ("2024-09-11 00:00", 10),
        ("2024-09-11 05:59", 10),
        ("2024-09-11 06:00", 11),
    ],
)
def test_a_night_belongs_to_its_evening_until_six(moment: str, evening: int) -> None:
    assert evening_of(datetime.fromisoformat(moment)) == date(2024, 9, evening)


# ── quotas ──


@settings(max_examples=60)
@given(st.sampled_from(QUOTAS), DAYS, st.data())
def test_more_days_there_are_never_worse(quota: Any, day: date, data: st.DataObject) -> None:
    rule, pack_id = quota
    whole = period_of(rule.per, day)
    need = need_of(rule, pack_id, whole, [Window(date(2024, 1, 1))], statutory())
    known = data.draw(facts_of(whole.window))
    through = data.draw(st.dates(whole.first, whole.last or whole.first))
    more = data.draw(st.tuples(st.dates(whole.first, whole.last or whole.first), st.sampled_from(list(Half))))
    added = halves_of([more])
    there = (known.on_post[0] | added[0], known.on_post[1] | added[1])
    fuller = replace(known, on_post=there, nights=known.nights | dayset.one(more[0]))
    before, after = (
        judge(need, tally(need, each, statutory(), known_through=through)) for each in (known, fuller)
    )
    assert after.tally.done >= before.tally.done
    assert RANK.index(after.state) >= RANK.index(before.state)
    assert before.reachable + before.tally.excused <= need.capacity


@settings(max_examples=50)
@given(st.sampled_from(QUOTAS), DAYS, st.data())
def test_the_order_of_facts_never_matters(quota: Any, day: date, data: st.DataObject) -> None:
    rule, pack_id = quota
    whole = period_of(rule.per, day)
    known = data.draw(facts_of(whole.window))
    turned = replace(known, away=dict(reversed(list(known.away.items()))))
    posted = data.draw(st.lists(windows(), min_size=1, max_size=4))
    shuffled = data.draw(st.permutations(posted))
    results = [
        judge(need, tally(need, each, statutory(), known_through=day))
        for each, order in ((known, posted), (turned, shuffled))
        for need in [need_of(rule, pack_id, whole, order, statutory())]
    ]
    assert results[0] == results[1]


@given(st.sampled_from(QUOTAS), DAYS, st.integers(0, 40))
def test_a_posting_cut_in_two_owes_what_the_whole_owes(quota: Any, day: date, into: int) -> None:
    rule, pack_id = quota
    whole = period_of(rule.per, day)
    cut = whole.first + timedelta(days=into)
    parts = [Window(date(2023, 1, 1), cut), Window(cut + timedelta(days=1))]
    one = need_of(rule, pack_id, whole, [Window(date(2023, 1, 1))], statutory())
    assert need_of(rule, pack_id, whole, parts, statutory()) == one
    if rule.part_period == "scale":
        apart = [need_of(rule, pack_id, whole, [part], statutory()) for part in parts]
        assert sum(need.halves for need in apart) <= one.halves
        assert sum(need.capacity for need in apart) == one.capacity


@given(st.sampled_from(QUOTAS), DAYS, windows(), windows())
def test_being_posted_longer_never_asks_less(quota: Any, day: date, one: Window, other: Window) -> None:
    rule, pack_id = quota
    whole = period_of(rule.per, day)
    less = need_of(rule, pack_id, whole, [one], statutory())
    more = need_of(rule, pack_id, whole, [one, other], statutory())
    assert 0 <= less.halves <= more.halves
    if rule.cap == "workdays":
        assert more.halves <= more.capacity


def test_one_quota_for_a_person_inside_a_county_and_one_each_in_two() -> None:
    who = whom("驻马店市")
    first, second = Window(date(2024, 1, 1), date(2024, 9, 16)), Window(date(2024, 9, 17))
    september = period("2024-09")
    for counties, number in ((("甲", "甲"), 1), (("甲", "乙"), 2)):
        posted = [Posting(who, county, each) for county, each in zip(counties, (first, second), strict=True)]
        for order in (posted, posted[::-1]):
            needs = owed_in_period(BOOK, order, september, statutory())
            assert len(needs) == number
            assert sum(need.capacity for need in needs) == 42
    unfinished = owed_in_period(BOOK, [Posting(who, "甲", second)], september, statutory())
    assert unfinished[0].part
    assert owed_in_month(BOOK, [Posting(who, "甲", first)], period("2024-10"), statutory()) == ()


def test_the_sentence_gives_need_done_missing_and_what_is_left() -> None:
    rule = BOOK.pack("zhumadian").quota[0]
    need = need_of(rule, "zhumadian", period("2024-09"), [Window(date(2024, 1, 1))], statutory())
    known = facts_in(
        on_post=frozenset((date(2024, 9, day), half) for day in (2, 3, 4) for half in Half),
        away={(date(2024, 9, 5), Half.PM): "leave"},
        pending=frozenset({(date(2024, 9, 5), Half.AM)}),
    )
    result = judge(need, tally(need, known, statutory(), known_through=date(2024, 9, 6)))
    assert (
        result.text
        == "应在岗 20 个工作日，已在岗 3 天，还差 17 天；后面还有 16 天可计；待核 0.5 天；有因 0.5 天"
    )


# ── whose rules ──


def test_silent_documents_say_by_which_clause_no_days_are_asked() -> None:
    for place, clause in (("普宁市", "puning-6-residence"), ("赣州市", "ganzhou-3-residence")):
        holding = rules_for(BOOK, "quota", whom(place), date(2025, 1, 1))
        assert (holding.outcome, holding.clauses) == ("unspecified", (clause,))
        assert "没有写" in holding.says
        posted = [Posting(whom(place), "", Window(date(2025, 1, 1)))]
        assert owed_in_month(BOOK, posted, period("2025-01"), statutory()) == ()
    assert rules_for(BOOK, "quota", whom("新丰县"), date(2025, 1, 1)).outcome == "none"


def answering(**tables: Any):
    data = {
        "pack": {
            "id": "dongguan", "title": "东莞市驻镇帮扶工作队管理办法", "issuer": "东莞市", "from": "2025-01-01",
            "region": {"code": "445281000000", "name": "普宁市", "level": "county"}, "team_kinds": ["town"],
            "managing_office": "county:agriculture", "under": "puning", "answers": ["dispatching_authority"],
        },
        "clause": [
            {"id": "dongguan-1", "article": "第一条", "kind": "attendance", "mode": "enforce", "topic": "quota", "text": "每月在岗 22 天"}
        ],
        **tables,
    }  # fmt: skip
    return build_pack(data, "东莞市")


def test_another_authoritys_quota_holds_only_for_its_own_people() -> None:
    row = {
        "clause": "dongguan-1", "code": "month_days", "label": "每月 22 天", "per": "month", "measure": "on_post",
        "on": "any_day", "at_least": 22.0,
    }  # fmt: skip
    book = BOOK.with_packs(answering(quota=[row]))
    ours, theirs = whom("普宁市"), whom("普宁市", dispatched_by="partner_city")
    on = date(2025, 3, 1)
    assert rules_for(book, "quota", ours, on).outcome == "unspecified"
    assert book.resolve("quota", ours.region_codes, "town", on).rules == ()
    found = rules_for(book, "quota", theirs, on)
    assert [rule.at_least for rule in found.rules] == [22]
    assert found.clauses == ("dongguan-1", "puning-10-scope")
    assert rules_for(book, "quota", theirs, date(2024, 12, 31)).outcome == "unspecified"
    # Nothing registered on reports: the document itself applies, and says whose rules came first.
    reports = rules_for(book, "report", theirs, on)
    assert {rule.code for rule in reports.rules} == {"half_year_report", "long_plan", "year_plan"}
    assert reports.yield_to == ("派出方的驻镇帮镇扶村工作队管理制度",)


def test_a_person_who_is_first_secretary_too_is_asked_as_one() -> None:
    data = changed("quota", 2, roles=["first_secretary"])
    book = load_all().with_packs(build_pack(data, "柳溪县"))
    week = period("2025-W37")
    for who, number in ((whom("柳溪县"), 0), (whom("柳溪县", role="first_secretary"), 1)):
        assert (
            len(owed_in_period(book, [Posting(who, "", Window(date(2025, 1, 1)))], week, statutory()))
            == number
        )
    both = Whom(("990101000000",), "village", also_first_secretary=True)
    assert len(owed_in_period(book, [Posting(both, "", Window(date(2025, 1, 1)))], week, statutory())) == 1

"""What a leave decision says beyond its tier: joins, counts, words, what is stored."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date

import pytest

from policy.leave import LeaveDecision, decide_leave, leave_types
from policy.loader import load_all, load_pack, load_text
from tests.policy.helpers import HERE, OCTOBER_2024, WEEKS, case, earlier, span

BOOK = load_all()
VILLAGE = {"region_codes": ("411722000000", "411700000000"), "team_kind": "village"}


def decide(whole, calendar=WEEKS, book=BOOK, **changes) -> LeaveDecision:
    return decide_leave(book, case(whole, **changes), calendar)


def parties(decision: LeaveDecision) -> list[tuple[str, ...]]:
    return [step.parties for step in decision.steps]


def test_tiers_are_shown_in_disjoint_words_with_one_active() -> None:
    decision = decide(span("2024-09-02", "2024-09-05"))
    assert [(row.label, row.who, row.active) for row in decision.tiers] == [
        ("不超过 3 天", "队长批准", False),
        ("超过 3 天至 5 天", "驻地乡镇（街道、农场）党（工）委书记批准", True),
        ("超过 5 天", "市农业农村局批准", False),
    ]
    assert {row.article for row in decision.tiers} == {"第六条"}


def test_text_names_who_decides_who_is_told_and_the_clause() -> None:
    assert decide(span("2024-09-02", "2024-09-05")).text == (
        "共 4 天，由驻地乡镇（街道、农场）党（工）委书记批准。依据：普市农办函〔2024〕4号第六条。知会队长。"
    )
    joint = decide(span("2024-09-02", "2024-09-09am"), **VILLAGE)
    assert joint.text.startswith("共 7.5 天，由县（区）委组织部、县（区）乡村振兴局和派出单位共同批准。")
    filed = decide(span("2024-09-02", "2024-09-08"), **VILLAGE)
    assert "并报县（区）委组织部和县（区）乡村振兴局备案" in filed.text


def test_upward_is_the_sole_decider_above_and_never_part_of_a_joint_decision() -> None:
    assert decide(span("2024-09-02", "2024-09-04")).upward == ("town:party_secretary", "county:agriculture")
    assert decide(span("2024-09-02", "2024-09-05")).upward == ("county:agriculture",)
    assert decide(span("2024-09-02", "2024-09-09")).upward == ()
    assert decide(span("2024-09-02", "2024-09-04"), **VILLAGE).upward == ()


def test_touching_leave_is_routed_by_the_whole_length() -> None:
    decision = decide(
        span("2024-09-09", "2024-09-10"), earlier=(earlier("0231", "2024-09-05", "2024-09-06"),)
    )
    assert decision.absence_halves == 4
    assert decision.total_halves == 12
    assert parties(decision) == [("county:agriculture",)]
    assert decision.joined is not None
    assert decision.joined.refs == ("0231",)
    assert (decision.joined.alone_label, decision.joined.alone_who) == ("不超过 3 天", "队长批准")
    assert "按 6 天算（9月5日至9月10日）；单算 2 天由队长批准" in decision.text
    assert "common-touching" in [each.id for each in decision.interpretations]
    assert decision.as_json()["days"] == 2


def test_leave_joins_through_another_and_on_both_sides() -> None:
    decision = decide(
        span("2024-09-11", "2024-09-11"),
        earlier=(
            earlier("later", "2024-09-12", "2024-09-12am"),
            earlier("first", "2024-09-09", "2024-09-09", "sick"),
            earlier("second", "2024-09-10", "2024-09-10"),
            earlier("far", "2024-08-01", "2024-08-02"),
        ),
    )
    assert decision.joined is not None
    assert decision.joined.refs == ("first", "second", "later")
    assert decision.total_halves == 7
    assert parties(decision) == [("town:party_secretary",)]


@pytest.mark.parametrize(
    ("kind", "first", "last", "joins"),
    [
        ("personal", "2024-09-30", "2024-09-30", True),
        ("sick", "2024-09-30", "2024-09-30", True),
        ("personal", "2024-09-30", "2024-09-30am", False),
        ("maternity", "2024-07-01", "2024-09-30", False),
        ("personal", "2024-09-27", "2024-09-27", False),
    ],
    ids=[
        "across the holiday",
        "of another type",
        "an afternoon between",
        "after maternity",
        "a worked Sunday between",
    ],
)
def test_what_touches_across_the_national_day(kind: str, first: str, last: str, joins: bool) -> None:
    decision = decide(
        span("2024-10-08", "2024-10-08"), OCTOBER_2024, earlier=(earlier("x", first, last, kind),)
    )
    assert (decision.joined is not None) is joins


def test_maternity_leave_itself_joins_the_leave_before_it() -> None:
    decision = decide(
        span("2024-09-09", "2024-09-10"),
        type="maternity",
        earlier=(earlier("x", "2024-09-06", "2024-09-06"),),
    )
    assert decision.joined is not None
    after = decide(
        span("2024-09-02", "2024-09-03"),
        type="maternity",
        earlier=(earlier("x", "2024-09-04", "2024-09-04"),),
    )
    assert after.joined is None


def test_a_region_may_switch_touching_off() -> None:
    decision = decide(
        span("2024-09-09", "2024-09-10"),
        earlier=(earlier("x", "2024-09-05", "2024-09-06"),),
        join_touching=False,
    )
    assert decision.joined is None
    assert parties(decision) == [("team:captain",)]


def test_tier_counts_calendar_days_and_annual_leave_charges_working_days() -> None:
    annual = decide(span("2024-09-30", "2024-10-08"), OCTOBER_2024, type="annual")
    assert (annual.absence_halves, annual.charged_halves) == (18, 4)
    assert parties(annual) == [("county:agriculture",)]
    personal = decide(span("2024-09-30", "2024-10-08"), OCTOBER_2024)
    assert (personal.absence_halves, personal.charged_halves) == (18, 18)
    halves = decide(span("2024-09-06pm", "2024-09-09am"), type="annual")
    assert (halves.absence_halves, halves.charged_halves) == (6, 2)


def test_types_are_those_of_the_region_in_the_order_of_the_form() -> None:
    types = leave_types(BOOK, ("445281000000",), "town", date(2024, 9, 1))
    assert [each.label for each in types][:4] == ["事假", "病假", "年休假", "婚假"]
    assert {each.counting for each in types if each.code == "annual"} == {"workdays"}
    assert all(each.law for each in types)


def test_frozen_decision_is_plain_json_and_reads_back_without_the_rules() -> None:
    for changes in (
        {},
        {"earlier": (earlier("0231", "2024-08-29", "2024-08-30"),)},
        {"role": "first_secretary"},
        {"dispatched_by": "province"},
        {"region_codes": ("440233000000",)},
        {"region_codes": ("110101000000",)},
        VILLAGE,
    ):
        decision = decide(span("2024-09-02", "2024-09-05am"), **changes)
        stored = json.loads(json.dumps(decision.frozen(), ensure_ascii=False))
        thawed = LeaveDecision.thaw(stored)
        assert thawed == decision
        assert thawed.as_json() == decision.as_json()
        assert thawed.tiers == decision.tiers
        assert thawed.joined == decision.joined


def test_a_decision_stored_by_an_unknown_version_is_not_guessed_at() -> None:
    stored = decide(span("2024-09-02", "2024-09-05")).frozen() | {"version": 99}
    with pytest.raises(ValueError, match="99"):
        LeaveDecision.thaw(stored)


def test_a_place_without_any_document_is_unspecified_and_names_nobody() -> None:
    decision = decide(span("2024-09-02", "2024-09-05"), region_codes=("110101000000",))
    assert (decision.outcome, decision.pack_id, decision.managing_office) == ("unspecified", None, None)
    assert "还没有登记适用的文件" in decision.text
    assert decision.clauses == ()


def test_a_village_team_is_not_ruled_by_a_document_on_town_teams() -> None:
    decision = decide(span("2024-09-02", "2024-09-05"), team_kind="village")
    assert decision.outcome == "unspecified"


def test_a_document_to_be_confirmed_says_so() -> None:
    decision = decide(span("2024-09-02", "2024-09-05"), region_codes=("431023000000",), team_kind="village")
    assert decision.status == "to_be_confirmed"
    assert "待县里确认" in decision.text


LOCAL_FIRST_SECRETARY = """
[pack]
id = "puning_first_secretary"
title = "普宁市驻村第一书记请销假制度"
issuer = "中共普宁市委组织部"
from = 2024-10-01
region = { code = "445281000000", name = "普宁市", level = "county" }
team_kinds = ["town"]
managing_office = "county:organization"
under = "puning"
answers = ["first_secretary"]

[[leave]]
roles = ["first_secretary"]
tiers = [{ clause = "puning_first_secretary-1", steps = [{ any = ["county:organization"] }] }]

[[clause]]
id = "puning_first_secretary-1"
article = "第一条"
kind = "leave"
mode = "enforce"
topic = "leave"
text = "驻村第一书记请假由市委组织部批准"
"""


def test_a_registered_rule_answers_the_yield_from_its_own_date() -> None:
    book = BOOK.with_packs(load_text(LOCAL_FIRST_SECRETARY))
    before = decide(
        span("2024-10-08", "2024-10-08"), book=book, also_first_secretary=True, asked_on=date(2024, 9, 30)
    )
    assert before.outcome == "yields"
    after = decide(
        span("2024-10-08", "2024-10-08"), book=book, also_first_secretary=True, asked_on=date(2024, 10, 1)
    )
    assert after.outcome == "route"
    assert parties(after) == [("county:organization",)]
    assert after.clauses == ("puning_first_secretary-1", "puning-6-first-secretary")
    assert "还没有登记" not in after.text
    plain = decide(span("2024-10-08", "2024-10-08"), book=book, asked_on=date(2024, 10, 1))
    assert parties(plain) == [("team:captain",)]


LOCAL_SHANGCAI = """
[pack]
id = "shangcai"
title = "上蔡县驻村工作队请销假制度"
number = "上驻办〔2025〕1号"
issuer = "上蔡县驻村办"
from = 2025-01-01
region = { code = "411722000000", name = "上蔡县", level = "county" }
team_kinds = ["village"]
managing_office = "county:rural_revitalization"
under = "zhumadian"

[[leave]]
roles = ["member"]
tiers = [
  { upto = 2, clause = "shangcai-3", steps = [{ any = ["team:captain"] }] },
  { clause = "shangcai-4", steps = [{ any = ["town:party_secretary"] }, { any = ["county:organization"] }] },
]

[[clause]]
id = "shangcai-3"
article = "第三条"
kind = "leave"
mode = "enforce"
topic = "leave"
text = "队员请假 2 天以内由队长批准"

[[clause]]
id = "shangcai-4"
article = "第四条"
kind = "leave"
mode = "enforce"
topic = "leave"
text = "超过 2 天由乡镇党委书记批准后报县委组织部批准"
"""


def test_a_county_rule_replaces_the_city_rule_from_its_own_date_for_its_own_roles() -> None:
    book = BOOK.with_packs(load_text(LOCAL_SHANGCAI))
    short = span("2025-01-06", "2025-01-07")
    assert decide(short, book=book, asked_on=date(2024, 12, 31), **VILLAGE).clauses == ("zhumadian-16-7",)
    ours = decide(short, book=book, asked_on=date(2025, 1, 1), **VILLAGE)
    assert ours.clauses == ("shangcai-3", "zhumadian-16-local")
    assert ours.pack_id == "shangcai"
    assert "上驻办〔2025〕1号第三条；驻巩固衔接办〔2022〕16号第十六条" in ours.text
    captain = decide(short, book=book, asked_on=date(2025, 1, 1), role="captain", **VILLAGE)
    assert captain.clauses == ("zhumadian-16-7",)
    neighbour = {"region_codes": ("411721000000", "411700000000"), "team_kind": "village"}
    assert decide(short, book=book, asked_on=date(2025, 1, 1), **neighbour).clauses == ("zhumadian-16-7",)


def test_steps_in_sequence_are_told_in_order() -> None:
    book = BOOK.with_packs(load_text(LOCAL_SHANGCAI))
    decision = decide(span("2025-01-06", "2025-01-08"), book=book, asked_on=date(2025, 1, 1), **VILLAGE)
    assert parties(decision) == [("town:party_secretary",), ("county:organization",)]
    assert "先由乡镇（街道）党（工）委书记批准，再由县（区）委组织部批准" in decision.text


LIUXI = {"region_codes": ("990101000000",), "team_kind": "village"}


def test_a_made_up_place_is_one_data_file() -> None:
    book = BOOK.with_packs(load_pack(HERE / "made_up.toml"))
    asked = {"asked_on": date(2025, 3, 3), **LIUXI}
    either = decide(span("2025-03-03", "2025-03-04"), book=book, **asked)
    assert [(step.mode, step.parties) for step in either.steps] == [
        ("any", ("team:captain", "town:party_secretary"))
    ]
    assert "队长、乡镇党委书记中任一方批准" in either.text
    reviewed = decide(span("2025-03-03", "2025-03-07am"), book=book, **asked)
    assert [(step.voice, step.parties) for step in reviewed.steps] == [
        ("opinion", ("town:party_secretary",)),
        ("decide", ("county:stationing_office",)),
    ]
    assert reviewed.filings == ("unit:leader",)
    assert "先由乡镇党委书记审核，再由县驻村办批准，并报派出单位备案" in reviewed.text
    joint = decide(span("2025-03-03", "2025-03-07"), book=book, **asked)
    assert [(step.mode, step.parties) for step in joint.steps][1] == (
        "all",
        ("county:organization", "county:stationing_office"),
    )
    marriage = decide(span("2025-03-07", "2025-03-10"), book=book, type="marriage", **asked)
    assert parties(marriage) == [("county:organization",)]
    assert (marriage.absence_halves, marriage.charged_halves) == (8, 4)


@pytest.mark.parametrize(
    ("asked_on", "clauses"),
    [
        ("2025-02-28", ()),
        ("2025-03-01", ("liuxi-5-2",)),
        ("2025-12-31", ("liuxi-5-2",)),
        ("2026-01-01", ("liuxi-5-2026",)),
        ("2026-12-31", ("liuxi-5-2026",)),
        ("2027-01-01", ()),
    ],
)
def test_rules_of_a_made_up_place_change_on_their_dates(asked_on: str, clauses: tuple[str, ...]) -> None:
    book = BOOK.with_packs(load_pack(HERE / "made_up.toml"))
    decision = decide(
        span("2027-03-01", "2027-03-01"), book=book, asked_on=date.fromisoformat(asked_on), **LIUXI
    )
    assert decision.clauses == clauses
    if not clauses:
        assert "施行" in decision.text


def test_plain_cases_are_decided_fast() -> None:
    """A floor far under what is measured (about 600,000 a second), so that only a real loss fails."""
    plain = case(span("2024-09-02", "2024-09-04"))
    started = time.process_time()
    for _ in range(20_000):
        decide_leave(BOOK, plain, WEEKS)
    assert 20_000 / (time.process_time() - started) > 50_000


def test_memory_of_answers_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.leave._MEMORY", 200)
    book = BOOK.with_packs()
    plain = case(span("2024-09-02", "2024-09-04"))
    for number in range(250):
        decide_leave(book, replace(plain, asked_on=date.fromordinal(739_000 + number)), WEEKS)
        assert 0 < len(book.memory) <= 200

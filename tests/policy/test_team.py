"""What must hold of the rules about the team beyond single cases: exceptions, evidence, yields, local rules, duties."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.ages import add_months, add_years, age_on, full_years, last_day_of_term
from policy.assessment import EVIDENCE_LABELS, NEVER_EVIDENCE, assessment_plan, effects
from policy.basis import plain
from policy.composition import TeamFacts, TeamMember, check_team, rotation_day
from policy.eligibility import GRADE_RANKS, RANK_LABELS, Candidate, check_candidate
from policy.errors import PackError, PolicyInputError
from policy.filings import Change, change_plan, on_post_together, reasons_for
from policy.findings import STATE_LABELS, FindingState, Waiving, verdict
from policy.funds import ACT_LABELS, allocations, routes, who_signs
from policy.loader import clauses_used, load_text
from policy.management import (
    attendance_officers,
    disciplines,
    duty_headings,
    may_both_see,
    party_relation_place,
    procedures,
)  # fmt: skip
from policy.periods import Window
from policy.support import HELPER_LABELS, stipend
from policy.team_topics import Evidence, FundAct, Helper, Rank
from policy.whom import Whom
from tests.policy.helpers import HERE
from tests.policy.timed import BOOK, statutory, whom

ON = date(2024, 12, 2)
MY_KINDS = {
    "fund", "support", "eligibility", "composition", "assessment", "filing", "pairing", "discipline", "duty",
    "management", "leave", "scope",
}  # fmt: skip

with (HERE / "clauses.csv").open(encoding="utf-8", newline="") as handle:
    CLAUSES = [row for row in csv.DictReader(handle) if row["kind"] in MY_KINDS]


@pytest.mark.parametrize("row", CLAUSES, ids=[row["id"] for row in CLAUSES])
def test_every_clause_is_carried_by_a_rule_and_not_only_listed(row: dict[str, str]) -> None:
    assert row["id"] in clauses_used(BOOK.pack(row["pack"]))


class TestExceptions:
    CANDIDATE = Candidate(
        born="1968-01", party="full", full_member_since=date(2000, 7, 1), rank="section", sent_by="lead",
        confirmed=frozenset({"优秀干部"}),
    )  # fmt: skip
    CAPTAIN = whom("新丰县", role="captain")

    def test_an_age_over_the_usual_needs_a_reason_and_a_name(self) -> None:
        found = check_candidate(BOOK, self.CAPTAIN, self.CANDIDATE, ON)
        before = verdict(found)
        assert not before.passes
        assert [each.code for each in before.to_waive] == ["captain_age"]
        after = verdict(found, [Waiving("captain_age", "县里只有他熟悉这项工作", "县委组织部 王某")])
        assert after.passes
        assert [each.code for each in after.waived] == ["captain_age"]

    @pytest.mark.parametrize(("reason", "by", "field"), [("", "王某", "reason"), ("有特长", "  ", "by")])
    def test_no_exception_without_both(self, reason: str, by: str, field: str) -> None:
        found = check_candidate(BOOK, self.CAPTAIN, self.CANDIDATE, ON)
        with pytest.raises(PolicyInputError, match="队长一般 50 周岁以下") as caught:
            verdict(found, [Waiving("captain_age", reason, by)])
        assert caught.value.field == field

    def test_what_must_be_has_no_exception(self) -> None:
        found = check_candidate(BOOK, self.CAPTAIN, Candidate(party="probationary"), ON)
        with pytest.raises(PolicyInputError, match="没有例外"):
            verdict(found, [Waiving("captain_party", "表现突出", "王某")])
        assert [each.code for each in verdict(found).barred] == ["captain_party", "captain_party_years"]

    def test_what_is_met_or_unknown_needs_none(self) -> None:
        found = check_candidate(BOOK, self.CAPTAIN, self.CANDIDATE, ON)
        with pytest.raises(PolicyInputError, match="不用例外"):
            verdict(found, [Waiving("captain_rank", "理由", "王某")])
        with pytest.raises(PolicyInputError, match="没有“height”"):
            verdict(found, [Waiving("height", "理由", "王某")])

    def test_a_preference_bars_nobody_and_what_is_missing_does(self) -> None:
        member = Candidate(born="1990-01", party="none", sent_by="participating")
        found = check_candidate(BOOK, whom("新丰县"), member, ON)
        assert {each.code: each.state for each in found}["member_prefer_party"] is FindingState.ADVISORY
        assert verdict(found).passes
        unknown = verdict(check_candidate(BOOK, whom("新丰县"), Candidate(), ON))
        assert not unknown.passes
        assert {each.code for each in unknown.missing} == {"member_from_participating", "member_age"}

    @given(
        st.sampled_from(["新丰县", "赣州市", "驻马店市"]), st.booleans(), st.sampled_from(["city", "county"])
    )
    def test_nothing_that_must_be_is_ever_waivable(self, place: str, first: bool, sent: str) -> None:
        asked = whom(place, role="captain", also_first_secretary=first, dispatched_by=sent)  # type: ignore[arg-type]
        worst = Candidate(
            born="1950-01", party="none", rank="staff", unit_kind="organ", sent_by="participating",
            in_discipline=True, poor=True, temporary=True, passed_down=True,
        )  # fmt: skip
        for each in check_candidate(BOOK, asked, worst, ON):
            if each.modality in ("must", "must_not"):
                assert each.state is not FindingState.WAIVABLE
            if each.modality in ("generally", "in_principle", "prefer"):
                assert each.state is not FindingState.NOT_WAIVABLE


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        (Candidate(born="1974-13"), "出生年月要写成"),
        (Candidate(born="1974年9月"), "出生年月要写成"),
        (Candidate(born="2025-01"), "不能晚于"),
        (Candidate(rank="emperor"), "没有“emperor”这种职级"),
        (Candidate(full_member_since=date(2025, 1, 1)), "转正日期不能晚于"),
    ],
)
def test_what_cannot_be_known_of_a_person_is_refused_with_a_sentence(
    candidate: Candidate, words: str
) -> None:
    with pytest.raises(PolicyInputError, match=words):
        check_candidate(BOOK, whom("新丰县", role="captain"), candidate, ON)


MONTHS = st.builds(lambda y, m: f"{y}-{m:02d}", st.integers(1950, 2005), st.integers(1, 12))
DAYS = st.dates(date(2006, 1, 1), date(2060, 12, 31))


@given(MONTHS, DAYS)
def test_age_grows_by_one_in_the_birth_month_and_at_no_other_time(born: str, on: date) -> None:
    month_before = add_months(on.replace(day=1), -1)
    grown = age_on(born, on) - age_on(born, month_before)
    assert grown == (on.month == int(born[5:]))


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(1, 30))
def test_a_year_is_full_on_its_day_and_not_the_day_before(since: date, years: int) -> None:
    whole = add_years(since, years)
    assert full_years(since, whole) == years
    assert full_years(since, whole - timedelta(days=1)) == years - 1
    assert last_day_of_term(since, years) == whole - timedelta(days=1)


class TestEvidence:
    @pytest.mark.parametrize("word", ["app_logins", "online_hours", "sign_in_count", "points"])
    def test_a_document_that_names_the_use_of_an_app_does_not_load(self, word: str) -> None:
        text = (HERE / "made_up.toml").read_text(encoding="utf-8")
        told = text.replace(
            'evidence = ["attendance", "achievements"]', f'evidence = ["attendance", "{word}"]'
        )
        assert told != text
        with pytest.raises(PackError, match="只能是"):
            load_text(told, "liuxi.toml")

    @pytest.mark.parametrize("place", ["普宁市", "新丰县", "驻马店市", "永兴县", "赣州市", "柳溪县"])
    def test_every_plan_rests_on_the_closed_list(self, place: str) -> None:
        plan = assessment_plan(BOOK, whom(place), "annual", date(2025, 12, 1))
        assert plan.evidence
        assert set(plan.evidence) <= set(EVIDENCE_LABELS)
        assert not any(
            "登录" in EVIDENCE_LABELS[each] or "在线" in EVIDENCE_LABELS[each] for each in plan.evidence
        )
        assert "有因未达" in NEVER_EVIDENCE

    def test_a_document_may_name_its_own(self) -> None:
        assert assessment_plan(BOOK, whom("柳溪县"), "annual", date(2025, 12, 1)).evidence == (
            "attendance", "achievements",
        )  # fmt: skip

    def test_what_results_and_records_count_towards(self) -> None:
        found = {each.what: each for each in effects(BOOK, whom("赣州市"), ON)}
        assert found["unit_scoring"].evidence == ("attendance",)
        assert found["unit_scoring"].used_for == ("单位驻村帮扶工作考评", "机关党建工作考评")
        used = {each.what: each.used_for for each in effects(BOOK, whom("新丰县"), ON)}
        assert used["use_of_result"] == ("评选评优", "提拔使用", "晋升职级", "评定职称")
        assert "尽职免责" in used["exemption"]

    def test_an_assessment_nobody_knows_is_refused(self) -> None:
        with pytest.raises(PolicyInputError, match="没有“weekly”这种考核"):
            assessment_plan(BOOK, whom("普宁市"), "weekly", ON)


class TestMoney:
    def test_the_county_of_新丰_owes_210_thousand_a_year(self) -> None:
        town = allocations(BOOK, whom("新丰县"), ON)
        village = allocations(BOOK, Whom(("440233000000",), "village"), ON)
        assert [each.total for each in (*town, *village)] == [150_000, 60_000]
        assert "主要用于乡村振兴宣传和日常工作开支" in town[0].text
        assert "5 万元" in town[0].text
        assert {"xinfeng-work-fund-each", "xinfeng-work-fund-use"} <= {e.id for e in town[0].interpretations}

    def test_赣州_owes_by_the_end_of_march_and_more_than_nothing(self) -> None:
        work, support = allocations(BOOK, whom("赣州市"), date(2025, 2, 1))
        assert (work.amount, work.at_least, work.due) == (10_000, True, date(2025, 3, 31))
        assert work.clauses == ("ganzhou-3-fund", "ganzhou-3-q1")
        assert "3月31日前" in work.text
        assert not work.late(0, date(2025, 3, 31))
        assert work.late(9_999, date(2025, 4, 1))
        assert not work.late(12_000, date(2025, 4, 1))
        assert (support.amount, support.short(0), support.total) == (None, 0, None)

    def test_永兴_s_money_passes_through_the_town(self) -> None:
        (route,) = routes(BOOK, whom("永兴县"), ON)
        assert route.stops == ("县财政", "乡镇财政所", "村")
        assert routes(BOOK, whom("普宁市"), ON) == ()
        (captain,) = allocations(BOOK, Whom(("431023000000",), "town"), ON)
        assert captain.paid_to == "town:finance"
        assert captain.text.startswith("驻镇工作队队长工作经费：每名队长每年不少于 1 万元")

    def test_only_use_and_mostly_are_told_apart(self) -> None:
        (quarter,) = allocations(BOOK, whom("柳溪县"), date(2025, 6, 1))
        assert "只能用于走访慰问" in quarter.text
        assert quarter.total == 36_000

    def test_an_act_nobody_knows_is_refused(self) -> None:
        with pytest.raises(PolicyInputError, match="没有“gift”"):
            who_signs(BOOK, whom("普宁市"), "gift", ON)


class TestChanges:
    def test_two_people_hold_one_post_for_the_days_of_the_handover(self) -> None:
        asked = whom("赣州市", dispatched_by="city")
        plan = change_plan(BOOK, asked, Change("adjustment", date(2024, 9, 2), "illness"), statutory())
        both = [date(2024, 8, 1) + timedelta(n) for n in range(90)]
        held = [day for day in both if on_post_together(plan, day)]
        assert (held[0], held[-1]) == (date(2024, 9, 2), date(2024, 9, 17))
        elsewhere = change_plan(BOOK, whom("驻马店市"), Change("adjustment", date(2024, 9, 2)), statutory())
        assert not any(on_post_together(elsewhere, day) for day in both)

    def test_the_reasons_to_choose_from_are_those_of_the_document(self) -> None:
        assert reasons_for(BOOK, whom("赣州市"), ON) == {
            "illness": "因病", "unit_change": "工作单位变动", "poor_performance": "履职不力", "other": "其他特殊原因",
        }  # fmt: skip
        assert reasons_for(BOOK, whom("驻马店市"), ON) == {}

    def test_the_member_counted_twice_in_the_handover_is_counted_once(self) -> None:
        people = (TeamMember("a"), TeamMember("b"), TeamMember("new"), TeamMember("old", leaving=True))
        (size,) = [
            each for each in check_team(BOOK, whom("驻马店市"), TeamFacts(people), ON) if each.code == "size"
        ]
        assert size.says == "现有 3 人，交接的 1 人不重复计"

    def test_rotation_is_due_three_years_after_the_posting(self) -> None:
        assert rotation_day(BOOK, whom("新丰县"), date(2021, 9, 10), ON) == date(2024, 9, 9)
        assert rotation_day(BOOK, whom("普宁市"), date(2021, 9, 10), ON) is None

    def test_a_change_nobody_knows_is_refused(self) -> None:
        with pytest.raises(PolicyInputError, match="没有“divorce”"):
            change_plan(BOOK, whom("赣州市"), Change("divorce", ON), statutory())


class TestManagement:
    DUTIES = [("普宁市", 10), ("新丰县", 8), ("驻马店市", 4), ("赣州市", 5), ("永兴县", 0), ("柳溪县", 2)]

    @pytest.mark.parametrize(("place", "number"), DUTIES)
    def test_the_duties_are_counted_as_the_text_counts_them(self, place: str, number: int) -> None:
        found = duty_headings(BOOK, whom(place), date(2025, 6, 1))
        assert len({each.id for each in found}) == len(found) == number
        assert all(each.label for each in found)

    def test_tasks_and_manner_are_kept_apart_from_duties(self) -> None:
        assert len(duty_headings(BOOK, whom("普宁市"), ON, "tasks")) == 5
        manner = duty_headings(BOOK, whom("驻马店市"), ON, "manner")
        assert [each.label for each in manner][:2] == ["帮办不代替", "到位不越位"]
        assert duty_headings(BOOK, whom("普宁市"), ON)[2].id == "puning:relapse_prevention"

    def test_town_and_unit_both_see_their_people(self) -> None:
        for place in ("普宁市", "新丰县"):
            sees = may_both_see(BOOK, whom(place), ON)
            assert sees == {
                "town:party_committee": ("attendance", "leave", "assessment"),
                "unit:leader": ("attendance", "leave", "assessment"),
            }
        assert may_both_see(BOOK, whom("驻马店市"), ON) == {}

    def test_who_keeps_the_register_where_the_text_says(self) -> None:
        assert attendance_officers(BOOK, whom("赣州市"), ON) == (
            "town:deputy_secretary",
            "town:organization_member",
        )
        assert attendance_officers(BOOK, whom("普宁市"), ON) == ()

    @pytest.mark.parametrize(
        ("place", "kind", "goes"),
        [
            ("新丰县", "town", "town"), ("新丰县", "village", "village"), ("驻马店市", "village", "village"),
            ("赣州市", "village", "village"), ("永兴县", "village", ""), ("普宁市", "town", None),
        ],
    )  # fmt: skip
    def test_where_the_party_relation_goes(self, place: str, kind: str, goes: str | None) -> None:
        code = whom(place).region_codes
        assert party_relation_place(BOOK, Whom(code, kind), ON) == goes

    @pytest.mark.parametrize(("place", "number"), [("普宁市", 4), ("驻马店市", 5)])
    def test_the_nots_are_counted_as_the_text_counts_them(self, place: str, number: int) -> None:
        (nots,) = disciplines(BOOK, whom(place), ON, "forbidden")
        assert len(nots.items) == number
        assert all(each.startswith("不准") for each in nots.items)

    def test_what_follows_bad_work(self) -> None:
        found = {each.what: each for each in disciplines(BOOK, whom("驻马店市"), ON)}
        assert found["talk"].about == ("unit:principal",)
        assert found["recall"].by == ("unit:leader",)

    def test_how_leave_is_asked_for_and_ended(self) -> None:
        asked = {row.what for row in procedures(BOOK, whom("普宁市"), ON)}
        assert asked == {"written_report", "written_request", "no_leaving_without", "return"}
        assert {row.what for row in procedures(BOOK, whom("驻马店市"), ON)} == {"written_request", "register"}


def test_every_code_that_is_stored_has_a_word() -> None:
    assert set(get_args(FundAct)) == set(ACT_LABELS)
    assert set(get_args(Rank)) == set(RANK_LABELS)
    assert set(GRADE_RANKS.values()) <= set(RANK_LABELS)
    assert set(get_args(Helper)) == set(HELPER_LABELS)
    assert set(get_args(Evidence)) == set(EVIDENCE_LABELS)
    assert set(FindingState) == set(STATE_LABELS)


def test_every_answer_can_be_kept_as_plain_data() -> None:
    asked = whom("赣州市", role="captain", also_first_secretary=True)  # type: ignore[arg-type]
    answers = [
        who_signs(BOOK, whom("普宁市"), "project_arrangement", ON).as_json(),
        stipend(BOOK, whom("新丰县"), ON, [Window(date(2024, 1, 1))]).as_json(),
        assessment_plan(BOOK, whom("普宁市"), "annual", ON).as_json(),
        change_plan(BOOK, asked, Change("recall", ON, "illness"), statutory()).as_json(),
        [each.as_json() for each in check_candidate(BOOK, asked, Candidate(born="1974-01"), ON)],
        plain(allocations(BOOK, asked, ON)),
    ]
    assert json.loads(json.dumps(answers)) == answers

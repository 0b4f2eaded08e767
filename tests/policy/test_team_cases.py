"""Funds, care, candidates, teams, assessments and changes, case by case from tables a clerk can read."""

from __future__ import annotations

from datetime import date

import pytest

from policy.assessment import assessment_plan
from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.composition import TeamFacts, TeamMember, check_team
from policy.eligibility import GRADE_RANKS, QUALITY_LABELS, RANK_LABELS, Candidate, check_candidate
from policy.errors import PolicyInputError
from policy.filings import EVENT_LABELS, Change, change_plan
from policy.findings import STATE_LABELS
from policy.funds import ACT_LABELS, allocations, who_signs
from policy.periods import Window
from policy.support import CADRE, HELPER_LABELS, care_items, stipend, town_allowance
from policy.whom import Whom
from tests.policy.helpers import table
from tests.policy.timed import BOOK, statutory

DISPATCHERS = {label: code for code, label in DISPATCHER_LABELS.items()}
ROLES = {label: code for code, label in ROLE_LABELS.items()}
ACTS = {label: code for code, label in ACT_LABELS.items()}
KINDS = {label: code for code, label in HELPER_LABELS.items()} | {"干部": CADRE}
RANKS = {label: code for code, label in RANK_LABELS.items()} | GRADE_RANKS
QUALITIES = {label: code for code, label in QUALITY_LABELS.items()}
EVENTS = {label: code for code, label in EVENT_LABELS.items()}
PLACES = {pack.pack.region.name: pack.pack.region.code for pack in BOOK.packs.values()}
TEAM_KINDS = {"驻镇": "town", "驻村": "village"}
SIGNING = {"双签": "dual_signature", "审核": "review", "不用签": "not_required", "未规定": "unspecified"}
ENTITLED = {
    "应发": "entitled", "没有标准": "unstated", "不列入": "excluded", "未满": "too_early", "没有派驻": "not_posted",
    "文件没有写": "none",
}  # fmt: skip


def rows(name: str) -> list[object]:
    return [
        pytest.param(row, id=f"{name}:{number}-{row['说明']}")
        for number, row in enumerate(table(name), start=2)
    ]


def whom_of(row: dict[str, str]) -> Whom:
    role = row.get("身份", "")
    return Whom(
        (PLACES[row["地点"]],),
        TEAM_KINDS[row["队伍"]],
        role=ROLES[role] if role else "member",
        also_first_secretary=row.get("兼第一书记") == "是",
        dispatched_by=DISPATCHERS[row["派出机关"]],
    )


def day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def yes(written: str) -> bool | None:
    return {"是": True, "否": False, "": None}[written]


@pytest.mark.parametrize("row", rows("fund_signing"))
def test_who_signs_for_money(row: dict[str, str]) -> None:
    found = who_signs(BOOK, whom_of(row), ACTS[row["事项"]], date.fromisoformat(row["日期"]))
    assert found.outcome == SIGNING[row["结果"]]
    assert list(found.signers) == row["签字"].split()
    assert list(found.clauses) == row["条款"].split()
    assert set(row["解释"].split()) <= {each.id for each in found.interpretations}
    assert found.substitutes is (row["结果"] != "双签")
    for clause in found.clauses if found.outcome != "unspecified" else ():
        assert BOOK.clause(clause).article in found.text
    if found.outcome == "unspecified":
        assert "指定签字人并写明理由" in found.text


@pytest.mark.parametrize("row", rows("fund_allocation"))
def test_what_is_due_to_each_team(row: dict[str, str]) -> None:
    found = {each.code: each for each in allocations(BOOK, whom_of(row), date.fromisoformat(row["日期"]))}
    assert sorted(found) == sorted(row["项目"].split())
    if row["金额"]:
        (one,) = found.values()
        assert (one.amount, one.at_least) == (int(row["金额"]), row["以上"] == "是")
        assert (one.paid_by, one.due) == (row["出资"], day(row["到位"]))
        assert list(one.clauses) == row["条款"].split()
        assert one.short(int(row["已到"])) == int(row["还差"])
        assert one.late(int(row["已到"]), date.fromisoformat(row["日期"])) is (row["超期"] == "是")


@pytest.mark.parametrize("row", rows("support_stipend"))
def test_the_allowance_of_a_month(row: dict[str, str]) -> None:
    ask = stipend if row["项目"] == "生活补助" else town_allowance
    postings = [
        Window(date.fromisoformat(part.split("~")[0]), day(part.split("~")[1]))
        for part in row["派驻"].split()
    ]
    month = date.fromisoformat(f"{row['月份']}-01")
    found = ask(BOOK, whom_of(row), month, postings, KINDS[row["人员"]])
    assert found.outcome == ENTITLED[row["结果"]]
    assert found.amount == (int(row["金额"]) if row["金额"] else None)
    assert found.part_month is (row["不满月"] == "是")
    assert found.since == day(row["起"])
    assert list(found.clauses) == row["条款"].split()
    for clause in found.clauses:
        assert BOOK.clause(clause).article in found.text


@pytest.mark.parametrize("row", rows("support_care"))
def test_what_unit_and_town_see_to(row: dict[str, str]) -> None:
    found = {
        each.code: each
        for each in care_items(BOOK, whom_of(row), date.fromisoformat(row["日期"]), KINDS[row["人员"]])
    }
    if row["有没有"] == "没有":
        assert row["项目"] not in found
        return
    item = found[row["项目"]]
    assert (item.per or "") == row["多久"]
    assert (item.at_least or 0) == int(row["次数"] or 0)
    assert (item.provided_by or "") == row["谁办"]
    assert item.due == day(row["期限"])
    assert item.may is (row["可以"] == "是")
    assert item.clause == row["条款"]


@pytest.mark.parametrize("row", rows("eligibility_candidates"))
def test_a_condition_on_the_person_sent(row: dict[str, str]) -> None:
    candidate = Candidate(
        born=row["出生年月"] or None,
        party={"党员": "full", "预备党员": "probationary", "群众": "none", "": None}[row["政治面貌"]],
        full_member_since=day(row["转正"]),
        rank=RANKS[row["职级"]] if row["职级"] else None,
        unit_kind={"机关": "organ", "企业": "enterprise", "事业单位": "institution", "": None}[row["单位"]],
        sent_by={"牵头": "lead", "成员": "participating", "": None}[row["选派"]],
        in_discipline=yes(row["受处分"]),
        poor=yes(row["表现差"]),
        temporary=yes(row["临聘"]),
        passed_down=yes(row["转嫁"]),
        town_post=row["挂任"] or None,
        qualities=frozenset(QUALITIES[each] for each in row["优先"].split()),
        confirmed=frozenset(filter(None, row["已确认"].split("/"))),
    )
    found = check_candidate(BOOK, whom_of(row), candidate, date.fromisoformat(row["派出日"]))
    about = {each.code: each for each in found}
    if row["结论"] == "不适用":
        assert row["条件"] not in about
        return
    one = about[row["条件"]]
    assert STATE_LABELS[one.state] == row["结论"]
    assert one.clause == row["条款"]
    assert row["话"] in one.says


@pytest.mark.parametrize("row", rows("composition_teams"))
def test_a_condition_on_the_team(row: dict[str, str]) -> None:
    dispatched_by = DISPATCHERS[row["派出机关"]]
    number, leaving = int(row["干部"] or 0), int(row["交接"] or 0)
    units = row["各人单位"].split() or ["甲"] * number
    seconds = row["第一书记单位"].split()
    leads, others = row["牵头单位"].split(), row["成员单位"].split()
    since, until = day(row["派驻起"]), day(row["派驻止"])
    people = [
        TeamMember(
            f"p{index}", role="captain" if index == 0 and row["队长"] else "member", unit=units[index],
            unit_part="lead" if units[index] in leads else "participating", dispatched_by=dispatched_by,
            first_secretary=row["队长"] == "第一书记" if index == 0 and row["队长"] else False,
            rank=RANKS.get(row["队长"]) if index == 0 else None, since=since, until=until,
        )
        for index in range(number)
    ]  # fmt: skip
    people += [TeamMember(f"old{index}", leaving=True) for index in range(leaving)]
    people += [
        TeamMember(
            f"fs{index}", unit=unit, unit_part="lead" if unit in leads else "participating", first_secretary=True,
            since=day(row["第一书记起"]), until=day(row["第一书记止"]),
        )
        for index, unit in enumerate(seconds)
    ]  # fmt: skip
    for label, kind in KINDS.items():
        count = int(row["辅助"].split(label)[1].split()[0]) if label in row["辅助"] else 0
        people += [TeamMember(f"{kind}{index}", kind=kind) for index in range(count)]
    facts = TeamFacts(tuple(people), tuple(leads), tuple(others))
    found = check_team(BOOK, whom_of(row), facts, date.fromisoformat(row["日期"]))
    about = [each for each in found if each.code == row["条件"] and each.ref in ("", "p0")]
    if row["结论"] == "不适用":
        assert about == []
        return
    (one,) = about
    assert STATE_LABELS[one.state] == row["结论"]
    assert one.clause == row["条款"]
    assert row["话"] in one.says


@pytest.mark.parametrize("row", rows("assessment_plans"))
def test_who_is_heard_who_decides_who_is_told(row: dict[str, str]) -> None:
    what = {"年度考核": "annual", "期满考核": "term_end", "综合评估": "evaluation"}[row["考核"]]
    found = assessment_plan(BOOK, whom_of(row), what, date.fromisoformat(row["日期"]))
    assert found.outcome == {"按文件": "route", "未规定": "unspecified"}[row["结果"]]
    assert list(found.heard) == row["听取"].split()
    assert list(found.deciders) == row["决定"].split()
    assert list(found.leads) == row["牵头"].split()
    assert list(found.told) == row["反馈"].split()
    assert found.told_promptly is (row["及时"] == "是")
    assert list(found.clauses) == row["条款"].split()
    voices = [step.voice for step in found.steps]
    assert voices == sorted(voices, reverse=True)
    assert all(step.mode == "all" for step in found.steps)
    if row["结果"] == "未规定":
        assert "指定考核人并写明理由" in found.text
    else:
        assert all(BOOK.clause(clause).article in found.text for clause in found.clauses)


@pytest.mark.parametrize("row", rows("filing_changes"))
def test_what_a_change_asks_for(row: dict[str, str]) -> None:
    change = Change(
        EVENTS[row["变动"]],
        date.fromisoformat(row["生效日"]),
        reason=row["原因"],
        reason_text=row["原因说明"],
        in_rotation=row["集中轮换"] == "是",
        unfit_found=day(row["发现不合要求"]),
        letter_received=day(row["收到调整函"]),
    )
    if row["结果"] == "不收":
        with pytest.raises(PolicyInputError, match=row["话"]):
            change_plan(BOOK, whom_of(row), change, statutory())
        return
    found = change_plan(BOOK, whom_of(row), change, statutory())
    assert found.outcome == {"按文件": "route", "未规定": "unspecified"}[row["结果"]]
    assert " → ".join("+".join(step.parties) for step in found.steps) == row["审批"]
    assert found.approve_first is (row["先批后调"] == "是")
    assert list(found.recalled_by) == row["召回"].split()
    filed = [
        f"{'+'.join(each.file_with)}@{each.due.day or '及时' if each.due else '没有写'}"
        for each in found.filings
    ]
    assert filed == row["备案"].split()
    assert found.handover_until == day(row["交接到"])
    limits = [f"{each.who}@{each.due.day}" for each in found.deadlines if each.code != "handover"]
    assert limits == row["时限"].split()
    assert "".join(STATE_LABELS[each.state] for each in found.findings) == row["任期内调整"]
    assert list(found.clauses) == row["条款"].split()
    assert row["话"] in found.text

"""Every tier at its thresholds, role by dispatcher, and the days around each version's start.

The cases are the tables in `cases/leave_*.csv`, which a clerk can read and add to.
"""

from __future__ import annotations

from datetime import date

import pytest

from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.explain import explain
from policy.loader import load_all
from policy.parties import join_labels
from tests.policy.helpers import WEEKS, table

FILES = ["leave_puning", "leave_dispatchers", "leave_zhumadian", "leave_unspecified", "leave_versions"]
ROWS = [(name, number, row) for name in FILES for number, row in enumerate(table(name), start=2)]
OUTCOMES = {"按档次": "route", "未规定": "unspecified", "让位": "yields"}
MODES = {"任一": "any", "全部": "all"}
ROLES = {label: code for code, label in ROLE_LABELS.items()}
DISPATCHERS = {label: code for code, label in DISPATCHER_LABELS.items()}
TYPES = {each.label: each.code for each in load_all().common.leave_type}


def test_there_are_enough_cases() -> None:
    assert len(ROWS) >= 150


@pytest.mark.parametrize(
    ("name", "number", "row"), ROWS, ids=[f"{name}:{number}" for name, number, _ in ROWS]
)
def test_case(name: str, number: int, row: dict[str, str]) -> None:
    book = load_all()
    decision = explain(
        book,
        place=row["地点"],
        role=ROLES[row["身份"]],
        also_first_secretary=row["兼第一书记"] == "是",
        dispatched_by=DISPATCHERS[row["派出机关"]],
        type=TYPES[row["假别"]],
        days=row["天数"],
        on=date.fromisoformat(row["申请日"]),
        start=date.fromisoformat(row["开始日"]),
        calendar=WEEKS,
    )
    mode, *parties = row["批准"].split() or ["", ""]
    steps = [{"mode": MODES[mode], "parties": parties}] if mode else []
    told = decision.as_json()
    assert told["outcome"] == OUTCOMES[row["结果"]]
    assert told["steps"] == steps
    assert told["filings"] == row["备案"].split()
    assert list(decision.copies) == row["知会"].split()
    assert told["clauses"] == row["条款"].split()
    assert sorted(each["id"] for each in told["interpretations"]) == sorted(row["解释"].split())
    assert str(told["days"]) == row["天数"]
    pack = book.pack(decision.pack_id or "")
    if steps:
        assert join_labels(parties, pack=pack) in decision.text
        assert sum(tier.active for tier in decision.tiers) == 1
    else:
        assert join_labels([pack.pack.managing_office], pack=pack) + "指定批准人" in decision.text
    for clause in decision.clauses:
        article = book.clause(clause).article
        assert article == "（无）" or article in decision.text

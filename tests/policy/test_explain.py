"""Asking by hand: the JSON, and a sentence for every wrong question."""

from __future__ import annotations

from datetime import date

import pytest

from policy.carries import carriers, carries, unknown_clauses
from policy.errors import PolicyInputError
from policy.explain import explain
from policy.loader import load_all
from tests.policy.helpers import WEEKS

BOOK = load_all()
GOOD = {"place": "puning", "role": "member", "days": 6, "on": date(2024, 9, 1), "start": date(2024, 9, 2)}


def test_json_has_exactly_the_promised_keys() -> None:
    told = explain(BOOK, **GOOD, calendar=WEEKS).as_json()
    assert list(told) == ["outcome", "steps", "filings", "clauses", "interpretations", "days", "text"]
    assert told["steps"] == [{"mode": "any", "parties": ["county:agriculture"]}]
    assert told["clauses"] == ["puning-6-member-over-5"]
    assert told["days"] == 6
    assert isinstance(told["days"], int)
    assert explain(BOOK, **GOOD | {"days": "3.5"}, calendar=WEEKS).as_json()["days"] == 3.5
    assert all(set(each) == {"id", "says", "why"} for each in told["interpretations"])


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"place": "广州市"}, "place", "没有“广州市”的文件，可以查的地方有：赣州市、普宁市"),
        ({"place": "110101"}, "place", "没有“110101”的文件"),
        ({"place": ""}, "place", "没有"),
        ({"role": "boss"}, "role", "没有“boss”这种身份，可以写：captain（队长）"),
        ({"type": "holiday"}, "type", "没有“holiday”这种假，可以写：personal（事假）"),
        ({"dispatched_by": "moon"}, "dispatched_by", "没有“moon”这种派出机关"),
        ({"days": 0}, "days", "天数要大于 0"),
        ({"days": -1}, "days", "天数要大于 0"),
        ({"days": 3.3}, "days", "天数以半天为单位"),
        ({"days": "0.25"}, "days", "天数以半天为单位"),
        ({"days": 366.5}, "days", "天数最多 366 天"),
        ({"days": "1e400"}, "days", "天数最多 366 天"),
        ({"days": "三天"}, "days", "天数要写成数字"),
        ({"days": "nan"}, "days", "天数要写成数字"),
        ({"days": "inf"}, "days", "天数要写成数字"),
        ({"start": date(2024, 8, 31)}, "start", "开始日期（2024-08-31）不能早于申请日期（2024-09-01）"),
        ({"start": date(9999, 12, 31)}, "start", "年份要在 1990 到 2100 之间"),
        ({"on": date(1, 1, 1)}, "on", "年份要在 1990 到 2100 之间"),
    ],
)
def test_a_wrong_question_is_answered_with_a_sentence(
    change: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(PolicyInputError) as caught:
        explain(BOOK, **{**GOOD, **change}, calendar=WEEKS)
    assert words in str(caught.value)
    assert caught.value.field == field


def test_the_start_is_the_day_of_asking_unless_said() -> None:
    decision = explain(BOOK, place="puning", role="member", days=1, on=date(2024, 9, 2), calendar=WEEKS)
    assert decision.span.start == date(2024, 9, 2)


def test_a_mark_on_code_names_the_clause_and_a_wrong_one_is_found() -> None:
    @carries("puning-6-return", screen="leave:return")
    def close() -> None:
        """A screen."""

    assert "leave:return" in [each.where for each in carriers("puning-6-return")]
    known = [clause.id for clause in BOOK.clauses()]
    assert not [each for each in unknown_clauses(known) if each.module == __name__]

    @carries("puning-99-nothing")
    class Nothing:
        """A screen with a wrong clause."""

    found = [each.clause for each in unknown_clauses(known) if each.module == __name__]
    assert found == ["puning-99-nothing"]

"""Rules about the team where they give way, where counties register their own, and the command that checks a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policy.assessment import assessment_plan
from policy.check import main
from policy.funds import allocations, who_signs
from policy.loader import build_pack, load_all
from policy.local_rules import check_local_rule
from policy.management import (
    arrangements,
)  # fmt: skip
from policy.periods import Window
from policy.schema import Pack
from policy.support import care_items, stipend
from policy.whom import Whom
from tests.policy.helpers import HERE
from tests.policy.timed import BOOK, whom

ON = date(2024, 12, 2)


def local(under: str, region: tuple[str, str, str], *, answers: tuple[str, ...] = (), **tables: Any) -> Pack:
    """A local rule with these tables, each row under its only clause."""
    code, name, level = region
    kind = load_all().pack(under).pack.team_kinds
    header = {
        "id": "ours", "title": "本地制度", "issuer": "本地", "from": "2024-10-01", "under": under,
        "region": {"code": code, "name": name, "level": level}, "team_kinds": list(kind),
        "managing_office": "county:agriculture", "answers": list(answers),
    }  # fmt: skip
    clause = {
        "id": "ours-1", "article": "第一条", "kind": "fund", "mode": "enforce", "topic": "fund", "text": "规定",
    }  # fmt: skip
    rows = {topic: [{"clause": "ours-1"} | row for row in each] for topic, each in tables.items()}
    return build_pack({"pack": header, "clause": [clause], **rows}, "本地制度")


PUNING = ("445281000000", "普宁市", "county")
SHANGCAI = ("411722000000", "上蔡县", "county")
GANXIAN = ("360704000000", "赣县区", "county")


class TestYields:
    ROWS = {
        "assessment": [
            {"code": "annual", "label": "年度考核", "what": "annual", "deciders": ["province:departments"]}
        ],
        "fund": [
            {
                "code": "dual_signature", "label": "省队签批", "what": "review", "covers": ["project_arrangement"],
                "signers": ["province:departments"],
            }
        ],
    }  # fmt: skip
    BOOK = BOOK.with_packs(local("puning", PUNING, answers=("dispatching_authority",), **ROWS))

    def test_a_team_of_the_province_is_assessed_by_its_own_rule(self) -> None:
        own = assessment_plan(self.BOOK, whom("普宁市", dispatched_by="province"), "annual", ON)
        assert own.deciders == ("province:departments",)
        assert "puning-10-scope" in own.clauses
        county = assessment_plan(self.BOOK, whom("普宁市"), "annual", ON)
        assert county.deciders[0] == "county:organization"
        assert county.clauses == ("puning-7-annual",)

    def test_what_its_rule_leaves_out_stays_with_this_document(self) -> None:
        asked = whom("普宁市", dispatched_by="province")
        assert who_signs(self.BOOK, asked, "project_arrangement", ON).signers == ("province:departments",)
        named = {each.label for each in arrangements(self.BOOK, asked, ON, "leadership")}
        assert named == {"受所驻乡镇（街道、农场）党（工）委直接领导"}

    def test_without_such_a_rule_the_text_says_so(self) -> None:
        plan = assessment_plan(BOOK, whom("普宁市", dispatched_by="province"), "annual", ON)
        assert "还没有登记，按本文件执行" in plan.text
        assert "puning-scope" in {each.id for each in plan.interpretations}


class TestLocalRules:
    DUAL = {
        "code": "dual_signature", "label": "双签", "what": "dual_signature", "covers": ["project_arrangement"],
        "signers": ["town:party_committee", "team:captain"],
    }  # fmt: skip

    def test_a_silent_document_lets_a_county_register_who_signs(self) -> None:
        pack = local("zhumadian", SHANGCAI, fund=[self.DUAL])
        assert check_local_rule(BOOK.pack("zhumadian"), pack) == []
        book = BOOK.with_packs(pack)
        there = Whom((SHANGCAI[0], "411700000000"), "village")
        found = who_signs(book, there, "project_arrangement", ON)
        assert (found.outcome, found.clauses) == ("dual_signature", ("ours-1",))
        assert who_signs(book, there, "project_arrangement", date(2024, 9, 30)).outcome == "unspecified"
        assert [each.code for each in allocations(book, there, ON)] == ["work_fund"]

    def test_what_the_document_settles_may_not_be_registered_anew(self) -> None:
        row = {"code": "annual", "label": "年度考核", "what": "annual", "deciders": ["county:organization"]}
        refused = check_local_rule(BOOK.pack("zhumadian"), local("zhumadian", SHANGCAI, assessment=[row]))
        assert [each.clause for each in refused] == ["zhumadian-19-annual"]
        term = row | {"code": "term_end", "what": "term_end"}
        assert check_local_rule(BOOK.pack("zhumadian"), local("zhumadian", SHANGCAI, assessment=[term])) == []

    def test_a_county_registers_the_amount_the_document_leaves_open(self) -> None:
        row = {"code": "stipend", "label": "生活补助", "what": "stipend", "amount": 1500, "per": "month"}
        pack = local("ganzhou", GANXIAN, support=[row])
        assert check_local_rule(BOOK.pack("ganzhou"), pack) == []
        there = Whom((GANXIAN[0], "360700000000"), "village")
        book = BOOK.with_packs(pack)
        found = stipend(book, there, date(2024, 11, 1), [Window(date(2024, 1, 1))])
        assert (found.outcome, found.amount) == ("entitled", 1500)
        assert "insurance" in {each.code for each in care_items(book, there, ON)}

    @pytest.mark.parametrize(
        ("row", "refused"),
        [
            ({"told": ["unit:leader", "town:party_committee"]}, False),
            ({"hears": ["unit:leader", "village:party_branch"]}, False),
            ({"hears": []}, True),
            ({"deciders": ["county:organization"]}, True),
            ({"told": []}, True),
        ],
    )
    def test_refining_may_add_voices_but_take_none_away(self, row: dict[str, Any], refused: bool) -> None:
        base = {
            "code": "annual", "label": "年度考核", "what": "annual", "joined_by": ["town:party_committee"],
            "deciders": ["county:organization", "county:rural_work", "county:agriculture"],
            "hears": ["unit:leader"], "told": ["unit:leader"],
        }  # fmt: skip
        if "town:party_committee" in row.get("told", []):
            base["told"] = []
        found = check_local_rule(BOOK.pack("puning"), local("puning", PUNING, assessment=[base | row]))
        assert bool(found) is refused
        if refused:
            assert "第七条" in found[0].says

    def test_refining_may_not_loosen_a_dual_signature(self) -> None:
        loose = self.DUAL | {
            "covers": ["project_arrangement"],
            "signers": ["town:party_secretary", "team:captain"],
        }
        assert check_local_rule(BOOK.pack("puning"), local("puning", PUNING, fund=[loose]))
        covers = ["project_arrangement", "arrangement_change", "payment"]
        assert not check_local_rule(
            BOOK.pack("puning"), local("puning", PUNING, fund=[loose | {"covers": covers}])
        )
        other = loose | {"covers": covers, "signers": ["town:deputy_secretary", "team:captain"]}
        assert check_local_rule(BOOK.pack("puning"), local("puning", PUNING, fund=[other]))


class TestCheckCommand:
    def test_good_files_pass(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([str(HERE / "made_up.toml")]) == 0
        assert capsys.readouterr().out == "made_up.toml：通过，20 条\n"

    def test_every_fault_is_told_with_its_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = (HERE / "made_up.toml").read_text(encoding="utf-8")
        bad = tmp_path / "bad.toml"
        bad.write_text(text.replace("amount = 3000", 'amount = "3000"'), encoding="utf-8")
        line = next(
            n for n, each in enumerate(bad.read_text(encoding="utf-8").splitlines(), 1) if '"3000"' in each
        )
        assert main([str(bad), str(HERE / "made_up.toml")]) == 1
        told = capsys.readouterr().out
        assert f"bad.toml 第 {line} 行（fund.3.amount）：要写成整数" in told
        assert "made_up.toml：通过" in told

    def test_a_clause_nothing_carries_is_hinted_at(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = (HERE / "made_up.toml").read_text(encoding="utf-8")
        more = tmp_path / "more.toml"
        clause = 'id = "liuxi-99"\narticle = "第九十九条"\nkind = "duty"\nmode = "record"\ntopic = "duty"\ntext = "附则"\n'
        more.write_text(f"{text}\n[[clause]]\n{clause}", encoding="utf-8")
        assert main([str(more)]) == 0
        assert "提示：第九十九条（liuxi-99）还没有写成任何一行规则" in capsys.readouterr().out

    def test_files_that_cannot_be_read_and_no_file_at_all(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        other = tmp_path / "gbk.toml"
        other.write_bytes("标题".encode("gbk"))
        assert main([str(other), str(tmp_path / "none.toml")]) == 1
        told = capsys.readouterr().out
        assert "gbk.toml：不是 UTF-8 编码的文字" in told
        assert "none.toml：打不开" in told
        assert main([]) == 2
        assert "用法" in capsys.readouterr().out

"""The five documents: every clause there, every reading there, every name known."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from policy.base import TOPIC_LABELS
from policy.loader import load_all
from policy.parties import LABELS, party_label
from tests.policy.helpers import HERE

CLERK_DAY = date(2024, 9, 2)

with (HERE / "clauses.csv").open(encoding="utf-8", newline="") as handle:
    CLAUSES = list(csv.DictReader(handle))


def test_the_five_documents_have_exactly_the_161_clauses() -> None:
    known = [(pack.id, clause.id) for pack in load_all().packs.values() for clause in pack.clause]
    assert sorted(known) == sorted((row["pack"], row["id"]) for row in CLAUSES)
    assert len(known) == 161


@pytest.mark.parametrize("row", CLAUSES, ids=[row["id"] for row in CLAUSES])
def test_clause_keeps_its_article_kind_and_mode(row: dict[str, str]) -> None:
    clause = load_all().clause(row["id"])
    assert (clause.article, clause.kind, clause.mode) == (row["article"], row["kind"], row["mode"])
    assert clause.text.strip()
    assert clause.topic in TOPIC_LABELS


def test_headers_say_what_the_documents_say() -> None:
    packs = load_all().packs
    assert {key: pack.pack.citation for key, pack in packs.items()} == {
        "puning": "普市农办函〔2024〕4号",
        "xinfeng": "新乡振组〔2021〕12号",
        "zhumadian": "驻巩固衔接办〔2022〕16号",
        "yongxing": "永组发〔2017〕71号",
        "ganzhou": "《关于进一步强化驻村帮扶工作的通知》",
    }
    issued = {key: pack.pack.issued and pack.pack.issued.isoformat() for key, pack in packs.items()}
    assert issued == {
        "puning": "2024-08-19",
        "xinfeng": "2021-09-10",
        "zhumadian": None,
        "yongxing": "2017-11-05",
        "ganzhou": None,
    }
    assert [key for key, pack in packs.items() if pack.pack.status == "to_be_confirmed"] == ["yongxing"]


READINGS = [
    "puning-bounds", "puning-first-secretary", "puning-captain-first-secretary", "puning-scope",
    "puning-county-level", "zhumadian-bounds", "zhumadian-other-types", "zhumadian-stationing-unit",
    "zhumadian-organ-signer", "zhumadian-20-workdays", "zhumadian-week", "zhumadian-25th",
    "zhumadian-dual-signature", "yongxing-20-days", "yongxing-12-stays", "ganzhou-dual-signature", "ganzhou-q1",
    "xinfeng-work-fund-each", "xinfeng-others-list", "common-absence-days", "common-halves", "common-touching",
    "common-copies", "common-shortfall", "common-part-period", "common-night", "common-trips",
    "common-overdue-return", "common-report-due", "common-work-report", "common-dual-signature",
    "common-modality", "common-age",
]  # fmt: skip


@pytest.mark.parametrize("key", READINGS)
def test_every_reading_decided_so_far_is_written_with_its_reason(key: str) -> None:
    reading = load_all().interpretations()[key]
    assert len(reading.says) > 8
    assert len(reading.why) > 8


def test_a_reading_is_found_beside_its_clause() -> None:
    found = load_all().interpretations_of("zhumadian-13-month")
    assert {"zhumadian-20-workdays", "common-shortfall", "common-part-period", "common-trips"} <= set(found)


def test_every_party_has_a_chinese_name() -> None:
    book = load_all()
    for pack in book.packs.values():
        named = [pack.pack.managing_office, *pack.pack.parties]
        for rule in pack.leave:
            for tier in rule.tiers:
                named += [*tier.file_with, *(party for step in tier.steps for party in step.parties)]
        for code in named:
            assert party_label(code, pack) != code
    assert party_label("county:agriculture", book.pack("puning")) == "市农业农村局"
    assert party_label("county:agriculture") == LABELS["county:agriculture"]


def test_silent_documents_are_known_to_be_silent_on_leave() -> None:
    book = load_all()
    for pack, clause in (
        ("xinfeng", "xinfeng-leave-unspecified"),
        ("yongxing", "yongxing-leave-unspecified"),
        ("ganzhou", "ganzhou-2-leave-system"),
    ):
        header = book.pack(pack).pack
        found = book.resolve("leave", (header.region.code,), header.team_kinds[0], CLERK_DAY)
        assert (found.rules, found.clauses) == ((), (clause,))

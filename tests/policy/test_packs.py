"""The five documents: every clause there, every reading there, every name known."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date

import pytest

from policy.base import TOPIC_LABELS
from policy.loader import load_all
from policy.parties import party_label
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
    "puning-county-level", "puning-half-year-to", "zhumadian-bounds", "zhumadian-other-types", "zhumadian-stationing-unit",
    "zhumadian-organ-signer", "zhumadian-20-workdays", "zhumadian-week", "zhumadian-25th",
    "zhumadian-dual-signature", "yongxing-20-days", "yongxing-12-stays", "ganzhou-dual-signature", "ganzhou-q1",
    "xinfeng-work-fund-each", "xinfeng-others-list", "common-absence-days", "common-halves", "common-touching",
    "common-copies", "common-shortfall", "common-part-period", "common-night", "common-trips",
    "common-overdue-return", "common-report-due", "common-work-report", "common-dual-signature",
    "common-modality", "common-age", "common-rank", "common-term", "common-hear-first", "common-jointly",
    "common-evidence", "common-handover-size", "xinfeng-work-fund-use", "xinfeng-work-fund-county",
    "xinfeng-stipend-whole-month", "xinfeng-township-six-months", "yongxing-fund-review",
    "ganzhou-same-level", "ganzhou-adjust-reasons", "zhumadian-captain-rank", "zhumadian-filing-who",
]  # fmt: skip


@pytest.mark.parametrize("key", READINGS)
def test_every_reading_decided_so_far_is_written_with_its_reason(key: str) -> None:
    reading = load_all().interpretations()[key]
    assert len(reading.says) > 8
    assert len(reading.why) > 8


def test_a_reading_is_found_beside_its_clause() -> None:
    found = load_all().interpretations_of("zhumadian-13-month")
    assert {"zhumadian-20-workdays", "common-shortfall", "common-part-period", "common-trips"} <= set(found)


def _parties_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _parties_in(key)
            yield from _parties_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _parties_in(inner)
    elif isinstance(value, str) and re.fullmatch(
        r"(person|team|village|town|unit|county|city|province):[a-z_]+", value
    ):
        yield value


def test_every_party_named_in_a_document_has_a_chinese_name() -> None:
    book = load_all()
    for pack in book.packs.values():
        codes = set(_parties_in(pack.model_dump()))
        assert codes
        assert {code for code in codes if party_label(code, pack) == code} == set()
    assert party_label("county:agriculture", book.pack("puning")) == "市农业农村局"
    assert party_label("county:agriculture") == "县（区）农业农村局"


def test_the_pairs_of_annex_1_are_all_there() -> None:
    found = load_all().resolve("pairing", ("440233000000",), "town", CLERK_DAY)
    assert [(row.order, row.town) for row in found.rules] == [
        (1, "遥田镇"),
        (2, "回龙镇"),
        (3, "黄磔镇"),
        (4, "马头镇"),
        (5, "梅坑镇"),
        (6, "沙田镇"),
        (7, "丰城街道"),
    ]
    assert [row.town_code for row in found.rules] == [
        f"440233{town}000" for town in ("104", "105", "100", "101", "102", "103", "001")
    ]
    counties = [row for row in found.rules if row.source == "county"]
    assert [1 + len(row.members) + len(row.first_secretary_units) for row in counties] == [6, 6, 6]
    assert all(len(row.first_secretary_units) == 2 for row in counties)


def test_figures_of_other_topics_are_those_of_the_text() -> None:
    book = load_all()
    month = {row.code: row for row in book.resolve("quota", ("411700000000",), "village", CLERK_DAY).rules}
    assert (month["month_workdays"].at_least, month["month_workdays"].on) == (20, "workdays")
    assert (month["week_days"].at_least, month["week_nights"].at_least) == (5, 4)
    stays = {row.code: row for row in book.resolve("quota", ("431023000000",), "village", CLERK_DAY).rules}
    assert (stays["month_days"].at_least, stays["month_days"].on, stays["month_days"].cap) == (
        20,
        "any_day",
        "none",
    )
    assert (stays["month_stays"].at_least, stays["month_stays"].within) == (12, "yongxing-1-4-20-days")
    for place, kind in (("445281000000", "town"), ("440233000000", "town")):
        signed = book.resolve("fund", (place,), kind, CLERK_DAY).rules[0]
        assert set(signed.signers) == {"town:party_secretary", "team:captain"}
    stipend = book.resolve("support", ("440233000000",), "town", CLERK_DAY).rules[0]
    assert (stipend.amount, stipend.per, stipend.by_day) == (2000, "month", False)


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

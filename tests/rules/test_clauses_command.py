"""``manage.py clauses`` tells the truth: working is reachable, and shown by a test that exists."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from policy.carries import carried, carries, unknown_clauses
from rules import carriers
from rules.book import shipped_book
from rules.library import _where
from rules.management.commands import clauses
from rules.words import LINKED

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["id", "pack", "article", "kind", "mode", "topic", "where", "test", "status"]


def listed(*flags: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("clauses", "--json", *flags, stdout=out)
    return json.loads(out.getvalue())


def test_all_161_clauses_are_listed_as_they_were_agreed() -> None:
    with (ROOT / "tests/policy/clauses.csv").open(encoding="utf-8", newline="") as file:
        agreed = {row["id"]: row for row in csv.DictReader(file)}
    rows = listed()
    assert len(rows) == len(agreed) == 161
    for row in rows:
        assert list(row) == KEYS
        wanted = agreed[row["id"]]
        assert (row["pack"], row["article"], row["kind"], row["mode"]) == (
            wanted["pack"], wanted["article"], wanted["kind"], wanted["mode"],
        )  # fmt: skip


def test_one_document_alone() -> None:
    rows = listed("--pack", "puning")
    assert {row["pack"] for row in rows} == {"puning"}
    assert len(rows) == 30


@pytest.mark.parametrize(
    ("flags", "sentence"), [(["--pack", "mars"], "没有“mars”这份文件"), (["--x"], "没有“--x”")]
)
def test_a_wrong_question_is_refused(
    flags: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        clauses.Command().run_from_argv(["manage.py", "clauses", *flags])
    shown = capsys.readouterr()
    assert (ended.value.code, shown.out) == (2, "")
    assert sentence in shown.err


def test_plain_text_ends_with_the_count() -> None:
    out = io.StringIO()
    call_command("clauses", "--pack", "ganzhou", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 35
    working = Counter(row["status"] for row in listed("--pack", "ganzhou"))["working"]
    assert lines[-1] == f"共 34 条，已在系统里执行 {working} 条，还没有的 {34 - working} 条。"


@carries("ganzhou-5-visits")
def carried_by_nobody_reachable() -> None:
    """Marked, but behind no address, job or command."""


def test_a_mark_on_code_that_nobody_can_reach_is_not_working() -> None:
    assert "ganzhou-5-visits" in carried()
    carriers._reached.cache_clear()
    row = next(row for row in listed("--pack", "ganzhou") if row["id"] == "ganzhou-5-visits")
    assert (row["where"], row["status"]) == ([], "planned")


def test_a_reachable_clause_without_a_test_is_not_working(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {row["id"]: row for row in listed("--pack", "puning")}
    assert found["puning-3-leadership"]["status"] == "working"
    assert "rules:pack" in found["puning-3-leadership"]["where"]
    monkeypatch.setattr(carriers, "proofs", lambda: {})
    row = next(row for row in listed("--pack", "puning") if row["id"] == "puning-3-leadership")
    assert (row["test"], row["status"]) == ("", "planned")


def test_views_commands_and_their_names_are_found() -> None:
    where = next(row["where"] for row in listed("--pack", "puning") if row["id"] == "puning-6-member-3")
    assert {"rules:trial", "manage.py explain"} <= set(where)


class Page:
    """Stands for a class-based view with a mark on one of its methods."""

    @carries("ganzhou-5-plan")
    def post(self) -> None: ...


def test_a_mark_on_a_class_based_view_is_found() -> None:
    def view() -> None: ...

    view.view_class = Page  # type: ignore[attr-defined]
    assert (Page.__module__, "Page.post") in carriers._names(view)


def test_no_mark_names_a_clause_that_does_not_exist() -> None:
    carriers._reached()
    known = [clause.id for clause in shipped_book().clauses()]
    ours = [mark for mark in unknown_clauses(known) if not mark.module.startswith("tests")]
    assert ours == []


# The proofs: each named test exists, names the clause, and is about something a person can reach.

with carriers.PROOFS.open(encoding="utf-8", newline="") as file:
    PROOFS = [(row["id"], row["test"]) for row in csv.DictReader(file)]


@cache
def module(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def test_no_clause_is_proved_twice() -> None:
    assert [clause for clause, times in Counter(clause for clause, _ in PROOFS).items() if times > 1] == []


@pytest.mark.parametrize(("clause_id", "test"), PROOFS, ids=[clause_id for clause_id, _ in PROOFS])
def test_a_proof_exists_names_its_clause_and_is_reachable(clause_id: str, test: str) -> None:
    path, _, name = test.partition("::")
    function, _, case = name.partition("[")
    found = [
        node
        for node in ast.walk(module(path))
        if isinstance(node, ast.FunctionDef) and node.name == function and function.startswith("test_")
    ]
    assert len(found) == 1, f"{test}: no such test"
    words = {
        node.value
        for node in ast.walk(found[0])
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert clause_id in words, f"{test} does not name {clause_id}"
    if case:
        assert case.removesuffix("]").startswith(clause_id), f"{test}: the case is not about {clause_id}"
    assert shipped_book().has_clause(clause_id)
    assert carriers.reached(clause_id), f"{clause_id} has a test but nobody can reach it"


def test_what_the_documents_enforce_is_not_proved_by_words_alone() -> None:
    """A trial and a command only say; what is enforced must be met where it happens."""
    telling = {"rules:trial", "rules:pack", "manage.py explain"}
    for row in listed():
        if row["status"] == "working" and row["mode"] != "record":
            assert set(row["where"]) - telling, row["id"]


def test_pages_call_every_place_by_a_name_people_know() -> None:
    carriers._reached()
    for clause in shipped_book().clauses():
        for where in carriers.reached(clause.id):
            assert _where(where, _Nobody())["label"], where.shown


def test_links_to_places_are_addresses_without_an_object() -> None:
    from django.urls import reverse

    assert all(reverse(name).startswith("/") for name in LINKED.values())


class _Nobody:
    is_authenticated = False

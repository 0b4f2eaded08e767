"""Every list asks the database as often for many rows as for few, and no oftener than is checked in.

``make counts`` writes ``query_counts.csv`` anew; read the difference before it is committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.middleware import SessionLimits
from core import calendar
from leave.models import LeaveRequest
from overview.generation import generate
from teams.models import User
from tests.access import addresses
from tests.fixtures import clock
from tests.stage import not_here

__all__ = ["clock"]

BASELINE = Path(__file__).with_name("query_counts.csv")
#: Who looks: the generated accounts of county 0.
WHO = {
    "county": "c0-chief",
    "captain": "c0-t0-captain",
    "member": "c0-t0-m1",
    "officer": "c0-t0-officer",
    "secretary": "c0-t0-secretary",
    "organization": "c0-organization",
    "unit": "c0-unit0",
    "system": "c0-system",
    "security": "c0-security",
    "auditor": "c0-audit",
}

#: So many kinds of people look at each page, the first of them who get it.
LOOKERS = 2

Counts = dict[tuple[str, str], int]


def counted(known: Counts, *, others: bool = True) -> Counts:
    """(address, who) → questions, for every page that needs no argument, asked by the first who get it.

    Of a page that is ``known``, by those who got it; who else may have it the access matrix says. Without ``others``
    the known ones alone.
    """
    whose: dict[str, list[str]] = {}
    for name, role in known:
        whose.setdefault(name, []).append(role)
    clients = {role: _signed_in(username) for role, username in WHO.items()}
    found: Counts = {}
    for address in addresses():
        if address.arguments or address.audience in (None, "public"):
            continue
        if not others and address.name not in whose:
            continue
        path, lookers = reverse(address.name), 0
        for role in whose.get(address.name, clients):
            client = clients[role]
            with CaptureQueriesContext(connection) as asked:
                status = client.get(path).status_code
            if status == 405:
                break
            if status == 200:
                lookers += 1
                sql = [query["sql"] for query in asked.captured_queries]
                found[address.name, role] = sum(1 for each in sql if "SAVEPOINT" not in each)
            if lookers == LOOKERS:
                break
    return found


def _signed_in(username: str) -> Client:
    client = Client()
    user = User.objects.get(username=username)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    # The first visit of a session writes when it was; later ones do not.
    client.get(reverse("overview:home"))
    return client


def baseline() -> Counts:
    with BASELINE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["who"]): int(row["queries"]) for row in csv.DictReader(file)}


@pytest.fixture
def unhurried(clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked but by the pages themselves."""
    # Once a minute by the machine's clock a session notes when it was used; on a slow one that would count as a question.
    monkeypatch.setattr(SessionLimits, "WRITE_EVERY", 86_400)
    # Who does not get a page is not counted.
    monkeypatch.setattr("config.urls.handler404", not_here)


@pytest.mark.django_db
def test_one_team_costs_what_is_checked_in(unhurried: None) -> None:
    _made(members=50, months=12, requests=10)
    writes = bool(os.environ.get("ZHUBANG_WRITE_COUNTS"))
    few = counted({} if writes else baseline())
    if writes:
        with BASELINE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["address", "who", "queries"])
            writer.writerows([*key, number] for key, number in sorted(few.items()))
    assert few == baseline()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("members", "months", "requests"),
    [(150, 12, 300), pytest.param(1250, 32, 10_000, marks=pytest.mark.slow)],
)
def test_many_rows_cost_no_more(unhurried: None, members: int, months: int, requests: int) -> None:
    """Three teams and a year; the long proof takes a full county and ten thousand requests."""
    _made(members=members, months=months, requests=requests)
    few, many = baseline(), counted(baseline(), others=False)
    assert set(many) == set(few)
    assert {key: (few[key], number) for key, number in many.items() if number > few[key]} == {}


def _made(*, members: int, months: int, requests: int) -> None:
    calendar.seed(range(2024, 2027))
    generate(members=members, months=months)
    assert LeaveRequest.objects.count() > requests

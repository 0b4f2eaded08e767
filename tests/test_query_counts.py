"""Every list asks the database as often for ten rows as for ten thousand, and no oftener than is checked in.

``make counts`` writes ``query_counts.csv`` anew; read the difference before it is committed.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db import connection, transaction
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


def counted(known: Counts) -> Counts:
    """(address, who) → questions, for every page that needs no argument, asked by the first who get it.

    Of a page that is ``known``, by those who got it; who else may have it the access matrix says.
    """
    whose: dict[str, list[str]] = {}
    for name, role in known:
        whose.setdefault(name, []).append(role)
    clients = {role: _signed_in(username) for role, username in WHO.items()}
    found: Counts = {}
    for address in addresses():
        if address.arguments or address.audience in (None, "public"):
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


def _settled() -> None:
    """As after a night: PostgreSQL knows how many rows there are, else it plans for an empty country."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def baseline() -> Counts:
    with BASELINE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["who"]): int(row["queries"]) for row in csv.DictReader(file)}


@pytest.mark.django_db
def test_ten_rows_and_ten_thousand_cost_the_same(clock, monkeypatch: pytest.MonkeyPatch) -> None:
    # Once a minute by the machine's clock a session notes when it was used; on a slow one that would count as a question.
    monkeypatch.setattr(SessionLimits, "WRITE_EVERY", 86_400)
    calendar.seed(range(2024, 2027))
    with transaction.atomic():
        generate(members=50, months=12)
        _settled()
        assert LeaveRequest.objects.count() >= 10
        few = counted({} if os.environ.get("ZHUBANG_WRITE_COUNTS") else baseline())
        transaction.set_rollback(True)
    if os.environ.get("ZHUBANG_WRITE_COUNTS"):
        with BASELINE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["address", "who", "queries"])
            writer.writerows([*key, number] for key, number in sorted(few.items()))
    assert few == baseline()
    generate(members=1250, months=32)
    _settled()
    assert LeaveRequest.objects.count() > 10_000
    many = counted(few)
    assert {key: (few[key], number) for key, number in many.items() if number > few[key]} == {}

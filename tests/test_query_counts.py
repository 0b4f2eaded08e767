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
    "member": "c0-t0-m1",
    "captain": "c0-t0-captain",
    "officer": "c0-t0-officer",
    "secretary": "c0-t0-secretary",
    "county": "c0-chief",
    "organization": "c0-organization",
    "unit": "c0-unit0",
    "system": "c0-system",
    "security": "c0-security",
    "auditor": "c0-audit",
}

Counts = dict[tuple[str, str], int]


def counted() -> Counts:
    """(address, who) → questions, for every page that needs no argument and shows somebody something."""
    found: Counts = {}
    for role, username in WHO.items():
        client = Client()
        client.force_login(
            User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
        )
        for address in addresses():
            if address.arguments or address.audience in (None, "public"):
                continue
            path = reverse(address.name)
            # The first visit of a session writes when it was; the second is like all others.
            if client.get(path).status_code != 200:
                continue
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            sql = [query["sql"] for query in asked.captured_queries]
            found[address.name, role] = sum(1 for each in sql if "SAVEPOINT" not in each)
    return found


def baseline() -> Counts:
    with BASELINE.open(encoding="utf-8", newline="") as file:
        return {(row["address"], row["who"]): int(row["queries"]) for row in csv.DictReader(file)}


@pytest.mark.django_db
def test_ten_rows_and_ten_thousand_cost_the_same(clock) -> None:
    calendar.seed(range(2024, 2027))
    with transaction.atomic():
        generate(members=10, months=12)
        assert LeaveRequest.objects.count() >= 10
        few = counted()
        transaction.set_rollback(True)
    if os.environ.get("ZHUBANG_WRITE_COUNTS"):
        with BASELINE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["address", "who", "queries"])
            writer.writerows([*key, number] for key, number in sorted(few.items()))
    assert few == baseline()
    generate(members=1000, months=32)
    assert LeaveRequest.objects.count() > 10_000
    many = counted()
    assert {key: (few[key], number) for key, number in many.items() if number > few[key]} == {}

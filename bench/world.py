"""Many people with some history, made quickly in a scratch database."""

from __future__ import annotations

import io
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
TOWNS_PER_COUNTY, PEOPLE_PER_TOWN = 20, 50


@contextmanager
def scratch(postgres: str | None) -> Iterator[None]:
    """Django set up on an empty, migrated database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhubang-bench-") as folder:
        os.environ.update(ZHUBANG_PROFILE="test", ZHUBANG_DATA=folder, LOG_LEVEL="ERROR", LOG_JSON="false")
        os.environ.pop("DATABASE_URL", None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        sys.path.insert(0, str(ROOT))
        name = f"zhubang_bench_{secrets.token_hex(4)}"
        if postgres:
            _run(postgres, f"CREATE DATABASE {name}")
            os.environ["DATABASE_URL"] = urlunsplit(urlsplit(postgres)._replace(path=f"/{name}"))
        try:
            import django
            from django.conf import settings

            settings.ROOT_URLCONF = "bench.urls"
            settings.ALLOWED_HOSTS = ["testserver"]
            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("prepare", verbosity=0, stdout=io.StringIO())
            yield
        finally:
            if postgres:
                from django.db import connections

                connections.close_all()
                _run(postgres, f"DROP DATABASE {name}")


def _run(postgres: str, statement: str) -> None:
    import psycopg2

    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def grow(people: int, document: str = "") -> None:
    """Add whole counties of a thousand, with half a year of leave, until there are ``people``.

    ``document``: under which one, see :func:`overview.generation.generate`.
    """
    from overview.generation import generate
    from teams.models import Region
    from teams.words import Level

    there = Region.objects.filter(level=Level.COUNTY).count() * TOWNS_PER_COUNTY * PEOPLE_PER_TOWN
    if people > there:
        generate(members=people - there, months=6, document=document)


def enter_month() -> int:
    """A month of days and nights for everybody posted today, up to today; returns how many facts."""
    from attendance.models import Fact
    from core import bulk, clock
    from core.months import month_number
    from teams.models import Appointment

    today = clock.today()
    people = Appointment.objects.on(today).full_time().order_by("person").values_list("person", flat=True)
    return bulk.insert(
        Fact,
        (
            {"person_id": person, "month": month_number(today), "day": day, "part": part, "source": 30,
             "revision": 1, "value": value, "note": "", "entered_by_id": None, "entered_at": clock.now()}
            for person in people.iterator()
            for day in range(1, today.day + 1)
            for part, value in (("am", "on_post"), ("pm", "on_post"), ("night", "village"))
        ),
    )  # fmt: skip


def analysed() -> None:
    """Let the database look at its tables, as it does by itself within the hour."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

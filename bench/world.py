"""Many people with some history, made quickly in a scratch database."""

from __future__ import annotations

import io
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
SINCE = date(2024, 9, 2)
TOWNS_PER_COUNTY, PEOPLE_PER_TOWN = 20, 50
BATCH = 2000


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


def grow(people: int) -> None:
    """Add whole counties of a thousand until there are ``people``; the first is 普宁, whose document has tiers."""
    from teams.models import Region

    first = Region.objects.filter(level="county").count()
    for number in range(first, -(-people // (TOWNS_PER_COUNTY * PEOPLE_PER_TOWN))):
        _county(number)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _county(number: int) -> None:
    from teams import people
    from teams.models import DispatchingUnit, Office, Region, Team
    from teams.words import Function, Level, Origin, TeamKind

    def region(parent: Any, name: str, level: str, code: str) -> Any:
        return people.add_region(
            parent=parent, name=name, level=level, code=code, valid_from=SINCE, acting_user=None
        )

    def body(model: Any, name: str, where: Any, **fields: Any) -> Any:
        return people.add_body(
            model=model, name=name, region=where, valid_from=SINCE, acting_user=None, **fields
        )

    province = Region.objects.filter(parent=None).first() or region(
        None, "广东省", Level.PROVINCE, "440000000000"
    )
    code = "445281" if number == 0 else f"99{number:04d}"
    county = region(province, "普宁市" if number == 0 else f"第{number}县", Level.COUNTY, f"{code}000000")
    functions = (Function.AGRICULTURE, Function.RURAL_REVITALIZATION)
    bureau = body(Office, "农业农村局", county, functions=functions)
    body(Office, "县委组织部", county, functions=(Function.ORGANIZATION,))
    unit = body(DispatchingUnit, "林业局", county, origin=Origin.COUNTY)
    posts = [(f"c{number}-chief", "leader", bureau, None)]
    for town_number in range(TOWNS_PER_COUNTY):
        town = region(county, f"第{town_number}镇", Level.TOWN, f"{code}{100 + town_number}000")
        party = body(Office, "镇党委", town, functions=(Function.PARTY_COMMITTEE,))
        team = body(Team, f"驻第{town_number}镇工作队", town, team_kind=TeamKind.TOWN)
        key = f"c{number}-t{town_number}"
        posts.append((f"{key}-secretary", "party_secretary", party, None))
        posts.append((f"{key}-captain", "captain", team, unit))
        posts += [(f"{key}-m{n}", "member", team, unit) for n in range(1, PEOPLE_PER_TOWN)]
    appointments = _appointed(posts)
    _history([row for row in appointments if row.post == "member"], f"{code}000000")


def _appointed(posts: list[tuple[str, str, Any, Any]]) -> list[Any]:
    from teams.models import Appointment, Person, User

    people = Person.objects.bulk_create(
        [Person(name=name, pinyin=name, initials=name[:2]) for name, *_ in posts], BATCH
    )
    User.objects.bulk_create(
        [User(username=human.name, person=human, password="!") for human in people], BATCH
    )
    return Appointment.objects.bulk_create(
        [
            Appointment(person=human, post=post, body_id=place.pk, unit=unit, valid_from=SINCE)
            for human, (_, post, place, unit) in zip(people, posts, strict=True)
        ],
        BATCH,
    )


def _history(postings: list[Any], series: str) -> None:
    """Two leaves each of last spring, decided and closed, with their signatures, half-days and events."""
    from approvals.models import Seat, Signature, SignOff
    from core import clock, triggers
    from core.models import AuditEvent
    from leave.models import LeaveRequest
    from teams.models import Appointment, Away

    captains = {row.body_id: row for row in Appointment.objects.filter(post="captain")}
    year = clock.today().year - 1
    asked = [(posting, month) for month in (3, 4) for posting in postings]
    moments = {month: clock.at(date(year, month, 2), 9) for month in (3, 4)}
    decision = {"version": 1, "outcome": "route", "pack": "puning", "steps": []}
    with triggers.lifted():
        requests = LeaveRequest.objects.bulk_create(
            [
                LeaveRequest(
                    form_key=f"{series}-{posting.pk}-{month}",
                    series=series,
                    number=f"{year}-{n:05d}",
                    applicant_id=posting.person_id,
                    posting=posting,
                    drafted_by_id=posting.person_id,
                    type="personal",
                    type_label="事假",
                    start=date(year, month, 3),
                    end=date(year, month, 5),
                    destination="广州市",
                    reason="家事",
                    absence_halves=6,
                    charged_halves=6,
                    decision=decision,
                    state="back",
                    returned_on=date(year, month, 6),
                    returned_half="am",
                    return_recorded_by_id=posting.person_id,
                    created_at=moments[month],
                    updated_at=moments[month],
                    submitted_at=moments[month],
                )
                for n, (posting, month) in enumerate(asked)
            ],
            BATCH,
        )
        rounds = SignOff.objects.bulk_create(
            [
                SignOff(
                    kind="leave",
                    subject_kind="leave",
                    subject_id=request.pk,
                    round=1,
                    content_hash="0" * 64,
                    plan={"steps": [], "filings": []},
                    state="agreed",
                    opened_at=request.created_at,
                    settled_at=request.created_at,
                )
                for request in requests
            ],
            BATCH,
        )
        seats = Seat.objects.bulk_create(
            [
                Seat(
                    sign_off=sign_off,
                    step=0,
                    need="any",
                    party="team:captain",
                    label="队长",
                    post="captain",
                    body_id=request.posting.body_id,
                )
                for sign_off, request in zip(rounds, requests, strict=True)
            ],
            BATCH,
        )
        Signature.objects.bulk_create(
            [
                Signature(
                    sign_off=sign_off,
                    seat=seat,
                    step=0,
                    need="any",
                    signer_id=captains[seat.body_id].person_id,
                    capacity="队长",
                    appointment=captains[seat.body_id],
                    decision="agree",
                    content_hash="0" * 64,
                    request_key=f"{series}-{sign_off.pk}",
                    at=sign_off.opened_at,
                )
                for sign_off, seat in zip(rounds, seats, strict=True)
            ],
            BATCH,
        )
        Away.objects.bulk_create(
            [
                Away(
                    person_id=request.applicant_id,
                    month=request.start.year * 100 + request.start.month,
                    day=(request.start + timedelta(days=offset)).day,
                    half=half,
                    kind="leave",
                    source_id=request.pk,
                    firm=True,
                )
                for request in requests
                for offset in range(3)
                for half in ("am", "pm")
            ],
            BATCH,
        )
        AuditEvent.objects.bulk_create(
            [
                AuditEvent(
                    at=request.created_at,
                    actor_name="系统",
                    action=action,
                    outcome="done",
                    subject_kind="leave",
                    subject_id=str(request.pk),
                    source="shell",
                )
                for request in requests
                for action in ("leave.save", "leave.submit", "sign_off.sign", "leave.report_back")
            ],
            BATCH,
        )

"""Every trigger refuses what it was laid for, by raw SQL past the verbs, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from approvals.models import Recusal, Seat, Signature, SignOff
from core import triggers
from core.models import AuditEvent
from tests import cast
from tests.core.refused import CASES, CONSTRAINTS, Scene, copied, leave, round_of, rule
from tests.drive import Drive, newest
from tests.stage import one_for_the_file

#: Run on whichever database this run uses, and on PostgreSQL wherever it answers.
pytestmark = [
    pytest.mark.usefixtures("clock"),
    pytest.mark.parametrize(
        "engine",
        [
            pytest.param("this run's", marks=pytest.mark.once),
            pytest.param("PostgreSQL", marks=pytest.mark.postgres),
        ],
        indirect=True,
    ),
]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with one_for_the_file(django_db_blocker):
        yield Scene(Drive(cast.build()))


@pytest.fixture
def scene(engine: str, staged: Scene, db: None) -> Scene:
    """The rows as they were laid, whatever earlier tests did to them."""
    return staged


def test_every_registered_trigger_has_a_case(engine: str) -> None:
    assert {trigger.name for trigger in triggers.REGISTRY} == set(CASES)


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_refuses(scene: Scene, name: str) -> None:
    table = next(trigger.table for trigger in triggers.REGISTRY if trigger.name == name)
    for case in CASES[name]:
        before = _rows(table)
        statement = case(scene)
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert _rows(table) == before


def test_what_the_verbs_do_passes(scene: Scene) -> None:
    """The same statements without the offence go through, so each refusal above has one cause."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(scene.second_signature())
        cursor.execute(round_of("pending", "step = 0")(scene))
        cursor.execute(copied(SignOff, newest(scene.approved).pk, round=9, state="open", settled_at=None))
        cursor.execute(leave("reason = 'x'", "draft")(scene))
        cursor.execute(rule("valid_to = '2027-01-01'", "confirmed_rule")(scene))
    assert Signature.objects.filter(sign_off=newest(scene.joint)).count() == 2


@pytest.mark.parametrize("case", CONSTRAINTS)
def test_constraints_refuse(scene: Scene, case: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS[case](scene))


def test_a_dropped_trigger_is_named_and_laid_again(engine: str, db: None) -> None:
    assert triggers.missing() == []
    target = "" if connection.vendor == "sqlite" else " ON approvals_signature"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER approvals_signature_recused{target}")
    assert triggers.missing() == ["approvals_signature_recused"]
    triggers.install()
    assert triggers.missing() == []


def test_migrate_lays_them_again(engine: str, db: None) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers.REGISTRY:
            target = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
            cursor.execute(f"DROP TRIGGER {trigger.name}{target}")
    assert len(triggers.missing()) == len(triggers.REGISTRY)
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


def test_lifted_takes_them_off_for_a_block_only(scene: Scene) -> None:
    with triggers.lifted():
        assert len(triggers.missing()) == len(triggers.REGISTRY)
        AuditEvent.objects.all().delete()
    assert triggers.missing() == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.all().delete()
    assert Seat.objects.exists()


def _rows(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return cursor.fetchall()

"""A migration that remakes a table loses its triggers on SQLite; they are laid again after it. On a real transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models

from approvals.models import Filing
from core import triggers

pytestmark = pytest.mark.parametrize(
    "engine",
    [
        pytest.param("this run's", marks=pytest.mark.once),
        pytest.param("PostgreSQL", marks=pytest.mark.postgres),
    ],
)


@pytest.fixture
def wider_label(transactional_db: None) -> Iterator[None]:
    """A migration that remakes a table, undone at the end."""
    old = Filing._meta.get_field("label")
    new = models.CharField("名称", max_length=130, null=True)
    new.set_attributes_from_name("label")
    new.model = Filing
    with connection.schema_editor() as editor:
        editor.alter_field(Filing, old, new, strict=False)
    yield
    with connection.schema_editor() as editor:
        editor.alter_field(Filing, new, old, strict=False)
    triggers.install()


def test_triggers_lost_to_a_remade_table_are_laid_after_the_migration(wider_label: None, engine: str) -> None:
    if connection.vendor == "sqlite":
        assert triggers.missing() == ["approvals_filing_no_delete"]
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert triggers.missing() == []

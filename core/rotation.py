"""New keys for identifiers: every encrypted column rewritten with the first key, every keyed hash under the first one.

While it runs, and until the old keys are dropped, everything stays readable and found. A row that is done is left
alone, so a run that was broken off is simply started again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from core import audit
from core.crypto import EncryptedTextField, decrypt, fingerprint, is_current
from core.verbs import verb

BATCH = 500


@dataclass(frozen=True)
class Batch:
    """What one batch came to; ``last`` is None once the table is through."""

    last: int | None
    read: int = 0
    encrypted: int = 0
    hashed: int = 0
    unreadable: int = 0


def tables() -> list[tuple[type[models.Model], list[EncryptedTextField]]]:
    """Every model with encrypted columns, and those columns."""
    found = []
    for model in apps.get_models():
        columns = [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if columns:
            found.append((model, columns))
    return found


@verb("keys.rotate")
def rotate_batch(*, model: type[models.Model], after: Any, acting_user: Any) -> Batch:
    """Rewrite the next rows of one table, in the order of their keys."""
    columns = next(fields for known, fields in tables() if known is model)
    raw = {f"raw_{field.name}": Cast(field.name, models.TextField()) for field in columns}
    hashes = [field.hashed_in for field in columns if field.hashed_in]
    beside = [field.hashed_with for field in columns if field.hashed_with]
    rows = model._base_manager.order_by("pk").select_for_update()
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.annotate(**raw).values("pk", *raw, *hashes, *beside)[:BATCH])
    changed, encrypted, hashed, unreadable = [], 0, 0, 0
    for row in found:
        obj, old = model(pk=row["pk"]), False
        try:
            for field in columns:
                token = row[f"raw_{field.name}"]
                plain = decrypt(token) if token else token
                setattr(obj, field.attname, plain)
                if token and not is_current(token):
                    old, encrypted = True, encrypted + 1
                if field.hashed_in:
                    before = f"{row[field.hashed_with]}:" if field.hashed_with else ""
                    wanted = fingerprint(f"{before}{plain}") if plain else ""
                    setattr(obj, field.hashed_in, wanted)
                    if wanted != row[field.hashed_in]:
                        old, hashed = True, hashed + 1
        except ValueError:
            unreadable += 1
            continue
        if old:
            changed.append(obj)
    if changed:
        model._base_manager.bulk_update(changed, [*(field.name for field in columns), *hashes])
        audit.record(
            action="keys.rotate",
            actor=acting_user,
            after={"table": str(model._meta.verbose_name), "count": len(changed), "last": found[-1]["pk"]},
        )
    last = found[-1]["pk"] if len(found) == BATCH else None
    return Batch(last, len(found), encrypted, hashed, unreadable)

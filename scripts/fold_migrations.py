"""Put constraints and indexes of the first migrations into the tables they belong to.

``makemigrations`` adds most of them afterwards, one operation each, and Django builds the state of every related
model anew for each: half the time of a first start, and of every test run. Called by ``make migrations``.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.db.migrations.migration import SwappableTuple
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import MigrationWriter


def main(rooms: list[str]) -> None:
    django.setup()
    for room in rooms:
        module = import_module(f"{room}.migrations.0001_initial")
        migration = module.Migration("0001_initial", room)
        migration.operations = folded(migration.operations)
        # Loading puts the room of the users in the place of the setting, the only one that says whose table it is.
        migration.dependencies = [
            ("__setting__", "AUTH_USER_MODEL") if isinstance(each, SwappableTuple) else each
            for each in migration.dependencies
        ]
        text = MigrationWriter(migration, include_header=False).as_string()
        Path(module.__file__).write_text(text, encoding="utf-8")


def folded(operations: list[Operation]) -> list[Operation]:
    """The same tables by fewer operations. A table that gets a field afterwards keeps what was added after it."""
    kept: list[Operation] = []
    made: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, AddField):
            made.pop(operation.model_name_lower, None)
        if isinstance(operation, AddConstraint | AddIndex) and operation.model_name_lower in made:
            place = made[operation.model_name_lower]
            kept[place] = _with(kept[place], operation)
            continue
        if isinstance(operation, CreateModel):
            made[operation.name_lower] = len(kept)
        kept.append(operation)
    return kept


def _with(table: Operation, addition: AddConstraint | AddIndex) -> CreateModel:
    if isinstance(addition, AddConstraint):
        option, item = "constraints", addition.constraint
    else:
        option, item = "indexes", addition.index
    options = {**table.options, option: [*table.options.get(option, []), item]}
    return CreateModel(table.name, table.fields, options, table.bases, table.managers)


if __name__ == "__main__":
    main(sys.argv[1:])

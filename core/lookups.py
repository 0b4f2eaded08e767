"""``column__begins``: the beginning of a text, served by an index. ``column__among``: many numbers. On both databases."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import CharField, IntegerField, Lookup

#: Sorts after every text that goes on from where it stands.
_LAST = "\U0010ffff"


@CharField.register_lookup
class Begins(Lookup):
    """As ``startswith``, letter for letter.

    PostgreSQL serves it by the pattern index that Django lays beside every indexed text. SQLite gets a range, because
    its LIKE knows no case and so no index.
    """

    lookup_name = "begins"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} LIKE %s", [*params, f"{connection.ops.prep_for_like_query(self.rhs)}%"]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        text = str(self.rhs)
        return f"({column} >= %s AND {column} < %s)", [*params, text, *params, text + _LAST]


@IntegerField.register_lookup
class Among(Lookup):
    """As ``in`` with many whole numbers, but handed over as one: Django would prepare each of them anew in every question."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, sorted(self.rhs)]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(sorted(self.rhs))]

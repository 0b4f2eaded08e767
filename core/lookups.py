"""``column__begins``: the beginning of a text, served by an index on both databases."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup

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

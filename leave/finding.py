"""What a search means among leave and trips: whose they are, or their number."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from core import clock
from teams.names import so_named

#: Numbers typed without their year are looked for in this year and so many before.
YEARS = 4
MARKS = ("", "公")


def numbered(text: str) -> Q:
    """The number itself, with or without its year: ``2026-0247``, ``公2026-0012``, ``247``."""
    text = text.strip().replace("－", "-")
    year, _, last = text.lstrip("公").rpartition("-")
    if not (last.isdecimal() and last.isascii() and len(last) <= 6):
        return Q(pk__in=[])
    years = [year] if year else range(clock.today().year, clock.today().year - YEARS - 1, -1)
    return Q(number__in=[f"{mark}{each}-{last:0>4}" for each in years for mark in MARKS])


def found(rows: QuerySet[Any], text: str, person: str) -> QuerySet[Any]:
    """Those of ``rows`` whose ``person`` is so named or whose number is meant, the newest first.

    A surname alone, or one letter, means half a county: it finds people and no papers.
    """
    if any(sign.isdecimal() for sign in text):
        rows = rows.filter(numbered(text))
    elif len(text) > 1:
        rows = so_named(rows, text, person)
    else:
        rows = rows.none()
    return rows.order_by("-start", "-pk")

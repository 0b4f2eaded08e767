"""Many invented people with months of decided leave, the same for the same seed: for measuring, not for showing.

Places and bodies are made through the verbs, a few per county. People, appointments and the history go in as whole
tables (:mod:`core.bulk`), but every request carries the decision that policy gives for it, the plan that follows and
the hash that its signature covers, so pages and checks find nothing that the verbs would not have written.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from core import bulk, triggers
from core.context import one_verb
from overview.generation import history, places
from overview.generation.maker import Maker
from teams.models import Region
from teams.words import Level

__all__ = ["Written", "generate"]


@dataclass(frozen=True)
class Written:
    """How much was made."""

    people: int
    requests: int


def generate(*, members: int, months: int, seed: int = 1, document: str = "") -> Written:
    """Add members (whole teams of fifty, whole counties of a thousand) with ``months`` of leave before today.

    County 0 is 普宁, whose document has tiers for captain, secretary and bureau; the others lie in 驻马店, whose document
    also asks for days and nights on post. ``document`` says under which one the counties lie: ``puning``,
    ``zhumadian`` or ``yongxing``; where it leaves open who decides leave, none is made. Of 普宁 and 永兴 there is one
    county each. What is there already stays: a second call goes on where the first ended. The accounts have no
    password. Raises ValueError where a county would stand twice.
    """
    done = Region.objects.filter(level=Level.COUNTY).count()
    if document in places.ONE_COUNTY:
        code = f"{places.ONE_COUNTY[document][3]}000000"
        if members > places.PEOPLE_PER_COUNTY or Region.objects.filter(code=code).exists():
            raise ValueError(f"there is one county under {document}")
    written, requests = 0, 0
    # One county a transaction, so that a stopped run leaves whole counties.
    for number in range(done, done - (-members // places.PEOPLE_PER_COUNTY)):
        size = min(places.PEOPLE_PER_COUNTY, members - written)
        maker = Maker(seed * 100_000 + number)
        with transaction.atomic(), triggers.lifted(), one_verb():
            under = document or ("zhumadian" if number else "puning")
            county = places.county(maker, number, size, under)
            requests += history.leave(maker, county, months)
            bulk.numbers_follow(*maker.keys)
        written += size
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Written(written, requests)

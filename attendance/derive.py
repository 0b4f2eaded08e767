"""What stands of people's days: one statement over facts and firm absences, the same text on both databases.

There is no table of days. Of each part of a day the highest source that still says something stands; the order in
which things were entered never matters. The database counts each source's days together as the bits of a number, so
that a month of somebody comes as a few rows; which source stands above which is settled with those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from core.months import day_of
from policy import dayset
from policy.attendance import PersonDays
from teams.models import Appointment, Person

#: The rank of a firm absence among the sources: only a county's ruling stands above it.
AWAY = 80

# Whom, which month, part, source, revision and value → the days, as bits; and the newest fact. One pass over the facts:
# which revision of a source counts on which day is settled with the few rows that come. A day below bit 31 fits the
# database's own whole numbers, whose sum it counts fastest.
_STANDING = """
SELECT person_id, month, part, source, revision, value, SUM(1 << (day - 1)), MAX(id)
FROM attendance_fact
WHERE month IN ({months}) AND person_id IN ({people}){only}
GROUP BY person_id, month, part, source, revision, value
UNION ALL
SELECT person_id, month, half, {away}, 1, kind, SUM(1 << (day - 1)), 0
FROM teams_away
WHERE firm AND month IN ({months}) AND person_id IN ({people}){only}
GROUP BY person_id, month, half, kind
ORDER BY 1, 2, 3, 4 DESC, 5 DESC
"""


def people_of(rows: Iterable[Appointment]) -> QuerySet[Person]:
    """The ids of the people of these postings, as :func:`standing` takes them."""
    return Person.objects.filter(pk__among={row.person_id for row in rows}).values("pk")


class Said(NamedTuple):
    """Days of a month of which one revision of one source says the same of a part: ``days`` as bits, bit 0 the 1st.

    ``fact``: the number of the newest fact among them; 0 where it is a firm absence, whose ``source`` is AWAY.
    """

    person: int
    month: int
    part: str
    source: int
    revision: int
    value: str
    days: int
    fact: int


def standing(people: QuerySet, months: Collection[int], *, only: date | None = None) -> dict[int, PersonDays]:
    """What stands of the people in those months (202611), by person id; one query.

    ``people`` is a query of person ids with one column, so that the database never gets a list of thousands.
    ``newest`` of each is the number of the newest fact: what a page has seen. Facts of one person are entered under
    his lock, so whoever enters later has the higher number. ``only``: this one day of the month.
    """
    sql, values = people.order_by().query.sql_with_params()
    return _settled(_asked(sql, values, months, only))


def said_of(person_id: int, months: Collection[int]) -> list[Said]:
    """What every source says of one person's months, also what does not stand; one query."""
    return [Said(*row) for row in _asked("%s", (person_id,), months, None)]


def settled(said: Iterable[Said]) -> dict[int, PersonDays]:
    """Which of it stands, by person id; in whatever order it comes."""
    return _settled(sorted(said, key=lambda row: (*row[:3], -row.source, -row.revision)))


def _asked(
    people: str, values: Collection[object], months: Collection[int], only: date | None
) -> list[tuple]:
    """Rows of :class:`Said` in their order; plain ones, since of a county they are some thousand."""
    marks = ", ".join(["%s"] * len(months))
    asked = (*months, *values) if only is None else (*months, *values, only.day)
    day = "" if only is None else " AND day = %s"
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(months=marks, people=people, away=AWAY, only=day), asked * 2)
        return cursor.fetchall()


def _settled(rows: Iterable[tuple]) -> dict[int, PersonDays]:
    """``rows`` by person, month and part, of each the highest source and the latest revision first."""
    said: dict[int, dict[tuple[str, str], int]] = {}
    newest: dict[int, int] = {}
    firsts: dict[int, int] = {}
    at, source_at, taken, later = None, 0, 0, 0
    for person, month, part, source, _, value, days, fact in rows:
        if at != (person, month, part):
            at, source_at, taken, later = (person, month, part), source, 0, 0
            if month not in firsts:
                firsts[month] = dayset.place(day_of(month))
        elif source_at != source:
            source_at, later = source, 0
        own = said.get(person)
        if own is None:
            own = said[person] = {}
            newest[person] = 0
        if fact > newest[person]:
            newest[person] = fact
        # Of one source the latest revision speaks; what it took back hides no other source.
        own_days, later = days & ~later, later | days
        if not value or not (free := own_days & ~taken):
            continue
        taken |= free
        own[part, value] = own.get((part, value), 0) | (free << firsts[month])
    return {person: PersonDays(own, newest[person]) for person, own in said.items()}

"""What stands of people's days: one statement over facts and firm absences, the same text on both databases.

There is no table of days. Of each part of a day the highest source that still says something stands; the order in
which things were entered never matters. The database counts each source's days together as the bits of a number, so
that a month of somebody comes as a few rows; which source stands above which is settled with those.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from core.months import day_of
from policy import dayset
from policy.attendance import PersonDays

#: The rank of a firm absence among the sources: only a county's ruling stands above it.
AWAY = 80

# Whom, which month, part, source and value → the days, as bits; and the newest fact. A fact that has a later revision
# adds nothing to the days. What was taken back (an empty value) hides nothing: the next lower source stands again.
_STANDING = """
WITH later AS (
    SELECT person_id, month, day, part, source, MAX(revision) AS revision FROM attendance_fact
    WHERE revision > 1 AND month IN ({months}) AND person_id IN ({people}){only}
    GROUP BY person_id, month, day, part, source
)
SELECT f.person_id, f.month, f.part, f.source, f.value,
       CAST(SUM(CASE WHEN l.revision > f.revision THEN 0 ELSE CAST(1 AS BIGINT) << (f.day - 1) END) AS BIGINT),
       MAX(f.id)
FROM attendance_fact f
LEFT JOIN later l ON l.person_id = f.person_id AND l.month = f.month AND l.day = f.day
    AND l.part = f.part AND l.source = f.source
WHERE f.month IN ({months}) AND f.person_id IN ({people}){of_f}
GROUP BY f.person_id, f.month, f.part, f.source, f.value
UNION ALL
SELECT person_id, month, half, {away}, kind, CAST(SUM(CAST(1 AS BIGINT) << (day - 1)) AS BIGINT), 0
FROM teams_away
WHERE firm AND month IN ({months}) AND person_id IN ({people}){only}
GROUP BY person_id, month, half, kind
ORDER BY 1, 2, 3, 4 DESC
"""


def standing(people: QuerySet, months: Collection[int], *, only: date | None = None) -> dict[int, PersonDays]:
    """What stands of the people in those months (202611), by person id; one query.

    ``people`` is a query of person ids with one column, so that the database never gets a list of thousands.
    ``newest`` of each is the number of the newest fact: what a page has seen. Facts of one person are entered under
    his lock, so whoever enters later has the higher number. ``only``: this one day of the month.
    """
    sql, values = people.order_by().query.sql_with_params()
    marks = ", ".join(["%s"] * len(months))
    asked = (*months, *values) if only is None else (*months, *values, only.day)
    day, of_f = ("", "") if only is None else (" AND day = %s", " AND f.day = %s")
    firsts = {month: dayset.place(day_of(month)) for month in months}
    said: dict[int, dict[tuple[str, str], int]] = {}
    newest: dict[int, int] = {}
    at, taken = None, 0
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(months=marks, people=sql, away=AWAY, only=day, of_f=of_f), asked * 3)
        for person, month, part, _, value, days, fact in cursor.fetchall():
            if at != (person, month, part):
                at, taken = (person, month, part), 0
            own = said.get(person)
            if own is None:
                own = said[person] = {}
                newest[person] = 0
            if fact > newest[person]:
                newest[person] = fact
            if not value or not (free := days & ~taken):
                continue
            taken |= free
            own[part, value] = own.get((part, value), 0) | (free << firsts[month])
    return {person: PersonDays(own, newest[person]) for person, own in said.items()}

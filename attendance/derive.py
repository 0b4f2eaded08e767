"""What stands of people's days: one statement over facts and firm absences, the same text on both databases.

There is no table of days. Of each part of a day the highest source that still says something stands; the order in
which things were entered never matters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from policy.attendance import PARTS

#: The rank of a firm absence among the sources: only a county's ruling stands above it.
AWAY = 80

# The newest revision of each source, what was taken back left out; with the absences; the highest source of each part.
_STANDING = """
WITH newest AS (
    SELECT person_id, month, day, part, source, value, id,
           ROW_NUMBER() OVER (PARTITION BY person_id, month, day, part, source ORDER BY revision DESC) AS turn
    FROM attendance_fact
    WHERE month IN ({months}) AND person_id IN ({people})
), said AS (
    SELECT person_id, month, day, part, source, value FROM newest WHERE turn = 1 AND value <> ''
    UNION ALL
    SELECT person_id, month, day, half, {away}, kind FROM teams_away
    WHERE firm AND month IN ({months}) AND person_id IN ({people})
), ranked AS (
    SELECT person_id, month, day, part, value,
           ROW_NUMBER() OVER (PARTITION BY person_id, month, day, part ORDER BY source DESC) AS turn
    FROM said
)
SELECT person_id, month, day,
       MAX(CASE WHEN part = 'am' THEN value END),
       MAX(CASE WHEN part = 'pm' THEN value END),
       MAX(CASE WHEN part = 'night' THEN value END)
FROM ranked WHERE turn = 1 GROUP BY person_id, month, day
"""
_SEEN = """
SELECT person_id, MAX(id) FROM attendance_fact WHERE month IN ({months}) AND person_id IN ({people}) GROUP BY person_id
"""


@dataclass(frozen=True, slots=True)
class PersonDays:
    """One person's standing days: date → part → value; a part of which nothing is said is left out."""

    values: dict[date, dict[str, str]] = field(default_factory=dict)


def month_number(day: date) -> int:
    """How tables write the month of a day: 202611."""
    return day.year * 100 + day.month


def standing(people: QuerySet, months: Collection[int]) -> dict[int, PersonDays]:
    """What stands of the people in those months (202611), by person id; one query.

    ``people`` is a query of person ids with one column, so that the database never gets a list of thousands.
    """
    sql, values = people.order_by().query.sql_with_params()
    marks = ", ".join(["%s"] * len(months))
    asked = (*months, *values)
    found: dict[int, PersonDays] = {}
    dates: dict[tuple[int, int], date] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(months=marks, people=sql, away=AWAY), (*asked, *asked))
        for person, month, day, *said in cursor.fetchall():
            when = dates.get((month, day))
            if when is None:
                when = dates[month, day] = date(month // 100, month % 100, day)
            known = found.get(person)
            if known is None:
                known = found[person] = PersonDays()
            known.values[when] = {
                part: value for part, value in zip(PARTS, said, strict=True) if value is not None
            }
    return found


def newest_known(people: QuerySet, months: Iterable[int]) -> dict[int, int]:
    """The number of the newest fact of each person in those months: what a page has seen; one query.

    Facts of one person are entered under his lock, so whoever enters later has the higher number.
    """
    months = list(months)
    sql, values = people.order_by().query.sql_with_params()
    marks = ", ".join(["%s"] * len(months))
    with connection.cursor() as cursor:
        cursor.execute(_SEEN.format(months=marks, people=sql), (*months, *values))
        return dict(cursor.fetchall())

"""What is said of the days of a month, counted by place and day: one statement, the same text on both databases.

A board asks for sums alone, so the database makes them: a county of a thousand people comes back as twenty towns by
thirty days, never as thirty thousand rows. What stands of a day is what :mod:`attendance.derive` says stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Case, CharField, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Substr

from attendance.derive import AWAY, month_number
from leave.whereabouts.grid import bounds
from leave.whereabouts.seen import as_number
from policy.attendance import LEAVE, THERE, TRIP
from teams.models import Appointment

#: Said to be elsewhere by right: neither on post nor missing from it.
EXCUSED = ("rest", "comp_rest", "training")
UNVERIFIED = "unverified"

# As in derive, for half-days alone. What its source has taken back since is left out first, then whatever a higher
# source or a later revision says better: most halves are said once, so both are quickly found to be few.
# CROSS JOIN keeps SQLite from walking the facts of the country first; PostgreSQL reads it as any other join.
_COUNTED = """
WITH serving (person_id, place, since_on, until_on) AS (
    {serving}
), said AS (
    SELECT serving.place, fact.person_id, fact.day, fact.part, fact.source * 1000 + fact.revision AS standing, fact.value
    FROM serving CROSS JOIN attendance_fact fact
    WHERE fact.person_id = serving.person_id AND fact.month = %s AND fact.day BETWEEN %s AND %s AND fact.part <> 'night'
          AND fact.month * 100 + fact.day >= serving.since_on AND fact.month * 100 + fact.day <= serving.until_on
          AND NOT EXISTS (
              SELECT 1 FROM attendance_fact back
              WHERE back.value = '' AND back.person_id = fact.person_id AND back.month = fact.month
                    AND back.day = fact.day AND back.part = fact.part AND back.source = fact.source
                    AND back.revision >= fact.revision
          )
    UNION ALL
    SELECT serving.place, away.person_id, away.day, away.half, {away} * 1000, away.kind
    FROM serving CROSS JOIN teams_away away
    WHERE away.person_id = serving.person_id AND away.firm AND away.month = %s AND away.day BETWEEN %s AND %s
          AND away.month * 100 + away.day >= serving.since_on AND away.month * 100 + away.day <= serving.until_on
), several AS (
    SELECT place, person_id, day, part, MAX(standing) AS highest FROM said
    GROUP BY person_id, day, part, place HAVING COUNT(*) > 1
)
SELECT place, day, value, COUNT(*) FROM said
WHERE NOT EXISTS (
    SELECT 1 FROM several
    WHERE several.person_id = said.person_id AND several.day = said.day AND several.part = said.part
          AND several.place = said.place AND several.highest > said.standing
)
GROUP BY place, day, value
"""


@dataclass(slots=True)
class DayCount:
    """One place on one day. ``posted``: people; everything else in halves of days. ``there``: on post or on duty."""

    posted: int = 0
    there: int = 0
    leave: int = 0
    trip: int = 0
    unverified: int = 0
    excused: int = 0

    def add(self, value: str, halves: int) -> None:
        """Count what is said of some halves."""
        if value in THERE:
            self.there += halves
        elif value == LEAVE:
            self.leave += halves
        elif value == TRIP:
            self.trip += halves
        elif value in EXCUSED:
            self.excused += halves
        else:
            self.unverified += halves

    def join(self, other: DayCount) -> None:
        """Count the other's figures here as well."""
        self.posted += other.posted
        self.there += other.there
        self.leave += other.leave
        self.trip += other.trip
        self.unverified += other.unverified
        self.excused += other.excused

    @property
    def said(self) -> int:
        """Halves of which anything is said."""
        return self.there + self.leave + self.trip + self.unverified + self.excused

    @property
    def silent(self) -> int:
        """Halves of which nothing is said yet: nobody is called absent for them."""
        return max(0, 2 * self.posted - self.said)

    @property
    def entered(self) -> bool:
        """Has anybody entered anything, or are all away on paper? Leave of one alone says nothing of the others."""
        return bool(self.there or self.unverified or self.excused) or not self.silent

    @property
    def share(self) -> int | None:
        """On post, in percent of those who were to be there and of whom something is said; None where nobody is."""
        wanted = self.said - self.excused
        return round(100 * self.there / wanted) if wanted and self.entered else None

    @property
    def share_now(self) -> int | None:
        """The same of a day that is not over: who is not away counts as there until the evening says otherwise."""
        wanted = 2 * self.posted - self.excused
        return round(100 * (self.there + self.silent) / wanted) if wanted > 0 else None


Counts = dict[str, dict[date, DayCount]]


def counts_of(rows: QuerySet[Appointment], key: str, first: date, last: date) -> Counts:
    """place → day → what is said of it, of the full-time postings ``rows`` on the days of one month; two queries.

    ``key`` says what a place is: ``body`` (the team, by its number), or ``path:N``, the first N digits of the
    division path. Days outside a posting do not count for its place.
    """
    assert (first.year, first.month) == (last.year, last.month)
    month = month_number(first)
    low, high = month * 100 + first.day, month * 100 + last.day
    marked = rows.order_by().annotate(
        place=_place(key),
        # Hardly anybody comes or goes within the month: only his dates are taken apart.
        since_on=Case(
            When(valid_from__lte=first, then=Value(low)),
            default=Cast(as_number("valid_from"), IntegerField()),
        ),
        until_on=Case(
            When(Q(valid_to=None) | Q(valid_to__gte=last), then=Value(high)),
            default=Cast(as_number("valid_to"), IntegerField()),
        ),
    )
    found: Counts = defaultdict(lambda: defaultdict(DayCount))
    # People posted all along are one line for each place, so this stays small.
    windows = marked.values_list("place", "since_on", "until_on").annotate(Count("person", distinct=True))
    for place, since, until, people in windows:
        for number in range(since % 100, until % 100 + 1):
            found[place][first.replace(day=number)].posted += people
    sql, values = marked.values_list("person_id", "place", "since_on", "until_on").query.sql_with_params()
    days = (month, first.day, last.day)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(serving=sql, away=AWAY), (*values, *days, *days))
        for place, day, value, halves in cursor.fetchall():
            found[place][first.replace(day=day)].add(value, halves)
    return found


def month_counts(rows: QuerySet[Appointment], key: str, month: date) -> Counts:
    """The same of every day of a month."""
    return counts_of(rows, key, *bounds(month))


def totals(counts: Iterable[dict[date, DayCount]]) -> dict[date, DayCount]:
    """All places together, by day."""
    found: dict[date, DayCount] = defaultdict(DayCount)
    for days in counts:
        for day, count in days.items():
            found[day].join(count)
    return found


def _place(key: str) -> object:
    if key == "body":
        return Cast("body_id", CharField(max_length=20))
    return Substr("body__region__path", 1, int(key.removeprefix("path:")))


__all__ = ["Counts", "DayCount", "counts_of", "month_counts", "totals"]

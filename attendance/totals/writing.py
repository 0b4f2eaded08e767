"""Writing counties' months down, whole each time: never a difference, so that no mistake lasts longer than a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from attendance.by_day import counts_of
from attendance.keepers import with_teams
from attendance.tallies import FIGURES, each_posting, known_of
from attendance.totals.models import CountyMonth, CountyMonthDay, CountyMonthLine
from attendance.totals.reading import MOST
from core import bulk, clock
from core.months import beside, bounds, month_number
from policy.attendance import PersonDays
from policy.periods import period_of
from teams.models import Appointment, Region
from teams.models.places import path_range
from teams.words import Level

#: Of how many months before the last one the nightly run writes as well: what was opened again, decided late, merged.
OLDER = 10


def write_present() -> int:
    """Write this month and the last of every county, where any viewer could have more people than are derived at once.

    Returns how many counties' months were written.
    """
    this = clock.today().replace(day=1)
    return _write([this, beside(this)[0]])


def write_older() -> int:
    """The months before those, which seldom change."""
    months, month = [], beside(clock.today())[0]
    for _ in range(OLDER):
        month = beside(month)[0]
        months.append(month)
    return _write(months)


def _write(months: Sequence[date]) -> int:
    if Appointment.objects.on(clock.today()).full_time()[: MOST + 1].count() <= MOST:
        return 0
    counties = list(Region.objects.filter(level=Level.COUNTY, valid_to=None).order_by("path"))
    return sum(write(county, month) for month in months for county in counties)


@transaction.atomic
def write(county: Region, month: date) -> bool:
    """Write one county's month anew; whether anybody is posted there. Two at once wait for each other."""
    list(Region.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    low, high = path_range(county.path)
    first, last = bounds(month)
    # Of when the lines are: nothing that was entered later is missing because it is taken for known.
    at = clock.now()
    rows = with_teams(
        Appointment.objects.full_time()
        .filter(void=False, body__region__path__gte=low, body__region__path__lt=high, valid_from__lte=last)
        .exclude(valid_to__lt=first)
    )
    number = month_number(first)
    CountyMonth.objects.filter(county=county, month=number).delete()
    if not rows:
        return False
    of = CountyMonth.objects.create(county=county, month=number, written_at=at)
    known = known_of(rows, period_of("month", first))
    bulk.insert(CountyMonthLine, _lines(of, rows, first, known))
    bulk.insert(CountyMonthDay, _days(of, rows, first, known))
    return True


def _days(
    of: CountyMonth, rows: Sequence[Appointment], month: date, known: Mapping[int, PersonDays]
) -> Iterator[dict[str, Any]]:
    postings = [(row.person_id, row.body.team.region.town.path, row.valid_from, row.valid_to) for row in rows]
    for town, days in counts_of(postings, known, *bounds(month)).items():
        for day, count in days.items():
            yield {"of_id": of.pk, "month": of.month, "town": town, "day": day.day, **asdict(count)}


def _lines(
    of: CountyMonth, rows: Sequence[Appointment], month: date, known: Mapping[int, PersonDays]
) -> Iterator[dict[str, Any]]:
    for row, tally in each_posting(rows, period_of("month", month), quotas=True, known=known):
        yield {
            "of_id": of.pk,
            "month": of.month,
            "appointment_id": row.pk,
            "person_id": row.person_id,
            "team_id": row.body_id,
            "unit_id": row.unit_id,
            "path": row.body.region.path,
            "town": row.body.team.region.town.path,
            **{name: getattr(tally, name) for name in FIGURES},
        }

"""Writing counties' months and weeks down, whole each time: never a difference, so that no mistake lasts longer than a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from attendance.by_day import DayCount, counts_of
from attendance.derive import people_of
from attendance.keepers import with_teams
from attendance.quotas import Standings, standings_of
from attendance.standing import Quotas
from attendance.tallies import FIGURES, each_posting, known_of
from attendance.totals.models import CountyMonthDay, CountyMonthLine, CountyPeriod, CountyQuota
from attendance.totals.reading import MOST
from core import bulk, clock
from core.months import beside, bounds, month_number
from policy.attendance import PersonDays
from policy.periods import Period, period_of, previous
from teams.models import Appointment, Region
from teams.models.places import STEP, path_range
from teams.words import Level

#: Of how many months before the last one the nightly run writes as well: what was opened again, decided late, merged.
OLDER = 10
#: So many counties at once: while the database counts one's days, those of another are judged.
LANES = 2


def write_present() -> int:
    """Write this month and week and the last of every county, where any viewer could have more people than are derived
    at once.

    Returns how many counties' months and weeks were written.
    """
    today = clock.today()
    periods = [period_of(per, today) for per in ("month", "week")]
    return _write([*periods, *(previous(each) for each in periods)])


def write_older() -> int:
    """The months before those, which seldom change."""
    months, month = [], beside(clock.today())[0]
    for _ in range(OLDER):
        month = beside(month)[0]
        months.append(period_of("month", month))
    return _write(months)


def _write(periods: Sequence[Period]) -> int:
    if Appointment.objects.on(clock.today()).full_time()[: MOST + 1].count() <= MOST:
        return 0
    return write_all(periods)


def write_all(periods: Sequence[Period]) -> int:
    """Write these months and weeks of every county, several at once; how many had anybody posted there."""
    counties = list(Region.objects.filter(level=Level.COUNTY, valid_to=None).order_by("path"))
    wanted = [(county, period) for period in periods for county in counties]
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        # SQLite takes one writer, and what a transaction has not committed no other connection sees.
        return _lane(wanted)
    with ThreadPoolExecutor(LANES, thread_name_prefix="totals") as pool:
        lanes = [pool.submit(copy_context().run, _lane_of_its_own, wanted[at::LANES]) for at in range(LANES)]
        return sum(lane.result() for lane in lanes)


def _lane(wanted: Sequence[tuple[Region, Period]]) -> int:
    return sum(write(county, period) for county, period in wanted)


def _lane_of_its_own(wanted: Sequence[tuple[Region, Period]]) -> int:
    try:
        return _lane(wanted)
    finally:
        # A thread's connection is closed by nobody else.
        connection.close()


@transaction.atomic
def write(county: Region, period: Period) -> bool:
    """Write one county's month or week anew; whether anybody is posted there. Two at once wait for each other.

    Of a week nothing is read where no document asks anything of one.
    """
    assert period.last is not None
    _not_waiting_for_the_disk()
    list(Region.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    low, high = path_range(county.path)
    # Of when the rows are: nothing that was entered later is missing because it is taken for known.
    at = clock.now()
    here = Q(body__region__path__gte=low, body__region__path__lt=high)
    touching = Appointment.objects.full_time().filter(void=False, valid_from__lte=period.last)
    touching = touching.exclude(valid_to__lt=period.first)
    rows = with_teams(touching.filter(here), named=False)
    CountyPeriod.objects.filter(county=county, period=period.key).delete()
    if not rows:
        return False
    of = CountyPeriod.objects.create(county=county, period=period.key, written_at=at)
    people = people_of(rows)
    quotas = Quotas(people, period)
    whole = period.per == "month"
    if not whole and period.per not in quotas.rhythms():
        return True
    known = known_of(rows, period)
    # Of so many people as read these rows only a city has: who moved from county to county is one person there, with one
    # quota.
    others: list[Appointment] = []
    if moved := quotas.posted_outside(low, high):
        first, end = path_range(county.path[:-STEP] or county.path)
        city = Q(body__region__path__gte=first, body__region__path__lt=end)
        found = with_teams(touching.filter(city, ~here, person__in=moved), named=False)
        written = tuple(
            Region.objects.filter(
                level=Level.COUNTY, valid_to=None, path__gte=first, path__lt=end
            ).values_list("path", flat=True)
        )
        others = [row for row in found if row.body.region.path.startswith(written)]
    judged = standings_of([*rows, *others], period, known, quotas)
    own = {row.pk for row in rows}
    judged = replace(judged, lines=[line for line in judged.lines if line.posting.pk in own])
    bulk.insert(CountyQuota, _quotas(of, judged))
    if whole:
        before = {row.person_id for row in others if row.body.region.path < low}
        bulk.insert(CountyMonthLine, _lines(of, rows, period, known, judged, before))
        bulk.insert(CountyMonthDay, _days(of, rows, period.first, known))
    return True


def _not_waiting_for_the_disk() -> None:
    """What a crash takes is written again ten minutes later; until then its old rows stand."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def _days(
    of: CountyPeriod, rows: Sequence[Appointment], month: date, known: Mapping[int, PersonDays]
) -> Iterator[dict[str, Any]]:
    postings = [(row.person_id, row.body.team.region.town.path, row.valid_from, row.valid_to) for row in rows]
    for town, days in counts_of(postings, known, *bounds(month)).items():
        for day, count in days.items():
            yield {
                "of_id": of.pk,
                "month": month_number(month),
                "town": town,
                "day": day.day,
                **{name: getattr(count, name) for name in DayCount.__slots__},
            }


def _lines(
    of: CountyPeriod,
    rows: Sequence[Appointment],
    period: Period,
    known: Mapping[int, PersonDays],
    judged: Standings,
    before: Collection[int],
) -> Iterator[dict[str, Any]]:
    """``before``: the people who are counted in a county that comes before this one."""
    for row, tally in each_posting(rows, period, quotas=True, known=known, judged=judged, named=False):
        yield {
            "of_id": of.pk,
            "month": month_number(period.first),
            **_place(row),
            **{name: getattr(tally, name) for name in FIGURES},
            "people": 0 if row.person_id in before else tally.people,
        }


def _quotas(of: CountyPeriod, judged: Standings) -> Iterator[dict[str, Any]]:
    for order, line in enumerate(judged.lines):
        yield {
            "of_id": of.pk,
            "period": of.period,
            **_place(line.posting),
            "order": order,
            "measure": line.measure,
            "label": line.label,
            "clause": line.clause,
            "state": line.state,
            "text": line.text,
            "causes": line.causes,
            "ways": line.ways,
            "changed": line.changed,
        }


def _place(row: Appointment) -> dict[str, Any]:
    """Whose row it is and where, by which a page finds it."""
    return {
        "appointment_id": row.pk,
        "person_id": row.person_id,
        "team_id": row.body_id,
        "unit_id": row.unit_id,
        "path": row.body.region.path,
        "town": row.body.team.region.town.path,
    }

"""From facts to month totals: a county of 1,000 derived at once, everybody written county by county, and read again.

    .venv/bin/python -m bench.totals                               # 6,000 people, SQLite
    .venv/bin/python -m bench.totals --people 50000 --postgres postgres://postgres@127.0.0.1:5432/postgres

The floor is one statement over a table of days that this design does without: one row a person and day, made from the
same facts in the scratch database, summed up for all people.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from bench.world import analysed, enter_month, grow, scratch

ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=6000)
    parser.add_argument("--postgres", help="address of a PostgreSQL server; SQLite otherwise")
    asked = parser.parse_args()
    with scratch(asked.postgres):
        grow(asked.people)
        enter_month()
        analysed()
        # As a worker does before its first job.
        from core.garbage import what_is_loaded_stays

        what_is_loaded_stays()
        _measure(asked.people)


def _timed(act: object, rounds: int = ROUNDS) -> float:
    """The median in milliseconds, after one round unseen."""
    times = []
    for _ in range(rounds + 1):
        started = perf_counter()
        act()  # type: ignore[operator]
        times.append(1000 * (perf_counter() - started))
    return median(times[1:])


def _measure(people: int) -> None:
    from django.db import connection

    from attendance.derive import standing
    from attendance.totals import writing
    from attendance.totals.models import CountyMonthLine
    from attendance.totals.reading import Totals, month_totals
    from core import clock
    from core.months import month_number
    from policy.periods import period_of
    from teams.models import Appointment, Person, Region, User
    from teams.models.places import path_range
    from teams.words import Level

    month = clock.today().replace(day=1)
    number = month_number(month)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_day AS SELECT person_id, month, day, "
            "SUM(CASE WHEN part <> 'night' AND value = 'on_post' THEN 1 ELSE 0 END) AS on_post, "
            "SUM(CASE WHEN part = 'night' AND value = 'village' THEN 1 ELSE 0 END) AS nights "
            "FROM attendance_fact GROUP BY person_id, month, day"
        )
        analysed()

        def floor() -> None:
            cursor.execute(
                "SELECT person_id, SUM(on_post), SUM(nights) FROM bench_day WHERE month = %s GROUP BY person_id",
                [number],
            )
            cursor.fetchall()

        bottom = _timed(floor)
    county = Region.objects.filter(level=Level.COUNTY).order_by("path").first()
    assert county is not None
    low, high = path_range(county.path)
    posted = Appointment.objects.full_time().filter(body__region__path__gte=low, body__region__path__lt=high)
    live = _timed(
        lambda: standing(Person.objects.filter(pk__in=posted.values("person")).values("pk"), [number])
    )
    started = perf_counter()
    writing.write_all([period_of("month", month)])
    written = perf_counter() - started
    lines = CountyMonthLine.objects.count()
    analysed()
    chief = User.objects.get(username="c0-chief")
    whole = _whole_of(month)
    read = _timed(whole)
    county_page = _timed(lambda: _checked(month_totals(chief, month)))
    print(
        f"{connection.vendor}, {people:,} people, {lines:,} lines; ms: "
        f"floor, the day table summed {bottom:.0f}; a county of 1,000 derived at once {live:.0f}; "
        f"its totals with quotas {county_page:.0f}; "
        f"facts → lines {written * 1000:.0f} ({written * 50_000 / lines:.1f} s for 50,000); "
        f"their totals by town read {read:.0f} ({read / bottom:.2f} × floor)"
    )
    assert isinstance(month_totals(chief, month), Totals)


def _whole_of(month: object) -> object:
    from attendance.totals.models import CountyMonthLine
    from attendance.totals.reading import lines_of
    from core.months import month_number

    return lambda: lines_of(CountyMonthLine.objects.filter(month=month_number(month)), "town")  # type: ignore[arg-type]


def _checked(found: object) -> None:
    assert found.lines  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()

"""Who will be away in the next days, by day: from the half-days that leave and trips claim."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Value
from django.urls import reverse

from core import clock
from core.calendar import statutory_calendar
from core.months import day_of
from leave.whereabouts.grid import WEEK
from leave.whereabouts.seen import days_q
from overview.board.ranges import Range
from teams.models import Away
from teams.words import AwayKind, Level

SOON, LATER = 7, 14


@dataclass(frozen=True)
class Ahead:
    """One coming day: people on leave, on trips, and those whose leave still waits."""

    date: date
    rest: bool
    leave: int
    trip: int
    waiting: int
    leave_url: str
    trip_url: str

    @property
    def label(self) -> str:
        """11-25 周三."""
        return f"{self.date:%m-%d} 周{WEEK[self.date.weekday()]}"


@dataclass(frozen=True)
class Coming:
    """The next fourteen days; ``soon`` and ``later``: people away on one of the next 7, 14 days."""

    days: list[Ahead]
    soon: int
    later: int


def coming(here: Range) -> Coming:
    """From tomorrow on; two queries, however many people that is."""
    today, calendar = clock.today(), statutory_calendar()
    first, last = today + timedelta(days=1), today + timedelta(days=LATER)
    people = here.rows(first, last).order_by().values("person")
    rows = Away.objects.filter(days_q(first, last), person__in=people).order_by()
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    counted = rows.values_list("month", "day", "kind", "firm").annotate(Count("person", distinct=True))
    for month, day, kind, firm, number in counted:
        name = kind if firm else "waiting"
        known = by_day[day_of(month, day)]
        known[name] = known.get(name, 0) + number
    seventh = today + timedelta(days=SOON)
    near = Q(on__lte=seventh.year * 10000 + seventh.month * 100 + seventh.day)
    both = rows.annotate(on=F("month") * Value(100) + F("day")).aggregate(
        soon=Count("person", distinct=True, filter=near), later=Count("person", distinct=True)
    )
    days = [first + timedelta(days=number) for number in range(LATER)]
    return Coming(
        [
            Ahead(
                day,
                not calendar.is_workday(day),
                by_day[day].get(AwayKind.LEAVE, 0),
                by_day[day].get(AwayKind.TRIP, 0),
                by_day[day].get("waiting", 0),
                _list("leave:list", here, day),
                _list("leave:trips", here, day),
            )
            for day in days
        ],
        both["soon"],
        both["later"],
    )


def _list(name: str, here: Range, day: date) -> str:
    """The leave, or the trips, that touch the day."""
    query = {"since": day.isoformat(), "until": day.isoformat()}
    if here.name == "team":
        query["team"] = here.value
    elif here.kind == Level.TOWN:
        query["town"] = here.value
    return f"{reverse(name)}?{urlencode(query)}"

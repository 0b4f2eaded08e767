"""What the pages of 轮值表 show: the next holidays, one plan by day, and whose working days want a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import clock
from core.calendar import statutory_calendar
from core.models import CalendarDay
from leave.models import HolidayRota, RotaDuty
from leave.rotas.services import Member, members_of

#: How far ahead holidays are offered, in days.
AHEAD = 200


@dataclass(frozen=True)
class Holiday:
    """A run of rest days around a statutory holiday."""

    name: str
    first: date
    last: date


def coming_holidays() -> list[Holiday]:
    """The published holidays of the next months, each with the rest days it touches; one query."""
    today = clock.today()
    calendar = statutory_calendar()
    rows = CalendarDay.objects.filter(
        day__range=(today, today + timedelta(days=AHEAD)), kind=CalendarDay.Kind.REST
    )
    found: list[Holiday] = []
    for day, name in rows.order_by("day").values_list("day", "name"):
        if found and day <= found[-1].last:
            continue
        first = last = day
        while not calendar.is_workday(first - timedelta(days=1)):
            first -= timedelta(days=1)
        while not calendar.is_workday(last + timedelta(days=1)):
            last += timedelta(days=1)
        found.append(Holiday(name, first, last))
    return found


@dataclass(frozen=True)
class DayShown:
    """One day of a plan: everybody with whether he is on duty, rests, or is away."""

    day: date
    rest: bool
    people: list[dict[str, Any]]
    on_duty: list[str]


def days_shown(members: list[Member], first: date, last: date, duty: set[tuple[int, date]]) -> list[DayShown]:
    """The days of a plan for its form and its page; no query but the calendar's."""
    calendar = statutory_calendar()
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        here = [member for member in members if member.serves(day)]
        people = [
            {
                "value": f"{member.posting.person_id}:{day.isoformat()}",
                "name": member.posting.person.name,
                "post": member.posting.post_name,
                "away": member.away.get(day, ""),
                "on": (member.posting.person_id, day) in duty,
            }
            for member in here
        ]
        found.append(
            DayShown(day, not calendar.is_workday(day), people, [row["name"] for row in people if row["on"]])
        )
    return found


def duty_of(rota: HolidayRota) -> set[tuple[int, date]]:
    """Every (person, day) on duty of a plan; one query."""
    return set(RotaDuty.objects.filter(day__rota=rota).values_list("person", "day__day"))


def shown(rota: HolidayRota) -> list[DayShown]:
    """The plan by day; three queries."""
    members = members_of(rota.team, rota.first, rota.last)
    return days_shown(members, rota.first, rota.last, duty_of(rota))


def working_days_off(person_id: int, days: list[DayShown]) -> list[tuple[date, date]]:
    """Stretches of working days on which the person is not on duty: to be away then he needs his own request."""
    found: list[tuple[date, date]] = []
    for each in days:
        mine = [row for row in each.people if row["value"].startswith(f"{person_id}:")]
        if each.rest or not mine or mine[0]["on"] or mine[0]["away"]:
            continue
        if found and found[-1][1] == each.day - timedelta(days=1):
            found[-1] = (found[-1][0], each.day)
        else:
            found.append((each.day, each.day))
    return found

"""调度: what a week or a month came to, ready for whoever the document has look at it; and the word that it is ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from attendance.spans import named
from core import clock
from core.calendar import statutory_calendar
from core.notices import Word
from policy.calendar import Calendar
from policy.periods import Period, period_of, previous
from policy.whom import Whom, rules_for
from rules.book import rule_book
from rules.places import chains_of
from teams.holders import Holders, Pair
from teams.models import Appointment, Region, Team
from teams.models.dated import in_force
from teams.parties import Directory
from teams.selectors import Places, region_lookup
from teams.words import Level

#: The duties of a document that are a look at who is at his post, by the codes of the rules.
CODES = ("town_check", "county_check")
#: A word that could not be said on its day is still said so many days later; then it is over.
CATCH_UP = timedelta(days=3)


@dataclass(frozen=True)
class Check:
    """A rule about looking at people's days, and the teams it concerns."""

    rule: Any
    pack_office: str
    teams: list[Team] = field(default_factory=list)


def asked(teams: Iterable[Team], day: date) -> list[Check]:
    """What the documents ask for these teams on that day; one query."""
    book, teams = rule_book(), list(teams)
    found: dict[str, Check] = {}
    for team, (_, codes) in zip(teams, chains_of([team.region for team in teams]), strict=True):
        holding = rules_for(book, "obligation", Whom(region_codes=codes, team_kind=team.team_kind), day)
        for rule in holding.rules:
            if rule.code in CODES and holding.pack is not None:
                check = found.setdefault(rule.clause, Check(rule, holding.pack.pack.managing_office))
                check.teams.append(team)
    return list(found.values())


def asked_per(teams: Iterable[Team], period: Period) -> list[Check]:
    """The same of one rhythm, on the period's first day."""
    return [each for each in asked(teams, period.first) if each.rule.per == period.per]


@dataclass(frozen=True)
class Concerned:
    """A town or a county whose week or month a document has somebody look at, by which clause."""

    region: Region
    clause: str


def places(checks: Iterable[Check]) -> dict[str, Concerned]:
    """The places whose days are to be looked at, by path; one query."""
    checks = list(checks)
    lookup = region_lookup(team.region.path for check in checks for team in check.teams)
    found: dict[str, Concerned] = {}
    for check in checks:
        for team in check.teams:
            region = _place(check, team, lookup)
            if region is not None:
                found.setdefault(region.path, Concerned(region, check.rule.clause))
    return dict(sorted(found.items()))


def _place(check: Check, team: Team, lookup: Places) -> Region | None:
    return team.region.town if check.rule.each == "town" else lookup.at(team.region.path, Level.COUNTY)


def ready_on(period: Period, calendar: Calendar) -> date | None:
    """The period's last working day, on which its figures are to be looked at; None where it has none."""
    assert period.last is not None
    return max(calendar.workdays(period.first, period.last), default=None)


def due(per: str, today: date, calendar: Calendar) -> Period | None:
    """The period whose word is to be said today: this one on its last working day, else one just missed."""
    here = period_of(per, today)
    for period in (here, previous(here)):
        day = ready_on(period, calendar)
        if day is not None and day <= today <= day + CATCH_UP:
            return period
    return None


def words() -> list[Word]:
    """Who is to look at his town's week or his county's month hears once that it is ready. Nothing on a rest day."""
    today, calendar = clock.today(), statutory_calendar()
    if not calendar.is_workday(today):
        return []
    teams = list(
        Team.objects.filter(in_force(today)).select_related("region__parent").order_by("region__path")
    )
    checks = [
        (check, period) for check in asked(teams, today) if (period := due(check.rule.per, today, calendar))
    ]
    if not checks:
        return []
    rows = (
        Appointment.objects.on(today)
        .full_time()
        .filter(body__in={team.pk for check, _ in checks for team in check.teams}, void=False)
    )
    directories = Directory.for_many(rows.select_related("body__region", "unit").order_by("pk"), today)
    lookup = region_lookup(team.region.path for check, _ in checks for team in check.teams)
    found: dict[tuple[str, str], tuple[Check, Period, Region, Pair]] = {}
    for check, period in checks:
        for team in check.teams:
            directory = directories.get(team.pk)
            place = _place(check, team, lookup)
            party = directory and holder_of(check, directory)
            if directory is not None and place is not None and party:
                found[check.rule.clause, place.path] = (check, period, place, directory.place(party).pair)
    holders = Holders({each[3] for each in found.values()}, today, clock.half_now())
    said = [
        Word(
            users=holders.users([pair]),
            title=f"{place.name}{period.label}在岗履职情况已汇总，可以调度",
            url=address(period, place.path if check.rule.each == "town" else ""),
            key=f"attendance:check:{check.rule.clause}:{place.path}:{period.key}",
        )
        for check, period, place, pair in found.values()
    ]
    return [word for word in said if word.users]


def holder_of(check: Check, directory: Directory) -> str:
    """The party the rule names; a leading group without a body of its own is served by the managing office."""
    return next((party for party in (check.rule.holder, check.pack_office) if directory.knows(party)), "")


def address(period: Period, town: str = "") -> str:
    """Where the figures of a period stand."""
    return f"{reverse('attendance:check')}?{urlencode({**named(period), **({'town': town} if town else {})})}"

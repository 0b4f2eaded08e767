"""Lists of the register: whose teams somebody sees, and where something is not entered yet today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from attendance.derive import standing
from attendance.keepers import looked_after_between, postings_between
from attendance.models import Fact
from attendance.standing import Quotas
from core import clock
from core.months import month_number
from policy.attendance import FOUND_VALUES, HALF_VALUES, NOTHING_SAID
from policy.days import format_days
from policy.periods import period_of
from teams.models import Appointment, Away, Person, Region, Team, User
from teams.scope import scope_of

#: What counts as a word about half a day, whoever said it.
SAID = (*HALF_VALUES, *FOUND_VALUES)


def teams_between(user: User, first: date, last: date) -> list[Team]:
    """The teams of which the user sees somebody's register in those days, by place."""
    rows = looked_after_between(user, first, last)
    return list(
        Team.objects.filter(pk__in=rows.order_by().values("body"))
        .select_related("region__parent")
        .order_by("region__path", "pk")
    )


def name_of(teams: Sequence[Team], town: str = "") -> str:
    """The town of these teams, the one with that path where there are several; empty where they are of several towns."""
    names = {team.region.town.path: team.region.town.name for team in teams}
    return names.get(town, "") if town or len(names) != 1 else next(iter(names.values()))


def rows_of(user: User, teams: Sequence[Team], first: date, last: date, *related: str) -> list[Appointment]:
    """The register's lines: by unit and pinyin within a team, never by how often somebody was there.

    ``related``: what is read with each, beside the person.
    """
    rows = looked_after_between(user, first, last).filter(body__in=[team.pk for team in teams])
    return list(
        rows.select_related("person", *related).order_by(
            "body__region__path", "body", "unit__pinyin", "person__pinyin", "pk"
        )
    )


@dataclass
class TownLine:
    """One town of a list: how many people it posts, and of how many nothing is entered today."""

    town: Region
    people: int = 0
    silent: int = 0


def towns_today(user: User, teams: Sequence[Team]) -> list[TownLine]:
    """The towns of these teams in the order of the division codes; two queries."""
    today = clock.today()
    rows = looked_after_between(user, today, today).order_by()
    silent = rows.exclude(_said(today))
    people = dict(rows.values_list("body").annotate(Count("person", distinct=True)))
    missing = dict(silent.values_list("body").annotate(Count("person", distinct=True)))
    lines: dict[str, TownLine] = {}
    for team in teams:
        town = team.region.town
        line = lines.setdefault(town.path, TownLine(town))
        line.people += people.get(team.pk, 0)
        line.silent += missing.get(team.pk, 0)
    return [lines[path] for path in sorted(lines)]


def _said(day: date) -> Exists:
    """Somebody has said something of a half of the day that was not taken back, or the person is away with cause."""
    month = month_number(day)
    facts = Fact.objects.filter(
        person=OuterRef("person"), month=month, day=day.day, part__in=("am", "pm"), value__in=SAID
    )
    newer = Fact.objects.filter(
        person=OuterRef("person"),
        month=month,
        day=day.day,
        part=OuterRef("part"),
        source=OuterRef("source"),
        revision__gt=OuterRef("revision"),
    )
    away = Away.objects.filter(person=OuterRef("person"), month=month, day=day.day, firm=True)
    return Exists(facts.filter(~Exists(newer))) | Exists(away)  # type: ignore[return-value]


@dataclass(frozen=True)
class MonthSoFar:
    """A person's month in one line of a home."""

    done: str
    owed: str
    missing: str


def month_so_far(user: User) -> MonthSoFar | None:
    """The person's own present month: days on post, and what the document asks for; None without a posting."""
    posting = scope_of(user).posting
    if posting is None:
        return None
    today = clock.today()
    month = period_of("month", today)
    people = Person.objects.filter(pk=posting.person_id).values("pk")
    days = standing(people, [month_number(today)]).get(posting.person_id, NOTHING_SAID)
    results = Quotas(people, month).of(posting.person_id, days)
    owed = next((each for each in results if each.need.rule.measure == "on_post"), None)
    return MonthSoFar(
        format_days(owed.tally.done if owed else days.totals.on_post),
        format_days(owed.need.halves) if owed else "",
        format_days(owed.missing) if owed and owed.missing else "",
    )


def seen_postings(user: User, person_id: int, first: date, last: date) -> QuerySet[Appointment]:
    """The person's postings of those days whose attendance the user sees."""
    return (
        postings_between(user, first, last)
        .filter(person=person_id)
        .select_related("person", "body__region", "unit")
        .order_by("valid_from", "pk")
    )

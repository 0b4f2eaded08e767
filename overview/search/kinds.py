"""What a search finds: people, teams, units, and every Subject that says how it is looked for.

Each kind starts from what the user may see; what he may not see is neither shown nor counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from approvals.rows import row_of
from core import clock, subjects
from core.subjects import Subject
from teams import rosters, seen
from teams.models import Appointment, DispatchingUnit, Person, Region, Team, User
from teams.models.dated import in_force
from teams.models.places import path_range
from teams.names import letters, named_q
from teams.scope import scope_of
from teams.words import BodyKind

Row = dict[str, Any]
#: Places of one name are few; beyond these a longer name is wanted.
MOST_PLACES = 20


@dataclass(frozen=True)
class Kind:
    """One kind of thing that can be found.

    key    in the address       label  heading       unit  the word that counts it
    found  (user, text) → the rows meant, in the order of the list
    rows   (objects of one page, user) → rows of ``components/todo_row.html``, set-based
    """

    key: str
    label: str
    unit: str
    found: Callable[[User, str], QuerySet]
    rows: Callable[[list[Any], User], list[Row]]


def kinds() -> list[Kind]:
    """Every kind, in the order of the page; papers as their rooms stand."""
    asked = [each for each in subjects.all_subjects() if each.found is not None]
    return [
        Kind("people", "人员", "人", people_found, people_rows),
        Kind("teams", "工作队", "支", teams_found, team_rows),
        Kind("units", "派出单位", "个", units_found, unit_rows),
        *(_of_subject(each) for each in asked),
    ]


# ---- people ----------------------------------------------------------------------------------------------


def people_found(user: User, text: str) -> QuerySet[Person]:
    """People so named, and people posted in a place so named; by pinyin.

    Asked person by person whether he is seen: a name leaves few, and a wide scope is a whole city.
    """
    shown = seen.appointments_shown(user).order_by().filter(person=OuterRef("pk"))
    named = named_q(text)
    places = _places_named(user, text)
    if places:
        there = Appointment.objects.on(clock.today()).postings()
        here = there.filter(_within(places, "stationed_at__path") | _within(places, "body__region__path"))
        named |= Q(pk__in=here.order_by().values("person"))
    rows = Person.objects.filter(named).filter(Q(pk=scope_of(user).person_id) | Exists(shown))
    return rows.order_by("pinyin", "pk")


def sent_by(user: User, unit: DispatchingUnit) -> QuerySet[Person]:
    """Whom the unit has sent, of those the user may see today."""
    today = clock.today()
    rows = seen.appointments_shown(user).filter(in_force(today), unit=unit).order_by()
    return Person.objects.filter(pk__in=rows.values("person")).order_by("pinyin", "pk")


def people_rows(people: list[Any], user: User) -> list[Row]:
    """By name and post; one query for the posts of all."""
    posts: dict[int, list[Appointment]] = defaultdict(list)
    rows = seen.appointments_shown(user).filter(in_force(clock.today()), person__in=people)
    for row in rows.select_related("body").order_by("pk"):
        posts[row.person_id].append(row)
    return [
        {"url": person.get_absolute_url(), "name": person.name, "post": _post(posts[person.pk])}
        for person in people
    ]


def _post(rows: list[Appointment]) -> str:
    """The posting first: ``驻洪阳镇工作队 队长，等 2 项``."""
    if not rows:
        return "现在没有任职"
    first = min(rows, key=lambda row: (row.body.kind != BodyKind.TEAM, row.acting_for_id is not None, row.pk))
    return first.capacity if len(rows) == 1 else f"{first.capacity}，等 {len(rows)} 项"


# ---- places, teams, units --------------------------------------------------------------------------------


def _places_named(user: User, text: str) -> list[str]:
    """Paths of the places so named in the user's own, none of them within another; one query.

    One character names too many, and first letters mean people.
    """
    if len(text) < 2:
        return []
    typed = letters(text)
    named = Q(spelling__begins=typed) if typed else Q(name__contains=text)
    rows = Region.objects.filter(scope_of(user).places_q("path") | _teams_places(user)).filter(
        named, in_force(clock.today())
    )
    found: list[str] = []
    for path in rows.order_by("path").values_list("path", flat=True)[:MOST_PLACES]:
        if not any(path.startswith(above) for above in found):
            found.append(path)
    return found


def _teams_places(user: User) -> Q:
    """Where the teams live that the user sees without seeing the place: a captain's, a unit's."""
    return Q(pk__in=rosters.teams_seen(user).order_by().values("region"))


def _within(paths: Iterable[str], column: str) -> Q:
    query = Q(pk__in=[])
    for path in paths:
        low, high = path_range(path)
        query |= Q(**{f"{column}__gte": low, f"{column}__lt": high})
    return query


def teams_found(user: User, text: str) -> QuerySet[Team]:
    """Teams in force so named, and those that live in a place so named; by place."""
    named = Q(name__contains=text) | Q(short_name__contains=text)
    return rosters.teams_seen(user).filter(named | _within(_places_named(user, text), "region__path"))


def team_rows(teams: list[Any], user: User) -> list[Row]:
    return [{"url": team.get_absolute_url(), "name": team.name, "post": team.region.name} for team in teams]


def units_found(user: User, text: str) -> QuerySet[DispatchingUnit]:
    """Units in force so named, also within the name, because most begin with their county; by place and pinyin."""
    typed = letters(text)
    named = Q(name__contains=text) | Q(short_name__contains=text)
    if typed:
        named = Q(spelling__contains=typed) | Q(initials__contains=typed)
    return seen.units_seen(user).filter(named, in_force(clock.today())).order_by(
        "region__path", "pinyin", "pk"
    )  # fmt: skip


def unit_rows(units: list[Any], user: User) -> list[Row]:
    """With how many of its people the user sees; one query."""
    sent = seen.appointments_shown(user).filter(in_force(clock.today()), unit__in=units).order_by()
    counts = dict(sent.values_list("unit").annotate(Count("person", distinct=True)))
    return [
        {
            "url": f"{reverse('overview:search')}?unit={unit.pk}",
            "name": unit.name,
            "post": f"派出 {counts[unit.pk]} 人" if unit.pk in counts else "没有您能看到的派出人员",
        }
        for unit in units
    ]


# ---- what can be signed or told about --------------------------------------------------------------------


def _of_subject(subject: Subject) -> Kind:
    """A registered Subject as a kind; its own room says what a text means among the rows the user may see."""

    def found(user: User, text: str) -> QuerySet:
        return subject.search(text, user)

    def rows(objects: list[Any], user: User) -> list[Row]:
        said = subject.summary([each.pk for each in objects])
        return [
            row_of(said[each.pk], note=said[each.pk].get("number", "")) for each in objects if each.pk in said
        ]

    return Kind(subject.kind, subject.name, "件", found, rows)

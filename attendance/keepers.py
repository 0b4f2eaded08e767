"""Who keeps a team's register, and whose months somebody sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from core import clock
from rules.settings import values_at
from teams.holders import Holders
from teams.models import Appointment, Body, Region, Team, User
from teams.models.dated import in_force
from teams.models.places import path_range
from teams.scope import Scope, scope_of
from teams.words import REGISTER_POSTS, BodyKind, Level, Post

#: People as the register lists them: by place, team, unit and pinyin, never by a figure.
IN_ORDER = ("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk")
CAPTAIN_ENTERS = "attendance.captain_enters"


def kept_towns(user: User) -> list[Region]:
    """The towns whose register the user keeps: as 考勤员, 副书记 or 组织委员, or acting for one who is away."""
    rows = [
        row
        for row in scope_of(user).appointments
        if row.body.kind == BodyKind.OFFICE
        and row.body.region.level == Level.TOWN
        and row.body.region.path in scope_of(user).paths
        and row.post in REGISTER_POSTS
    ]
    acting = [row for row in rows if row.acting_for is not None]
    if acting:
        pairs = {(row.acting_for.post, row.acting_for.body_id) for row in acting if row.acting_for}
        holders = Holders(pairs, clock.today(), clock.half_now())
        rows = [
            row
            for row in rows
            if row.acting_for is None
            or all(map(holders.is_away, holders.own((row.acting_for.post, row.acting_for.body_id))))
        ]
    return [row.body.region for row in rows]


def kept_teams(user: User, towns: Iterable[Region] | None = None) -> QuerySet[Team]:
    """The teams into whose register the user may write today. ``towns``: :func:`kept_towns`, where they are known."""
    query = Q(pk__in=[])
    for town in kept_towns(user) if towns is None else towns:
        low, high = path_range(town.path)
        query |= Q(region__path__gte=low, region__path__lt=high)
    led = _led(user)
    if led:
        query |= Q(pk__in=led)
    return Team.objects.filter(in_force(clock.today())).filter(query).select_related("region")


def kept_among(user: User, teams: Iterable[Team]) -> set[int]:
    """Those of the teams, by id, into whose register the user may write today; one query at most."""
    today = clock.today()
    ranges = [path_range(town.path) for town in kept_towns(user)]
    led = set(_led(user))
    return {
        team.pk
        for team in teams
        if team.holds(today)
        and (team.pk in led or any(low <= team.region.path < high for low, high in ranges))
    }


def _led(user: User) -> list[int]:
    """The teams he leads as captain where the county lets captains enter."""
    rows = [
        row
        for row in scope_of(user).appointments
        if row.post == Post.CAPTAIN and row.body.kind == BodyKind.TEAM
    ]
    lets = values_at((row.body.region.path for row in rows), CAPTAIN_ENTERS) if rows else {}
    return [row.body_id for row in rows if lets[row.body.region.path]]


def looked_after_q(
    scope: Scope, *, path: str = "body__region__path", body: str = "body", unit: str = "unit"
) -> Q:
    """Rows of whom the scope looks after; the names of the columns that say where, in which team, from which unit."""
    return (
        scope.places_q(path)
        | Q(**{f"{body}__in": scope.seen_team_ids})
        | Q(**{f"{unit}__in": scope.seen_unit_ids})
    )


def postings_between(user: User, first: date, last: date) -> QuerySet[Appointment]:
    """The full-time postings of those days whose attendance the user sees: his own and those he looks after.

    Team-mates see each other's absence under 谁不在岗, not each other's register.
    """
    scope = scope_of(user)
    return (
        Appointment.objects.visible_to(user)
        .full_time()
        .filter(Q(person=scope.person_id) | looked_after_q(scope))
        .filter(Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=last)
    )


def looked_after_rows(
    user: User, first: date, last: date, *, town: str = "", team: int | None = None
) -> list[Appointment]:
    """The same as rows, of one ``town`` (its path) or ``team`` where named; see :func:`with_teams`."""
    rows = looked_after_between(user, first, last)
    if town:
        low, high = path_range(town)
        rows = rows.filter(body__region__path__gte=low, body__region__path__lt=high)
    return with_teams(rows if team is None else rows.filter(body=team))


def with_teams(rows: QuerySet[Appointment], *, named: bool = True) -> list[Appointment]:
    """The postings by place, unit and pinyin, each with person, unit, and its team with region and town.

    A team is read once for all of its people; two queries. Without ``named`` nobody is going to ask for person and
    unit.
    """
    found = list((rows.select_related("person", "unit") if named else rows).order_by(*IN_ORDER))
    related = Body.objects.select_related("region", "team__region__parent")
    bodies = related.order_by().in_bulk({row.body_id for row in found})
    for row in found:
        row.body = bodies[row.body_id]
    return found


def looked_after_between(user: User, first: date, last: date) -> QuerySet[Appointment]:
    """The same without his own: whom the register shows him."""
    return postings_between(user, first, last).filter(looked_after_q(scope_of(user)))

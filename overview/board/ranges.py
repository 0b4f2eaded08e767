"""范围: the place, team or unit a board is about, always inside what the viewer's posts or grants open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from teams.models import Appointment, Body, DispatchingUnit, Region, Team, User
from teams.models.places import STEP, path_range
from teams.scope import WIDE, Scope, scope_of
from teams.words import Level

PATH = re.compile(r"(\d{4}){1,10}")
NUMBER = re.compile(r"\d{1,12}")


@dataclass(frozen=True)
class Range:
    """What a board is about. The one gate: everything a board shows is narrowed by :meth:`q`.

    ``kind``: a level of places, ``team`` or ``unit``; ``name`` and ``value``: how an address says it; ``ids``: the
    team or unit with those that were merged into it or renamed to it.
    """

    kind: str
    label: str
    name: str
    value: str
    ids: tuple[int, ...] = ()

    def q(self, prefix: str = "") -> Q:
        """Postings of the range; ``prefix`` leads to the posting."""
        if self.name == "place":
            low, high = self.bounds
            return Q(**{f"{prefix}body__region__path__gte": low, f"{prefix}body__region__path__lt": high})
        return Q(**{f"{prefix}{'body' if self.name == 'team' else 'unit'}__in": self.ids})

    @property
    def bounds(self) -> tuple[str, str]:
        """Of a place: the paths from the first, included, to the second, excluded."""
        return path_range(self.value)

    def rows(self, first: date, last: date) -> QuerySet[Appointment]:
        """The full-time postings of the range that touch those days."""
        rows = Appointment.objects.full_time().filter(self.q(), void=False, valid_from__lte=last)
        return rows.exclude(valid_to__lt=first)

    @property
    def wide(self) -> bool:
        """A county or more: its lines are places, not teams."""
        return self.kind in WIDE

    @property
    def by_name(self) -> bool:
        """A team or a unit: its lines are people."""
        return self.name != "place"

    @property
    def above_counties(self) -> bool:
        return self.kind in (Level.CITY, Level.PROVINCE)

    @property
    def key(self) -> str:
        """What a line of the board is, as :func:`attendance.by_day.counts_of` takes it."""
        return f"path:{len(self.value) + STEP}" if self.wide else "body"

    @property
    def line_word(self) -> str:
        """What a line of the board is called."""
        if self.above_counties:
            return "县（市、区）" if self.kind == Level.CITY else "市"
        return "乡镇" if self.wide else "工作队"

    def url(self, **more: str) -> str:
        """The board of this range."""
        return f"{reverse('overview:board')}?{urlencode({self.name: self.value, **more})}"

    @cached_property
    def query(self) -> dict[str, str]:
        return {self.name: self.value}


def of_region(region: Region) -> Range:
    """The board of a place."""
    return Range(region.level, region.name, "place", region.path)


def of_body(body: Body, name: str, scope: Scope) -> Range:
    """The board of a team (``name`` is ``team``) or a unit."""
    return Range(name, str(body), name, str(body.pk), (body.pk, *sorted(scope.heirs.get(body.pk, ()))))


def roots(user: User) -> list[Range]:
    """Everything the user's posts and grants open, the widest first; a place inside another is left out."""
    scope = scope_of(user)
    found = []
    outer = [
        path
        for path in dict.fromkeys(scope.seen_paths)
        if not any(path != other and path.startswith(other) for other in scope.seen_paths)
    ]
    if outer:
        rows = Region.objects.filter(path__in=outer).order_by("path", "valid_from")
        found += [of_region(region) for region in {row.path: row for row in rows}.values()]
    if scope.seen_team_ids:
        teams = Team.objects.filter(pk__in=scope.seen_team_ids, successor=None).select_related("region")
        found += [
            of_body(team, "team", scope)
            for team in teams.order_by("region__path", "pk")
            if not any(team.region.path.startswith(path) for path in outer)
        ]
    if scope.seen_unit_ids:
        units = DispatchingUnit.objects.filter(pk__in=scope.seen_unit_ids, successor=None)
        found += [of_body(unit, "unit", scope) for unit in units.order_by("pk")]
    return found


def asked(user: User, said: Mapping[str, str], known: list[Range]) -> Range:
    """The range the address names, the first of ``known`` where it names none.

    Raises Http404 for what the user may not see, exactly as for what does not exist.
    """
    scope = scope_of(user)
    place, team, unit = (said.get(name, "") for name in ("place", "team", "unit"))
    if place:
        inside = PATH.fullmatch(place) and any(place.startswith(path) for path in scope.seen_paths)
        region = Region.objects.filter(path=place).order_by("-valid_from").first() if inside else None
        if region is None:
            raise Http404
        return of_region(region)
    if team:
        found = (
            Team.objects.filter(pk=int(team)).select_related("region").first()
            if NUMBER.fullmatch(team)
            else None
        )
        if found is None or not (
            found.pk in scope.seen_team_ids
            or any(found.region.path.startswith(path) for path in scope.seen_paths)
        ):
            raise Http404
        return of_body(found, "team", scope)
    if unit:
        if not NUMBER.fullmatch(unit) or int(unit) not in scope.seen_unit_ids:
            raise Http404
        return of_body(DispatchingUnit.objects.get(pk=int(unit)), "unit", scope)
    if not known:
        raise Http404
    return known[0]


def above(user: User, here: Range) -> list[Range]:
    """The way down to ``here`` from the widest place the user sees; one query, none where there is no way."""
    scope = scope_of(user)
    if here.name == "unit":
        return []
    path = here.value
    if here.name == "team":
        path = Team.objects.values_list("region__path", flat=True).get(pk=int(here.value))
    open_from = [each for each in scope.seen_paths if path.startswith(each)]
    if not open_from:
        return []
    ends = range(len(min(open_from, key=len)), len(path) + 1, STEP)
    paths = [path[:end] for end in ends if here.name == "team" or end < len(path)]
    rows = Region.objects.filter(path__in=paths).exclude(level=Level.VILLAGE).order_by("path", "valid_from")
    return [of_region(region) for region in {row.path: row for row in rows}.values()]

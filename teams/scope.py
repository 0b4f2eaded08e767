"""Who may see what: one place. Scope is what a user's appointments give today, computed once per user and day.

Every list, count, search, export and page starts from ``Model.objects.visible_to(user)``, and every
``visible_to`` starts here. Outsiders get 404.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from core import clock
from teams.models.appointments import Appointment
from teams.models.places import STEP, path_range
from teams.words import BodyKind, Function, Post

if TYPE_CHECKING:
    from teams.models.people import User

#: Offices whose staff see people, leave and attendance in their place. 财政 sees money only.
PEOPLE_FUNCTIONS = frozenset(set(Function.values) - {Function.FINANCE.value, Function.VILLAGE_BRANCH.value})
#: Team posts that see their team's leave and attendance, not only its roster.
LEADING_POSTS = frozenset({Post.CAPTAIN.value})


@dataclass(frozen=True)
class Scope:
    """What one user's appointments open on one day.

    paths          region paths whose whole subtree is open (people, leave, attendance)
    team_ids       teams led by the user
    own_team_ids   teams the user belongs to (roster only)
    unit_ids       dispatching units the user speaks or works for
    functions      functions held today by the offices the user serves in
    appointments   the rows behind all this
    duty           which of 三员 the account is kept for; such an account sees no business at all
    duty_path      the region path it administers, ``""`` for the whole installation
    """

    person_id: int | None
    paths: tuple[str, ...] = ()
    team_ids: frozenset[int] = frozenset()
    own_team_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    functions: frozenset[str] = frozenset()
    appointments: tuple[Appointment, ...] = field(default=(), compare=False)
    duty: str = ""
    duty_path: str = ""

    def places_q(self, column: str) -> Q:
        """Rows whose region path ``column`` lies in an open subtree; matches nothing without one."""
        query = Q(pk__in=[])
        for path in self.paths:
            low, high = path_range(path)
            query |= Q(**{f"{column}__gte": low, f"{column}__lt": high})
        return query

    def administered_q(self, column: str) -> Q:
        """Rows whose region path ``column`` lies where the account administers; nothing without a duty."""
        if not self.duty:
            return Q(pk__in=[])
        if not self.duty_path:
            return Q()
        low, high = path_range(self.duty_path)
        return Q(**{f"{column}__gte": low, f"{column}__lt": high})

    def ancestor_paths(self) -> set[str]:
        """The open places and everything above them, for breadcrumbs."""
        places = set(self.paths) | {row.body.region.path for row in self.appointments}
        return {path[:end] for path in places for end in range(STEP, len(path) + 1, STEP)}

    @property
    def sees_others(self) -> bool:
        """Does the user look after anybody besides himself?"""
        return bool(self.paths or self.team_ids or self.unit_ids)

    def has_post(self, posts: Iterable[str]) -> bool:
        wanted = set(posts)
        return any(row.post in wanted for row in self.appointments)

    def holds_function(self, functions: Iterable[str]) -> bool:
        """Does one of the user's offices hold one of these functions today?"""
        return bool(self.functions & set(functions))

    @property
    def posting(self) -> Appointment | None:
        """The user's own full-time posting today, the one he asks leave from."""
        rows = [
            row
            for row in self.appointments
            if row.post in (Post.CAPTAIN, Post.MEMBER) and row.acting_for_id is None
        ]
        return rows[0] if rows else None


NOBODY = Scope(person_id=None)


def scope_of(user: User, on: date | None = None) -> Scope:
    """The scope of ``user`` on a day (today by default): nothing for anonymous and disabled users.

    Three queries, remembered on the user object for the request; verbs load the user anew.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    if user.duty:
        region = user.duty_region
        return Scope(person_id=None, duty=user.duty, duty_path=region.path if region else "")
    if user.person_id is None:
        return NOBODY
    on = on or clock.today()
    remembered = user.__dict__.setdefault("_scopes", {})
    if on not in remembered:
        remembered[on] = _compute(user, on)
    return remembered[on]


def forget(user: User) -> None:
    """Drop the remembered scope, after the user's appointments changed."""
    user.__dict__.pop("_scopes", None)


def _compute(user: User, on: date) -> Scope:
    from teams.models.bodies import OfficeFunction
    from teams.models.dated import in_force

    rows = tuple(
        Appointment.objects.on(on)
        .filter(person=user.person_id)
        .select_related("body__region", "body__team", "unit", "acting_for", "stationed_at")
        .order_by("pk")
    )
    offices = [row.body_id for row in rows if row.body.kind == BodyKind.OFFICE]
    held: dict[int, set[str]] = {}
    if offices:
        functions = OfficeFunction.objects.filter(in_force(on), office__in=offices)
        for office, function in functions.values_list("office_id", "function"):
            held.setdefault(office, set()).add(function)
    paths, teams, own, units = set(), set(), set(), set()
    for row in rows:
        if row.body.kind == BodyKind.OFFICE and held.get(row.body_id, set()) & PEOPLE_FUNCTIONS:
            paths.add(row.body.region.path)
        elif row.body.kind == BodyKind.TEAM:
            (teams if row.post in LEADING_POSTS else own).add(row.body_id)
        elif row.body.kind == BodyKind.UNIT:
            units.add(row.body_id)
    return Scope(
        person_id=user.person_id,
        paths=tuple(sorted(paths)),
        team_ids=frozenset(teams),
        own_team_ids=frozenset(own),
        unit_ids=frozenset(units),
        appointments=rows,
        functions=frozenset().union(*held.values()) if held else frozenset(),
    )

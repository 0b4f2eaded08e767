"""Who may see what: one place. Scope is what a user's appointments give today, computed once per user and day.

Every list, count, search, export and page starts from ``Model.objects.visible_to(user)``, and every
``visible_to`` starts here. Outsiders get 404.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from core import clock
from teams.models.appointments import Appointment
from teams.models.bodies import Body, OfficeFunction
from teams.models.dated import in_force
from teams.models.delegations import Delegation
from teams.models.grants import Grant
from teams.models.places import path_range, paths_down_to
from teams.words import BodyKind, Function, Level, Post

if TYPE_CHECKING:
    from teams.models.people import User

#: Offices whose staff see people, leave and attendance in their place. 财政 sees money only.
PEOPLE_FUNCTIONS = frozenset(set(Function.values) - {Function.FINANCE.value, Function.VILLAGE_BRANCH.value})
#: Offices of a county or above that keep its people's papers: the managing ones and the organization department.
KEEPING_FUNCTIONS = frozenset(
    {
        Function.STATIONING_OFFICE.value,
        Function.RURAL_REVITALIZATION.value,
        Function.AGRICULTURE.value,
        Function.RURAL_WORK.value,
        Function.POVERTY_RELIEF.value,
        Function.ORGANIZATION.value,
    }
)
WIDE = frozenset({Level.COUNTY.value, Level.CITY.value, Level.PROVINCE.value})
#: The way from an appointment to the functions of its office.
_HELD = "body__office__functions"
#: Team posts that see their team's leave and attendance, not only its roster.
LEADING_POSTS = frozenset({Post.CAPTAIN.value})


@dataclass(frozen=True)
class Scope:
    """What one user's appointments open on one day, and what grants let him read beside it.

    paths          region paths whose whole subtree is open (people, leave, attendance)
    team_ids       teams led by the user, with those that were merged into them or renamed
    own_team_ids   teams the user belongs to (roster only)
    unit_ids       dispatching units the user speaks or works for, with those merged into them or renamed
    number_paths   where identity and telephone numbers may be shown in full, for a reason
    appointments   the rows behind all this
    held           office the user serves in → the functions it holds that day
    heirs          body the user serves in → the bodies whose affairs it took over
    taken_on       delegations by which he decides in somebody's place today; they open those seats alone
    handed_on      delegations by which somebody decides in his place today
    granted_*      the same by grant: for reading alone, no verb may ask them
    duty           which of 三员 the account is kept for; such an account sees no business at all
    duty_path      the region path it administers, ``""`` for the whole installation
    """

    person_id: int | None
    paths: tuple[str, ...] = ()
    team_ids: frozenset[int] = frozenset()
    own_team_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    number_paths: tuple[str, ...] = ()
    appointments: tuple[Appointment, ...] = field(default=(), compare=False)
    held: Mapping[int, frozenset[str]] = field(default_factory=dict, compare=False)
    heirs: Mapping[int, frozenset[int]] = field(default_factory=dict, compare=False)
    taken_on: tuple[Delegation, ...] = field(default=(), compare=False)
    handed_on: tuple[Delegation, ...] = field(default=(), compare=False)
    granted_paths: tuple[str, ...] = ()
    granted_team_ids: frozenset[int] = frozenset()
    granted_unit_ids: frozenset[int] = frozenset()
    duty: str = ""
    duty_path: str = ""

    def places_q(self, column: str) -> Q:
        """Rows whose region path ``column`` lies in an open subtree; matches nothing without one."""
        query = Q(pk__in=[])
        for path in self.seen_paths:
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
        places = set(self.seen_paths) | {row.body.region.path for row in self.appointments}
        return {each for path in places for each in paths_down_to(path)}

    @property
    def seen_paths(self) -> tuple[str, ...]:
        """Places open for reading, by post or by grant."""
        return self.paths + self.granted_paths

    @property
    def seen_team_ids(self) -> frozenset[int]:
        """Teams open for reading, by post or by grant."""
        return self.team_ids | self.granted_team_ids

    @property
    def seen_unit_ids(self) -> frozenset[int]:
        """Units whose people are open for reading, by post or by grant."""
        return self.unit_ids | self.granted_unit_ids

    @property
    def granted(self) -> bool:
        """Does a grant open anything today?"""
        return bool(self.granted_paths or self.granted_team_ids or self.granted_unit_ids)

    @property
    def answers_for_others(self) -> bool:
        """Do the user's posts look after anybody besides himself? What waits for them stands in 待办."""
        return bool(self.paths or self.team_ids or self.unit_ids)

    @property
    def has_todo(self) -> bool:
        """May anything wait for him in 待办, by his posts or in somebody's place?"""
        return self.answers_for_others or bool(self.taken_on)

    @property
    def sees_others(self) -> bool:
        """May the user read about anybody besides himself, by post or by grant?"""
        return self.answers_for_others or self.granted

    @property
    def functions(self) -> frozenset[str]:
        """The functions held that day by the offices the user serves in."""
        return frozenset().union(*self.held.values())

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

    One query; one more for what was merged into his bodies, one for delegations and two for grants, where there are
    any. Remembered on the user object for the request; verbs load the user anew.
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


@dataclass
class Opened:
    """What one appointment or grant opens."""

    paths: set[str] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    rosters: set[int] = field(default_factory=set)
    units: set[int] = field(default_factory=set)

    def add(self, other: Opened) -> None:
        self.paths |= other.paths
        self.teams |= other.teams
        self.rosters |= other.rosters
        self.units |= other.units


def opened_by(row: Any) -> Opened:
    """What an appointment opens, as :func:`serving` gives it."""
    if row.body.kind == BodyKind.TEAM and row.post not in LEADING_POSTS:
        return Opened(rosters={row.body_id})
    return _opened_in(row.body, row.functions)


def opened_by_grant(grant: Grant, held: Set[str]) -> Opened:
    """What a grant opens, ``held`` being the functions of its office: a region whole; of an office, a team or a unit what its leaders see."""
    return Opened(paths={grant.region.path}) if grant.region else _opened_in(grant.body, held)


def _opened_in(body: Body, held: Set[str]) -> Opened:
    if body.kind == BodyKind.OFFICE:
        return Opened(paths={body.region.path}) if held & PEOPLE_FUNCTIONS else Opened()
    return Opened(teams={body.pk}) if body.kind == BodyKind.TEAM else Opened(units={body.pk})


@lru_cache(maxsize=8)
def _appointments(on: date) -> QuerySet[Appointment]:
    """Everybody's of a day, never asked as it is: what does not depend on the person is put together once a day."""
    delegations = Delegation.objects.filter(
        in_force(on), Q(of=OuterRef("pk")) | Q(to=OuterRef("pk")), ended_at=None
    )
    return (
        Appointment.objects.on(on)
        .select_related("body__region", "body__team", "unit", "acting_for", "stationed_at")
        .annotate(
            held=FilteredRelation(_HELD, condition=in_force(on, f"{_HELD}__")),
            function=F("held__function"),
            inherits=Exists(Body.objects.filter(successor=OuterRef("body"))),
            delegates=Exists(delegations),
        )
        # Nobody has many; put in order by the database, Django compares each of a hundred columns before it asks.
        .order_by()
    )


def serving(person_id: int, on: date) -> list[Any]:
    """A person's appointments of a day, with what a scope asks of them; one query, of every page.

    ``functions``: what its office holds that day; ``inherits``: the body took others over; ``delegates``: a delegation
    of that day begins or ends at the row, whether or not its other end still holds his post.
    """
    served: dict[int, Any] = {}
    for row in sorted(_appointments(on).filter(person=person_id), key=lambda row: row.pk):
        # A row comes once for each function of its office.
        one = served.setdefault(row.pk, row)
        one.functions = one.__dict__.get("functions", frozenset()) | ({row.function} - {None})
    return list(served.values())


def functions_lent(grants: Iterable[Grant], on: date) -> dict[int | None, set[str]]:
    """Office that is granted → the functions it holds on a day; one query where there is any."""
    held: dict[int | None, set[str]] = defaultdict(set)
    offices = {grant.body_id for grant in grants if grant.body and grant.body.kind == BodyKind.OFFICE}
    if offices:
        rows = OfficeFunction.objects.filter(in_force(on), office__in=offices)
        for office, function in rows.values_list("office_id", "function"):
            held[office].add(function)
    return held


def granted(user: User, on: date) -> list[Grant]:
    """The user's grants of a day; no query where he never had one that reaches so far."""
    if user.granted_until is None or user.granted_until < on:
        return []
    return list(Grant.objects.live(on).filter(user=user).select_related("region", "body__region"))


def _taken_over(bodies: Iterable[int]) -> dict[int, frozenset[int]]:
    """Body → the bodies that were merged into it or renamed to it, however long ago."""
    origin = {body: body for body in bodies}
    found: dict[int, set[int]] = defaultdict(set)
    frontier = set(origin)
    while frontier:
        rows = Body.objects.filter(successor__in=frontier).values_list("pk", "successor")
        frontier = set()
        for body, successor in rows:
            if body not in origin:
                origin[body] = origin[successor]
                found[origin[successor]].add(body)
                frontier.add(body)
    return {body: frozenset(older) for body, older in found.items()}


def _delegations(person_id: int, rows: Iterable[Appointment], on: date) -> tuple[list[Delegation], ...]:
    """(those the person decides by, those he has given), of a day; no query where there is none."""
    if not any(row.delegates for row in rows):  # type: ignore[attr-defined]
        return [], []
    either = Q(of__person=person_id) | Q(to__person=person_id)
    found = list(Delegation.objects.live(on).speaking(on).filter(either).for_pages().order_by("pk"))
    return (
        [each for each in found if each.to.person_id == person_id],
        [each for each in found if each.of.person_id == person_id],
    )


def _compute(user: User, on: date) -> Scope:
    rows = tuple(serving(user.person_id, on))
    grants = granted(user, on)
    taken_on, handed_on = _delegations(user.person_id, rows, on)
    inheriting = {row.body_id for row in rows if row.inherits}
    heirs = _taken_over(inheriting | {each.of.body_id for each in taken_on})
    own, read = Opened(), Opened()
    for row in rows:
        own.add(opened_by(row))
    lent = functions_lent(grants, on)
    for grant in grants:
        read.add(opened_by_grant(grant, lent[grant.body_id]))

    numbers = {
        row.body.region.path
        for row in rows
        if row.body.region.level in WIDE and row.functions & KEEPING_FUNCTIONS
    }

    def with_older(bodies: set[int]) -> frozenset[int]:
        return frozenset(bodies).union(*(heirs.get(body, frozenset()) for body in bodies))

    return Scope(
        person_id=user.person_id,
        paths=tuple(sorted(own.paths)),
        number_paths=tuple(sorted(numbers)),
        team_ids=with_older(own.teams),
        own_team_ids=frozenset(own.rosters),
        unit_ids=with_older(own.units),
        appointments=rows,
        held={row.body_id: row.functions for row in rows},
        heirs=heirs,
        taken_on=tuple(taken_on),
        handed_on=tuple(handed_on),
        granted_paths=tuple(sorted(read.paths - own.paths)),
        granted_team_ids=frozenset(read.teams),
        granted_unit_ids=frozenset(read.units),
    )

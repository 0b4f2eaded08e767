"""Who is away today, by name for a team, a town or a unit; and where a team stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from core import clock
from core.months import month_number
from teams.models import Appointment, Away, Region
from teams.models.places import paths_down_to
from teams.scope import Scope
from teams.words import Half, Level, Post


@dataclass(frozen=True)
class AwayToday:
    """When a person is firmly away today: the halves, and whether at this moment."""

    kind: str
    source_id: int
    halves: tuple[str, ...]
    now: bool

    @property
    def words(self) -> str:
        """``今天``, ``上午`` or ``下午``."""
        return "今天" if len(self.halves) == 2 else Half(self.halves[0]).label


def away_today(person_ids: Iterable[int]) -> dict[int, AwayToday]:
    """Those of the persons who are firmly away today, by id; one query."""
    today, half = clock.today(), clock.half_now()
    rows = Away.objects.filter(
        person__in=set(person_ids), month=month_number(today), day=today.day, firm=True
    ).order_by("half")
    found: dict[int, list[Away]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return {
        person: AwayToday(
            group[0].kind,
            group[0].source_id,
            tuple(row.half for row in group),
            any(row.half == half for row in group),
        )
        for person, group in found.items()
    }


@dataclass(frozen=True)
class Posted:
    """One posting with today's absence."""

    row: Appointment
    first_secretary: bool
    away: AwayToday

    @property
    def post(self) -> str:
        """``队员（兼驻村第一书记）``."""
        return f"{self.row.post_name}（兼驻村第一书记）" if self.first_secretary else self.row.post_name


def away_now(today: date) -> Q:
    """Appointments whose person is firmly away at this moment of today."""
    return Q(
        person__away__month=month_number(today),
        person__away__day=today.day,
        person__away__half=clock.half_now(),
        person__away__firm=True,
    )


@dataclass(frozen=True)
class Places:
    """Regions by path: from a team's place to its town and county."""

    by_path: dict[str, Region] = field(default_factory=dict)

    def at(self, path: str, level: str) -> Region | None:
        """The region of ``level`` on the way from the root to ``path``."""
        from_here = reversed(paths_down_to(path))
        return next(
            (
                self.by_path[part]
                for part in from_here
                if part in self.by_path and self.by_path[part].level == level
            ),
            None,
        )


def region_lookup(paths: Iterable[str]) -> Places:
    """The regions at and above these paths; one query."""
    wanted = {each for path in paths for each in paths_down_to(path)}
    # Of a place that was renamed, its present name.
    rows = Region.objects.filter(path__in=wanted).order_by("valid_from")
    return Places({region.path: region for region in rows})


def wide_paths(scope: Scope) -> list[str]:
    """The open places that are a county or more."""
    wide = {Level.COUNTY, Level.CITY, Level.PROVINCE}
    level = {row.body.region.path: row.body.region.level for row in scope.appointments}
    return [path for path in scope.paths if level.get(path) in wide]


def looked_after_by_name(scope: Scope) -> Q:
    """The appointments of the towns, teams and units a scope looks after; of a county it sees numbers."""
    counties = wide_paths(scope)
    paths = tuple(path for path in scope.paths if path not in counties)
    places = Scope(scope.person_id, paths=paths).places_q("body__region__path")
    return places | Q(body__in=scope.team_ids) | Q(unit__in=scope.unit_ids)


def looked_after_by_number(scope: Scope) -> Q:
    """The appointments of the counties, and more, that a scope looks after."""
    return Scope(scope.person_id, paths=tuple(wide_paths(scope))).places_q("body__region__path")


def posted_now(scope_q: Q) -> tuple[int, int]:
    """(people posted today, those of them who are away at this moment); two queries, counted by the database."""
    today = clock.today()
    people = Appointment.objects.on(today).full_time().filter(scope_q).order_by().values("person").distinct()
    return people.count(), people.filter(away_now(today)).count()


def absent_today(scope_q: Q) -> tuple[int, list[Posted]]:
    """(how many are posted, those away today by name); for towns, teams and units. Three queries."""
    serving = Appointment.objects.on(clock.today())
    rows = list(
        serving.full_time()
        .filter(scope_q)
        .select_related("person", "unit", "body__region")
        .order_by("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk")
    )
    away = away_today(row.person_id for row in rows)
    on_top = set(serving.filter(person__in=away, post=Post.FIRST_SECRETARY).values_list("person", flat=True))
    gone = [row for row in rows if row.person_id in away]
    return len(rows), [Posted(row, row.person_id in on_top, away[row.person_id]) for row in gone]

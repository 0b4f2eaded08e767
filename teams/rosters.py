"""What the pages of teams and people show, as far as the viewer may see. Query counts do not grow with the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from core import clock
from core.months import month_number
from teams.models import Appointment, Away, Pairing, Person, Region, Team, User
from teams.models.dated import in_force
from teams.models.places import path_range
from teams.names import so_named
from teams.scope import Scope, scope_of
from teams.selectors import AwayToday, Places, away_today, region_lookup
from teams.words import AwayKind, BodyKind, Half, Level, PairingRole, Post

# ---- who is seen -----------------------------------------------------------------------------------------


def _inside(scope: Scope, path: str) -> bool:
    return any(low <= path < high for low, high in map(path_range, scope.seen_paths))


def looks_after(scope: Scope, row: Appointment) -> bool:
    """Does the scope reach this appointment by its place, its team as captain, its unit? Mates do not."""
    return (
        _inside(scope, row.body.region.path)
        or row.body_id in scope.seen_team_ids
        or (row.unit_id is not None and row.unit_id in scope.seen_unit_ids)
    )


def sees_whole_team(scope: Scope, team: Team) -> bool:
    """Everybody in the team, or only the people of the viewer's own unit?"""
    return _inside(scope, team.region.path) or team.pk in scope.seen_team_ids | scope.own_team_ids


def postings_seen(user: User) -> QuerySet[Appointment]:
    """The postings in force today that the user may see, with what a row shows."""
    return (
        Appointment.objects.visible_to(user)
        .on(clock.today())
        .postings()
        .select_related("person", "body__region", "body__team", "unit", "stationed_at", "acting_for__person")
    )


def teams_seen(user: User) -> QuerySet[Team]:
    """The teams in force today that the user may see, by place."""
    teams = Team.objects.visible_to(user).filter(in_force(clock.today()))
    return teams.select_related("region").order_by("region__path", "pk")


# ---- narrowing -------------------------------------------------------------------------------------------


def named(rows: QuerySet[Appointment], text: str) -> QuerySet[Appointment]:
    """The postings of people so named."""
    return so_named(rows, text, "person")


def teams_named(teams: QuerySet[Team], user: User, text: str) -> QuerySet[Team]:
    """Teams so named, and teams in which somebody so named serves whom the user may see."""
    if not text:
        return teams
    people = named(postings_seen(user), text).order_by().values("body")
    return teams.filter(Q(name__contains=text) | Q(short_name__contains=text) | Q(pk__in=people))


def in_town(town: Region | None, column: str) -> Q:
    """Rows whose region path ``column`` lies in the town; all where none is chosen."""
    if town is None:
        return Q()
    low, high = town.subtree()
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def towns_of(user: User) -> QuerySet[Region]:
    """The towns in which the user's teams live, for the choice of one."""
    paths = teams_seen(user).order_by().values_list("region__path", flat=True).distinct()
    wanted = {part for path in paths for part in Region(path=path).ancestor_paths()}
    return Region.objects.filter(in_force(clock.today()), path__in=wanted, level=Level.TOWN)


# ---- people ----------------------------------------------------------------------------------------------


@dataclass
class Line:
    """A person with all capacities he holds in teams today, listed once; ``away`` where he is away today."""

    main: Appointment
    rows: list[Appointment]
    away: AwayToday | None

    @property
    def capacities(self) -> str:
        """``队员，兼驻村第一书记``; an acting one says for whom."""
        order = {post: place for place, post in enumerate(Post.values)}
        rows = sorted(self.rows, key=lambda row: (row.acting_for_id is not None, order[row.post]))
        words = [
            f"代{row.acting_for.person}任{row.post_name}" if row.acting_for else row.post_name for row in rows
        ]
        return "，兼".join(dict.fromkeys(words))

    @property
    def station(self) -> Region:
        """驻点: the village named in the appointment, else where the team lives."""
        return next((row.stationed_at for row in self.rows if row.stationed_at), self.main.body.region)

    @property
    def since(self) -> date:
        return min(row.valid_from for row in self.rows)

    @property
    def team(self) -> Team | None:
        """None: 未编组, the posting hangs on no team in force."""
        body = self.main.body
        return body.team if body.kind == BodyKind.TEAM and body.holds(clock.today()) else None


#: A role on top of a posting, or acting for another: no line of its own beside a posting of the same person.
_ON_TOP = Q(post=Post.FIRST_SECRETARY) | Q(acting_for__isnull=False)


def people_seen(user: User) -> QuerySet[Appointment]:
    """One posting of everybody the user may see, by place, unit and pinyin; nobody vanishes without a team."""
    rows = postings_seen(user)
    return rows.exclude(_ON_TOP & Q(person__in=rows.filter(~_ON_TOP).values("person"))).order_by(
        "body__region__path", "body", "unit__pinyin", "person__pinyin", "pk"
    )


def unplaced(user: User) -> QuerySet[Appointment]:
    """未编组: those of :func:`people_seen` whose body is no team in force."""
    return people_seen(user).exclude(body__in=Team.objects.filter(in_force(clock.today())).values("pk"))


def lines(main: Iterable[Appointment], user: User) -> list[Line]:
    """Rows of :func:`people_seen` with the persons' other capacities and today's absence; two queries."""
    main = list(main)
    people = {row.person_id for row in main}
    others: dict[int, list[Appointment]] = defaultdict(list)
    for row in postings_seen(user).filter(person__in=people).order_by("pk"):
        others[row.person_id].append(row)
    away = away_today(people)
    return [
        Line(
            row,
            [each for each in others[row.person_id] if each.body_id == row.body_id],
            away.get(row.person_id),
        )
        for row in main
    ]


# ---- teams -----------------------------------------------------------------------------------------------


@dataclass
class TeamLine:
    """One team in the list. ``whole`` is False for a unit, which sees and counts only its own people."""

    team: Team
    whole: bool
    captain: Appointment | None
    people: int
    away: int
    leads: list[str]
    found: list[Appointment]


@dataclass
class TownGroup:
    town: Region
    lines: list[TeamLine] = field(default_factory=list)


@dataclass
class CountyGroup:
    county: Region | None
    towns: list[TownGroup] = field(default_factory=list)


def by_town(teams: Sequence[Team], user: User, text: str = "") -> list[CountyGroup]:
    """The teams of one page by county and town, in the order of the places; at most five queries."""
    scope, pks = scope_of(user), [team.pk for team in teams]
    places = region_lookup(team.region.path for team in teams)
    members: dict[int, list[Appointment]] = defaultdict(list)
    for posting in postings_seen(user).filter(body__in=pks).order_by("pk"):
        members[posting.body_id].append(posting)
    away = away_today(posting.person_id for rows in members.values() for posting in rows)
    found: dict[int, dict[int, Appointment]] = defaultdict(dict)
    if text:
        for posting in named(postings_seen(user), text).filter(body__in=pks).order_by("person__pinyin", "pk"):
            found[posting.body_id].setdefault(posting.person_id, posting)
    leads: dict[int, list[str]] = defaultdict(list)
    paired = Pairing.objects.filter(in_force(clock.today()), team__in=pks, role=PairingRole.LEAD)
    for row in paired.select_related("unit").order_by("pk"):
        leads[row.team_id].append(str(row.unit or row.note))
    counties: list[CountyGroup] = []
    for team in teams:
        county, town = places.at(team.region.path, Level.COUNTY), town_of(places, team.region)
        if not counties or counties[-1].county != county:
            counties.append(CountyGroup(county))
        if not counties[-1].towns or counties[-1].towns[-1].town != town:
            counties[-1].towns.append(TownGroup(town))
        people = {posting.person_id for posting in members[team.pk]}
        counties[-1].towns[-1].lines.append(
            TeamLine(
                team=team,
                whole=sees_whole_team(scope, team),
                captain=captain_of(members[team.pk]),
                people=len(people),
                away=sum(1 for person in people if person in away),
                leads=leads[team.pk],
                found=list(found[team.pk].values()),
            )
        )
    return counties


def town_of(places: Places, region: Region) -> Region:
    """The town under which a team is listed; one that lives higher up is listed under its own place."""
    return places.at(region.path, Level.TOWN) or region


def captain_of(rows: Iterable[Appointment]) -> Appointment | None:
    """The captain in his own right, else who acts for him."""
    captains = [row for row in rows if row.post == Post.CAPTAIN]
    return min(captains, key=lambda row: row.acting_for_id is not None, default=None)


# ---- one team --------------------------------------------------------------------------------------------

#: A person stands once in a roster: with the captains, else the first secretaries, else the members.
_PRECEDENCE = (Post.CAPTAIN, Post.FIRST_SECRETARY, Post.MEMBER)
#: The groups of a roster in the order of the page; the last takes 科技特派员 and the others who come to help.
_GROUPS = {
    Post.CAPTAIN: "队长",
    Post.MEMBER: "队员",
    Post.FIRST_SECRETARY: "驻村第一书记",
    None: "科技特派员等",
}


def roster(team: Team, user: User) -> list[tuple[str, list[Line]]]:
    """Who serves in the team, as far as the user may see, by group; three queries."""
    rows = postings_seen(user).filter(body=team.pk)
    once = rows.exclude(_ON_TOP & Q(person__in=rows.filter(~_ON_TOP).values("person")))
    groups: dict[str, dict[int, Line]] = {name: {} for name in _GROUPS.values()}
    for line in lines(once.order_by("unit__pinyin", "person__pinyin", "pk"), user):
        own = {row.post for row in line.rows if row.acting_for_id is None} or {row.post for row in line.rows}
        first = next((post for post in _PRECEDENCE if post in own), None)
        groups[_GROUPS[first]].setdefault(line.main.person_id, line)
    return [(name, list(found.values())) for name, found in groups.items() if found]


# ---- one person ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """Half-days away of one kind that follow one another."""

    kind: str
    start: date
    start_half: str
    end: date
    end_half: str
    halves: int

    @property
    def label(self) -> str:
        return AwayKind(self.kind).label


def away_in_month(person_id: int, day: date) -> list[Stretch]:
    """The firm absences of a person in the month of ``day``; one query."""
    rows = Away.objects.filter(person=person_id, month=month_number(day), firm=True)
    found: list[Stretch] = []
    before: tuple[str, int] | None = None
    for number, half, kind in rows.order_by("day", "half").values_list("day", "half", "kind"):
        place, when = number * 2 + (half == Half.PM), day.replace(day=number)
        if before == (kind, place - 1):
            last = found.pop()
            found.append(Stretch(kind, last.start, last.start_half, when, half, last.halves + 1))
        else:
            found.append(Stretch(kind, when, half, when, half, 1))
        before = (kind, place)
    return found


@dataclass(frozen=True)
class PersonShown:
    """What a viewer sees of a person: capacities of today, later and before; absences where he answers for him."""

    present: list[Appointment]
    later: list[Appointment]
    former: list[Appointment]
    answers_for: bool
    month: list[Stretch]
    away: AwayToday | None


def person_shown(person: Person, user: User) -> PersonShown | None:
    """None where nothing is left to show: a former team-mate is nobody's business any more."""
    scope, today = scope_of(user), clock.today()
    own = scope.person_id == person.pk
    rows = (
        Appointment.objects.visible_to(user)
        .filter(person=person)
        .select_related("body__region", "body__team", "unit", "stationed_at", "acting_for__person")
        .order_by("-valid_from", "pk")
    )
    shown = [row for row in rows if own or row.holds(today) or looks_after(scope, row)]
    if not shown and not own:
        return None
    present = [row for row in shown if row.holds(today)]
    answers_for = own or any(looks_after(scope, row) for row in present)
    return PersonShown(
        present=sorted(present, key=_team_first),
        later=[row for row in shown if row.valid_from > today],
        former=[row for row in shown if row.valid_to is not None and row.valid_to < today],
        answers_for=answers_for,
        month=away_in_month(person.pk, today) if answers_for else [],
        away=away_today([person.pk]).get(person.pk) if present else None,
    )


def _team_first(row: Appointment) -> tuple[bool, bool, int]:
    return row.body.kind != BodyKind.TEAM, row.post == Post.FIRST_SECRETARY, row.pk

"""组团结对情况表: the county's table of which unit sends what to which town, as its paper lays it out (新丰 附件 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core import clock
from teams.models import Pairing, Region, Team, User
from teams.models.dated import in_force
from teams.rosters import town_of
from teams.selectors import region_lookup
from teams.words import Level, PairingRole


@dataclass(frozen=True)
class Entry:
    """One name in a cell: a unit as the paper names it, or the paper's own words; ``note`` and its number are ours."""

    text: str
    note: str = ""
    remark: int = 0


def _entry(row: Pairing, remarks: list[str]) -> Entry:
    if row.unit is None:
        return Entry(row.note)
    if row.note and row.note not in remarks:
        remarks.append(row.note)
    return Entry(str(row.unit), row.note, remarks.index(row.note) + 1 if row.note else 0)


@dataclass
class AnnexLine:
    """One team. ``merged`` counts the rows its last cell spans; 0: the cell above spans it."""

    team: Team
    town: Region
    cells: dict[str, list[Entry]]
    merged: int = 1

    @property
    def columns(self) -> list[tuple[str, list[Entry]]]:
        """Heading and entries of the columns before the last, in the order of the paper."""
        return [
            (role.label, self.cells.get(role, [])) for role in PairingRole if role != PairingRole.SPECIALIST
        ]

    @property
    def specialists(self) -> list[Entry]:
        return self.cells.get(PairingRole.SPECIALIST, [])


@dataclass(frozen=True)
class Annex:
    """The table of one county today, and the papers it rests on."""

    lines: list[AnnexLine]
    remarks: list[str]
    documents: list[str]
    since: date | None


def counties_of(user: User) -> list[Region]:
    """The counties whose table the user may read; two queries.

    The table names units and no persons, so whoever serves in the county, above it or for one of its teams
    may read the whole of it.
    """
    visible = Team.objects.visible_to(user).values_list("region__path", flat=True)
    above = {part for path in visible for part in Region(path=path).ancestor_paths()}
    inside = Region.objects.visible_to(user).filter(level=Level.COUNTY).values("pk")
    counties = Region.objects.filter(in_force(clock.today())).filter(
        Q(pk__in=inside) | Q(path__in=above), level=Level.COUNTY
    )
    return list(counties.order_by("path"))


def with_annex(counties: Iterable[Region]) -> set[int]:
    """Ids of those counties that have pairings in force; one query."""
    rows = Pairing.objects.filter(in_force(clock.today()))
    paths = set(rows.values_list("team__region__path", flat=True).distinct())
    return {
        county.pk
        for county in counties
        if any(low <= path < high for low, high in [county.subtree()] for path in paths)
    }


def annex_of(county: Region) -> Annex:
    """The county's table, in the order in which the paper was entered; two queries."""
    low, high = county.subtree()
    rows = (
        Pairing.objects.filter(team__region__path__gte=low, team__region__path__lt=high)
        .select_related("team__region", "unit")
        .order_by("pk")
    )
    # Rows that have ended are not shown, but they keep the team its place in the table.
    by_team: dict[int, list[Pairing]] = defaultdict(list)
    for row in rows:
        by_team[row.team_id].append(row)
    standing = [[row for row in group if row.holds(clock.today())] for group in by_team.values()]
    shown = [group for group in standing if group]
    places = region_lookup(group[0].team.region.path for group in shown)
    lines: list[AnnexLine] = []
    remarks: list[str] = []
    for group in shown:
        cells: dict[str, list[Entry]] = defaultdict(list)
        for row in group:
            cells[row.role].append(_entry(row, remarks))
        lines.append(AnnexLine(group[0].team, town_of(places, group[0].team.region), cells))
    _merge(lines)
    return Annex(
        lines=lines,
        remarks=remarks,
        documents=list(dict.fromkeys(row.document for group in shown for row in group if row.document)),
        since=min((row.valid_from for group in shown for row in group), default=None),
    )


def _merge(lines: list[AnnexLine]) -> None:
    """The paper writes 科技特派员等 once for towns that follow one another with the same words."""
    head: AnnexLine | None = None
    for line in lines:
        if head is not None and line.specialists and line.specialists == head.specialists:
            head.merged += 1
            line.merged = 0
        else:
            head = line


def units_behind(team: Team) -> list[tuple[str, list[Entry]]]:
    """牵头单位 and the others behind a team, by role; one query."""
    cells: dict[str, list[Entry]] = defaultdict(list)
    for row in (
        Pairing.objects.filter(in_force(clock.today()), team=team).select_related("unit").order_by("pk")
    ):
        cells[row.role].append(_entry(row, []))
    return [(role.label, cells[role]) for role in PairingRole if role in cells]

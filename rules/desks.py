"""Who registers local rules where: the managing office and the organization department of a county, and a town
where the document lets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core import clock
from policy.loader import load_all
from policy.local_rules import Reach, reach
from policy.schema import Pack
from teams.models import Region, User
from teams.scope import Scope, scope_of
from teams.words import BodyKind, Function, Level, TeamKind

#: What a page can register; everything else comes in as a file.
FORM_TOPICS = ("leave", "quota")


@dataclass(frozen=True, slots=True)
class Desk:
    """One region in which a user may register, and the documents his rule may stand on, most specific first."""

    region: Region
    documents: tuple[Pack, ...]


def desks(user: User, on: date | None = None) -> list[Desk]:
    """Every region in which the user may register, in the order of the tree; remembered beside his scope."""
    on = on or clock.today()
    scope = scope_of(user, on)
    known = user.__dict__.get("_desks")
    if known is None or known[0] is not scope:
        known = user.__dict__["_desks"] = (scope, _find(scope))
    found: list[Desk] = known[1]
    return found


def _find(scope: Scope) -> list[Desk]:
    serving = {
        row.body_id: row.body.region
        for row in scope.appointments
        if row.body.kind == BodyKind.OFFICE and row.body.region.level in (Level.COUNTY, Level.TOWN)
    }
    if not serving:
        return []
    found: dict[str, Desk] = {}
    for office, region in serving.items():
        documents = tuple(
            pack for pack in documents_of(region) if scope.held[office] & functions_for(pack, region)
        )
        if documents:
            found[region.path] = Desk(region, documents)
    return sorted(found.values(), key=lambda desk: desk.region.path)


def functions_for(pack: Pack, region: Region) -> set[str]:
    """Which office of the region may register under the document, by function; none where it may not."""
    if region.level == Level.COUNTY:
        return {pack.pack.managing_office.partition(":")[2], Function.ORGANIZATION.value}
    opened = any(row for row in pack.delegable if region.level in row.levels)
    return {Function.PARTY_COMMITTEE.value} if opened else set()


def documents_of(region: Region) -> tuple[Pack, ...]:
    """The documents that govern a region, most specific first."""
    paths = region.ancestor_paths()
    above = {row.path: row.rule_code for row in Region.objects.filter(path__in=paths)}
    codes = [above[path] for path in reversed(paths) if above[path]]
    book = load_all()
    found = {pack.id: pack for kind in TeamKind.values for pack in book.applicable(codes, kind)}
    return tuple(found.values())


def reaches(pack: Pack, region: Region, on: date | None) -> dict[str, Reach]:
    """How far a rule of this region may go on each topic of the form."""
    return {topic: reach(pack, topic, region.level, on) for topic in FORM_TOPICS}


def desk_paths(user: User, on: date | None = None) -> list[str]:
    """Paths of the regions in which the user may register: a renamed place keeps its path."""
    return [desk.region.path for desk in desks(user, on)]


def desk_of(user: User, region: Region) -> Desk | None:
    """The user's desk for that region, or None."""
    return next((desk for desk in desks(user) if desk.region.path == region.path), None)

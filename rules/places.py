"""The places a question can be about: the documents' own regions, and the regions under them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core import clock
from policy.book import RuleBook
from policy.explain import region_chain
from policy.schema import Pack
from teams.models import Region, User
from teams.models.dated import in_force
from teams.scope import scope_of
from teams.words import Level, TeamKind

#: Nobody asks for leave from a whole city, and villages follow their town.
ASKED_LEVELS = (Level.COUNTY, Level.TOWN)


@dataclass(frozen=True, slots=True)
class Place:
    """One place as a form offers it.

    ``value`` is what an address carries: a document's id, or a region's statistical code (``region-7`` where it
    has none), with ``.village`` behind it where village teams there have another document than town teams.
    """

    value: str
    label: str
    region_codes: tuple[str, ...]
    team_kind: str


def document_places(book: RuleBook) -> list[Place]:
    """Each document as a place: the region it governs and the first kind of team it is about."""
    return [
        Place(each.id, header.region.name, region_chain(header.region.code), header.team_kinds[0])
        for each in book.packs.values()
        if not (header := each.pack).under
    ]


def region_places(book: RuleBook, user: User) -> list[Place]:
    """The counties and towns the user knows that some document covers, in the order of the tree."""
    documents = {place.value for place in document_places(book)}
    rows = Region.objects.visible_to(user).filter(in_force(clock.today()), level__in=ASKED_LEVELS)
    return [place for place in _covered(book, list(rows.order_by("path"))) if place.value not in documents]


def region_place(book: RuleBook, value: str) -> Place | None:
    """The place an address names though the user's own list lacks it: links are passed on to colleagues."""
    name = value.partition(".")[0]
    rows = Region.objects.filter(level__in=ASKED_LEVELS)
    if name.startswith("region-") and name[7:].isascii() and name[7:].isdecimal() and len(name) < 20:
        rows = rows.filter(pk=int(name[7:]))
    elif name.isascii() and name.isdecimal() and len(name) == 12:
        rows = rows.filter(code=name)
    else:
        return None
    return next((place for place in _covered(book, list(rows)) if place.value == value), None)


def own_place(book: RuleBook, user: User) -> Place | None:
    """Where the user serves today, as a place: his posting before any other appointment."""
    scope = scope_of(user)
    rows = [scope.posting] if scope.posting else list(scope.appointments)
    paths = {path for row in rows for path in row.body.region.ancestor_paths()}
    # A longer path lies deeper: the town comes before its county.
    nearest = Region.objects.filter(in_force(clock.today()), level__in=ASKED_LEVELS, path__in=paths).order_by(
        "-path"
    )
    return next(iter(_covered(book, list(nearest))), None)


def own_packs(book: RuleBook, user: User) -> list[Pack]:
    """The documents that hold where the user serves, most specific first."""
    regions = [row.body.region for row in scope_of(user).appointments]
    above, today = _above(regions), clock.today()
    packs: dict[str, Pack] = {}
    for region in regions:
        chain = _chain(region, above)
        for kind in TeamKind.values:
            packs.update({pack.id: pack for pack in book.applicable(chain, kind)})
    # Of a local rule only the version in force; the others stand in its list.
    return [pack for pack in packs.values() if not pack.pack.under or pack.pack.in_force(today)]


def _covered(book: RuleBook, regions: list[Region]) -> list[Place]:
    """Those of ``regions`` with a document, one place for each kind of team that has its own."""
    documents = {each.pack.region.code: each.id for each in book.packs.values() if not each.pack.under}
    above = _above(regions)
    places: list[Place] = []
    for region in regions:
        chain = _chain(region, above)
        plain = documents.get(region.code) or region.code or f"region-{region.pk}"
        county = (
            above[region.ancestor_paths()[-2]][1] if region.level == Level.TOWN and region.parent_id else ""
        )
        seen: list[tuple[Pack, ...]] = []
        for kind in TeamKind:
            packs = book.applicable(chain, kind.value)
            if not packs or packs in seen:
                continue
            value = f"{plain}.{kind.value}" if seen else plain
            label = f"{county}{region.name}" + (f"（{kind.label}）" if seen else "")
            places.append(Place(value, label, chain, kind.value))
            seen.append(packs)
    return places


def chains_of(regions: list[Region]) -> list[tuple[Region, tuple[str, ...]]]:
    """Each region with its code and those above it, in one query for all."""
    above = _above(regions)
    return [(region, _chain(region, above)) for region in regions]


def codes_of(region: Region) -> tuple[str, ...]:
    """The region's code and those above it, as the resolver wants them."""
    return _chain(region, _above([region]))


def _chain(region: Region, above: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    """Codes from the region upwards, as the resolver wants them."""
    return tuple(above[path][0] for path in reversed(region.ancestor_paths()) if above[path][0])


def _above(regions: Iterable[Region]) -> dict[str, tuple[str, str]]:
    """Code and name by path, of these regions and everything above them, in one query."""
    paths = {path for region in regions for path in region.ancestor_paths()}
    # Of a place that was renamed, the present name.
    rows = Region.objects.filter(path__in=paths).only("path", "code", "name", "level").order_by("valid_from")
    return {row.path: (row.rule_code, row.name) for row in rows}

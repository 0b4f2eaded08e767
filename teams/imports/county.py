"""What a county has already, looked up by the names that a workbook uses: a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Q

from core.crypto import fingerprints
from teams.imports.fields import PAIRINGS, PEOPLE, UNITS
from teams.imports.reading import Book
from teams.models import Appointment, DispatchingUnit, Pairing, Person, Region, Team
from teams.models.places import path_range
from teams.words import TEAM_POSTS, Origin

T = TypeVar("T")
#: Units that send people into many counties, so one row serves all of them.
WIDE = (Origin.CENTRAL, Origin.PROVINCE, Origin.PARTNER_CITY, Origin.CITY)


@dataclass(eq=False)
class Ref(Generic[T]):
    """Something that is there already, or will be once the rows above it have been carried out."""

    name: str
    obj: T | None = None
    short: str = ""
    own: bool = True
    parent: Ref[Any] | None = None
    level: str = ""

    @property
    def pk(self) -> int:
        return self.obj.pk if self.obj is not None else 0  # type: ignore[attr-defined]

    def made(self) -> T:
        """The row itself, when its turn has come."""
        assert self.obj is not None
        return self.obj


@dataclass(eq=False)
class PersonRef(Ref[Person]):
    identity_hash: str = ""
    pinyin: str = ""
    units: set[Ref[DispatchingUnit]] = field(default_factory=set)
    teams: set[Ref[Team]] = field(default_factory=set)
    posts: list[Appointment] = field(default_factory=list)
    #: What the workbook itself says about him: (row number, values) of the first row, and the postings planned.
    said: dict[str, tuple[int, Any]] = field(default_factory=dict)
    planned: list[tuple[str, Ref[Team], date, date | None, int]] = field(default_factory=list)
    ends: dict[int, date] = field(default_factory=dict)
    #: Postings that a row has spoken of already, by the number of that row.
    told: dict[int, int] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """``张三（县水利局）``: how he is told from others of his name."""
        units = "、".join(sorted(ref.short or ref.name for ref in self.units))
        return f"{self.name}（{units}）" if units else self.name


class Lookup(Generic[T]):
    """Refs by every name people use for them. A name that means two things is no name."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[Ref[T]]] = defaultdict(list)

    def add(self, ref: Ref[T], *names: str) -> None:
        for name in {each.replace(" ", "") for each in names if each}:
            if ref not in self._by_name[name]:
                self._by_name[name].append(ref)

    def find(self, name: str) -> list[Ref[T]]:
        """What is called so; the county's own before what others registered under the same name."""
        found = self._by_name.get(name.replace(" ", "").replace("/", ""), [])
        own = [ref for ref in found if ref.own]
        return own if len(own) == 1 else found


class County:
    """The places, units, teams, people, postings and pairings of one county, for one workbook."""

    def __init__(self, root: Region, book: Book) -> None:
        self.root = root
        low, high = path_range(root.path)
        self.regions: Lookup[Region] = Lookup()
        self.units: Lookup[DispatchingUnit] = Lookup()
        self.teams: Lookup[Team] = Lookup()
        self.by_code: dict[str, Ref[Region]] = {}
        self.root_ref: Ref[Region] = Ref(root.name, root, level=root.level)
        self._regions(low, high)
        self._units(low, high, book)
        self._teams(low, high)
        self._people(low, high, book)
        self._pairings(low, high)

    def _regions(self, low: str, high: str) -> None:
        refs = {self.root.pk: self.root_ref}
        self.regions.add(self.root_ref, self.root.name)
        rows = Region.objects.filter(path__gt=self.root.path, path__lt=high, valid_to=None).order_by("path")
        for row in rows:
            refs[row.pk] = self.add_region(
                Ref(row.name, row, parent=refs.get(row.parent_id or 0, self.root_ref), level=row.level)
            )
            if row.code:
                self.by_code[row.code] = refs[row.pk]
        self.region_refs = refs

    def add_region(self, ref: Ref[Region]) -> Ref[Region]:
        parent = ref.parent.name if ref.parent else ""
        self.regions.add(ref, ref.name, f"{parent}{ref.name}")
        return ref

    def _units(self, low: str, high: str, book: Book) -> None:
        named = {row.get("name") for row in book.of(UNITS)}
        named |= {row.get("unit") for kind in (PEOPLE, PAIRINGS) for row in book.of(kind)}
        names = [name for name in named if name]
        rows = DispatchingUnit.objects.filter(
            Q(region__path__gte=low, region__path__lt=high)
            | Q(region__path__in=self.root.ancestor_paths())
            | Q(name__in=names, origin__in=WIDE)
            | Q(short_name__in=names, origin__in=WIDE)
            | Q(
                pk__in=Appointment.objects.filter(
                    body__region__path__gte=low, body__region__path__lt=high
                ).values("unit")
            )
        ).select_related("region", "successor")
        self.unit_refs: dict[int, Ref[DispatchingUnit]] = {}
        self.merged_units: dict[str, DispatchingUnit] = {}
        for row in rows.order_by("pk"):
            ref = Ref(row.name, row, row.short_name, own=low <= row.region.path < high)
            self.unit_refs[row.pk] = ref
            if row.valid_to is None:
                self.units.add(ref, row.name, row.short_name)
            else:
                self.merged_units[row.name] = row

    def _teams(self, low: str, high: str) -> None:
        rows = Team.objects.filter(region__path__gte=low, region__path__lt=high, valid_to=None)
        self.team_refs: dict[int, Ref[Team]] = {}
        for row in rows.select_related("region").order_by("pk"):
            ref = self.team_refs[row.pk] = Ref(
                row.name, row, row.short_name, parent=self.region_refs.get(row.region_id)
            )
            self.teams.add(ref, row.name, row.short_name)

    def _people(self, low: str, high: str, book: Book) -> None:
        # While keys change, rows may still carry a hash under an older one; the plan knows the present key's alone.
        present = {
            known: hashes[0]
            for row in book.of(PEOPLE)
            if row.get("identity")
            for hashes in [fingerprints(row.get("identity"))]
            for known in hashes
        }
        serving = Appointment.objects.filter(body__region__path__gte=low, body__region__path__lt=high)
        mine = Q(pk__in=serving.values("person")) | Q(
            registered_in__path__gte=low, registered_in__path__lt=high
        )
        people = Person.objects.filter(mine).defer("phone", "identity").order_by("pk")
        self.people: dict[int, PersonRef] = {}
        self.by_name: dict[str, list[PersonRef]] = defaultdict(list)
        self.by_pinyin: dict[str, list[PersonRef]] = defaultdict(list)
        self.by_identity: dict[str, PersonRef] = {}
        for row in people:
            hashed = present.get(row.identity_hash, row.identity_hash)
            self.add_person(PersonRef(row.name, row, identity_hash=hashed, pinyin=row.pinyin))
        elsewhere = Person.objects.filter(identity_hash__in=present).exclude(pk__in=list(self.people))
        found = elsewhere.values_list("identity_hash", flat=True) if present else ()
        self.elsewhere = {present[known] for known in found}
        rows = Appointment.objects.filter(
            person__in=people.values("pk"), post__in=TEAM_POSTS, acting_for=None, void=False
        )
        for row in rows.select_related("body").order_by("pk"):
            ref = self.people[row.person_id]
            ref.posts.append(row)
            if row.unit_id in self.unit_refs:
                ref.units.add(self.unit_refs[row.unit_id])
            if row.body_id in self.team_refs:
                ref.teams.add(self.team_refs[row.body_id])

    def add_person(self, ref: PersonRef) -> PersonRef:
        if ref.obj is not None:
            self.people[ref.obj.pk] = ref
        self.by_name[ref.name].append(ref)
        self.by_pinyin[ref.pinyin].append(ref)
        if ref.identity_hash:
            self.by_identity[ref.identity_hash] = ref
        return ref

    def _pairings(self, low: str, high: str) -> None:
        rows = Pairing.objects.filter(team__region__path__gte=low, team__region__path__lt=high, valid_to=None)
        self.pairings: dict[tuple[int, str, int, str], Pairing] = {
            (row.team_id, row.role, row.unit_id or 0, "" if row.unit_id else row.note): row for row in rows
        }

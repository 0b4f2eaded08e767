"""From a party in a rule (``town:party_secretary``) to a post in a body on a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.errors import Refused
from teams.models import Appointment, Body, Office, OfficeFunction, Region
from teams.models.dated import in_force
from teams.words import Function, Post

#: What a post at town level is called in a rule, and the post that answers.
TOWN_POSTS = {
    "party_secretary": Post.PARTY_SECRETARY,
    "deputy_secretary": Post.DEPUTY_SECRETARY,
    "organization_member": Post.ORGANIZATION_MEMBER,
    "attendance_officer": Post.ATTENDANCE_OFFICER,
    "party_committee": Post.SIGNER,
}


@dataclass(frozen=True)
class Place:
    """A post in a body: what a seat, a filing or a deadline names."""

    party: str
    post: str
    body: Body

    @property
    def pair(self) -> tuple[str, int]:
        return self.post, self.body.pk


@dataclass(frozen=True)
class _Known:
    """Places and who held which function in them on a day, the most specific first."""

    regions: list[Region]
    held: list[OfficeFunction]

    @classmethod
    def of(cls, paths: set[str], on: date) -> _Known:
        """Two queries. A place that was renamed has two rows: the present name first, codes of both."""
        held = OfficeFunction.objects.filter(
            in_force(on), in_force(on, "office__"), office__region__path__in=paths
        )
        places = Region.objects.filter(path__in=paths).order_by()
        offices = sorted(held.select_related("office__region").order_by(), key=lambda row: row.pk)
        return cls(
            sorted(places, key=lambda region: (region.path, region.valid_from), reverse=True),
            sorted(offices, key=lambda row: row.office.region.path, reverse=True),
        )


class Directory:
    """Answers for one posting on one day which post in which body each party means.

    Loads the offices of the posting's region and of all regions above it in two queries; every later question
    is answered from memory. Raises :class:`core.errors.Refused` with a sentence where a body is not registered.
    """

    def __init__(self, posting: Appointment, on: date, known: _Known | None = None) -> None:
        """``known``: what was loaded for many postings at once, see :meth:`for_many`."""
        self.posting = posting
        self.on = on
        paths = set(posting.body.region.ancestor_paths())
        known = known or _Known.of(paths, on)
        self.regions = [region for region in known.regions if region.path in paths]
        self._offices: dict[tuple[str, str], Office] = {}
        for row in known.held:
            if row.office.region.path in paths:
                self._offices.setdefault((row.office.region.level, row.function), row.office)

    @classmethod
    def for_many(cls, postings: Iterable[Appointment], on: date) -> dict[int, Directory]:
        """Body of the posting → its directory, for all of them in two queries; each with ``body.region`` loaded."""
        first = {posting.body_id: posting for posting in postings}
        paths = {path for posting in first.values() for path in posting.body.region.ancestor_paths()}
        known = _Known.of(paths, on)
        return {body: cls(posting, on, known) for body, posting in first.items()}

    def region_codes(self) -> tuple[str, ...]:
        """Codes from the most specific region upwards, as the resolver wants them."""
        return tuple(region.rule_code for region in self.regions if region.rule_code)

    def place(self, party: str) -> Place:
        """The post and body that ``party`` means here, e.g. ``county:organization``."""
        level, _, name = party.partition(":")
        if level == "team":
            return Place(party, name, self.posting.body)
        if level == "unit":
            if self.posting.unit is None:
                raise Refused("no_unit", "驻点没有登记派出单位，由县管理员补上后再提交")
            # 派出单位 speaks through its head, whom some clauses name as 一把手.
            return Place(party, Post.LEADER if name in ("leader", "principal") else name, self.posting.unit)
        if level == "town" and name in TOWN_POSTS:
            return Place(party, TOWN_POSTS[name], self._office(level, Function.PARTY_COMMITTEE))
        return Place(party, Post.SIGNER, self._office(level, name))

    def places(self, parties: Iterable[str]) -> list[Place]:
        return [self.place(party) for party in parties]

    def knows(self, party: str) -> bool:
        """Can the party be reached from here?"""
        try:
            self.place(party)
        except Refused:
            return False
        return True

    def _office(self, level: str, function: str) -> Office:
        office = self._offices.get((level, function))
        if office is None:
            where = next((region.name for region in self.regions if region.level == level), "本地")
            what = Function(function).label if function in Function.values else function
            raise Refused("no_office", f"{where}还没有登记承担“{what}”职能的部门，由县管理员补上后再提交")
        return office

"""Who may say what a day was: those whom the document names, the town's keepers, the county's managing office.

Never the person concerned, whatever posts he holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from attendance.absence.models import AbsenceCase
from attendance.keepers import kept_towns
from attendance.models import Source
from core import clock
from leave.routing import also_first_secretary
from policy.chains import Chain, chains_for
from policy.whom import Whom, rules_for
from rules.book import rule_book
from teams.holders import Holders, Pair
from teams.models import Appointment, User
from teams.parties import Directory
from teams.scope import scope_of
from teams.words import HELPERS, REGISTER_POSTS, BodyKind, Level

EVENT = "unexcused_absence"
#: A body a clause names that has no office of its own; the managing office serves it.
SERVED = ("county:leading_group",)


@dataclass(frozen=True)
class Authority:
    """In which capacity somebody speaks; ``chain``: the one of the document that his finding starts."""

    appointment: Appointment
    chain: Chain | None = None

    @property
    def starts(self) -> bool:
        """Does anything follow his finding?"""
        return self.chain is not None

    @property
    def capacity(self) -> str:
        return self.appointment.capacity

    @property
    def source(self) -> int:
        """The rank of what he says: a town's finding, or the ruling of a county or city."""
        town = self.appointment.body.region.level in (Level.TOWN, Level.VILLAGE)
        return Source.FINDING if town else Source.RULING


@dataclass(frozen=True)
class Powers:
    """What somebody may do about a case: find 无故, explain it, take a finding back."""

    find: Authority | None = None
    explain: Authority | None = None
    withdraw: Authority | None = None


NONE = Powers()


class Rulebook:
    """What the document in force says of one case on one day: its chains, who finds, which office manages."""

    def __init__(self, case: AbsenceCase, on: date) -> None:
        posting = case.posting
        self.directory = Directory(posting, on)
        book = rule_book()
        whom = Whom(
            region_codes=self.directory.region_codes(),
            team_kind=posting.body.team.team_kind,
            role=posting.post,
            also_first_secretary=also_first_secretary(posting.person_id, on),
            dispatched_by=posting.unit.origin if posting.unit else "county",
            task=posting.body.team.task,
        )
        self.chains = chains_for(book, whom, EVENT, datetime.combine(on, datetime.min.time()))
        pack = rules_for(book, "management", whom, on).pack or rules_for(book, "quota", whom, on).pack
        if self.chains:
            pack = book.pack(self.chains[0].pack_id)
        self.pack = pack
        self.managing = pack.pack.managing_office if pack is not None else ""

    def pairs(self, parties: Iterable[str]) -> list[Pair]:
        """The posts and bodies these parties mean here; what nobody has registered is left out."""
        found = []
        for party in parties:
            named = party if self.directory.knows(party) else self.managing if party in SERVED else ""
            if named and self.directory.knows(named):
                found.append(self.directory.place(named).pair)
        return list(dict.fromkeys(found))

    @property
    def found_by(self) -> list[str]:
        """The parties whose finding starts a chain, each once."""
        return list(dict.fromkeys(party for chain in self.chains for party in chain.rule.found_by))

    def speaks(self, user: User) -> Authority | None:
        """By which post the user finds what the document lets its holder find, with the chain that starts."""
        for chain in self.chains:
            row = speaking(user, self.pairs(chain.rule.found_by))
            if row is not None:
                return Authority(row, chain)
        return None

    def chain_of(self, body_id: int) -> Chain | None:
        """The chain that a finding of this organ starts."""
        for chain in self.chains:
            if body_id in {body for _, body in self.pairs(chain.rule.found_by)}:
                return chain
        return None

    @property
    def managers(self) -> list[Pair]:
        return self.pairs([self.managing] if self.managing else [])


def speaking(user: User, pairs: Iterable[Pair]) -> Appointment | None:
    """By which appointment the user holds one of these posts now, or acts for its holder who is away."""
    pairs = list(pairs)
    if not pairs or user.person_id is None:
        return None
    holders = Holders(pairs, clock.today(), clock.half_now())
    rows = (row for pair in pairs for row in holders.speaking(pair))
    return next((row for row in rows if row.person_id == user.person_id), None)


def working_in(user: User, bodies: Iterable[int]) -> Appointment | None:
    """By which appointment the user works in one of these bodies, or in what took it over: its clerks file papers."""
    scope = scope_of(user)
    wanted = set(bodies)
    for row in scope.appointments:
        bodies_served = {row.body_id, *scope.heirs.get(row.body_id, ())}
        if row.post not in HELPERS and row.body.kind != BodyKind.TEAM and wanted & bodies_served:
            return row
    return None


def keeping(user: User, case: AbsenceCase) -> Appointment | None:
    """By which appointment the user keeps the register of the case's town."""
    path = case.team.region.path
    towns = [town.path for town in kept_towns(user) if path.startswith(town.path)]
    if not towns:
        return None
    rows = [row for row in scope_of(user).appointments if row.post in REGISTER_POSTS]
    return next((row for row in rows if row.body.region.path in towns), None)


def powers_of(user: User, case: AbsenceCase, book: Rulebook | None = None) -> Powers:
    """What the user may do about the case today."""
    if user.person_id is None or user.person_id == case.person_id or not user.is_active:
        return NONE
    book = book or Rulebook(case, clock.today())
    named = book.speaks(user)
    keeper = keeping(user, case)
    manager = speaking(user, book.managers) or working_in(user, [body for _, body in book.managers])
    find = None
    if named is not None:
        find = named
    elif keeper is not None:
        # Whoever keeps the register for the organ that the document names speaks for it.
        find = Authority(keeper, book.chain_of(keeper.body_id))
    elif manager is not None and not book.chains:
        find = Authority(manager)
    explain = find or (Authority(manager) if manager is not None else None)
    return Powers(find=find, explain=explain, withdraw=explain)


def local(moment: datetime) -> datetime:
    """A moment as policy reads it: local, without a zone."""
    return timezone.localtime(moment).replace(tzinfo=None)

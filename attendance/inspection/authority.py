"""Which offices may check, publish and talk: what the document says of the parties they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from attendance.absence.models import AbsenceCase
from core import clock
from core.errors import NotYours
from policy.explain import region_chain
from policy.inspection import Power, Powers, powers_of
from policy.whom import Whom
from rules.book import rule_book, shipped_book
from rules.places import chains_of
from teams.models import Body, User
from teams.scope import Scope, scope_of
from teams.words import BodyKind, Post, TeamKind

#: Who works in an office; helpers who are kept there without a team do not.
_SERVING = (
    Post.LEADER, Post.SIGNER, Post.STAFF, Post.PARTY_SECRETARY, Post.DEPUTY_SECRETARY, Post.ORGANIZATION_MEMBER,
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """One office and what it may do today; ``kinds``: the kinds of teams it may check."""

    office: Body
    check: tuple[Power, ...]
    bulletin: tuple[Power, ...]
    talk: tuple[Power, ...]
    kinds: tuple[str, ...]

    def power(self, what: str, clause: str) -> Power | None:
        """The power of a kind (check, bulletin, talk) by this clause."""
        return next((power for power in getattr(self, what) if power.clause == clause), None)


def desks_of(user: User) -> list[Desk]:
    """The user's offices that may do any of it today; a query where he serves in an office, none otherwise."""
    scope = scope_of(user)
    bodies = {
        row.body_id: row.body
        for row in scope.appointments
        if row.body.kind == BodyKind.OFFICE and (row.acting_for or row).post in _SERVING
    }
    found = _desks(list(bodies.values()), scope.held, clock.today())
    return [desk for desk in found if desk.check or desk.bulletin or desk.talk]


def _desks(offices: list[Body], held: Mapping[int, frozenset[str]], on: date) -> list[Desk]:
    if not offices:
        return []
    book = rule_book()
    found = []
    for office, (region, codes) in zip(offices, chains_of([each.region for each in offices]), strict=True):
        parties = {f"{region.level}:{function}" for function in held[office.pk]}
        by_kind: dict[str, Powers] = {
            kind: powers_of(book, Whom(region_codes=codes, team_kind=kind), on) for kind in TeamKind.values
        }

        def of(
            what: str, by_kind: dict[str, Powers] = by_kind, parties: set[str] = parties
        ) -> tuple[Power, ...]:
            return tuple(dict.fromkeys(p for each in by_kind.values() for p in each.of(what, parties)))

        kinds = tuple(kind for kind, powers in by_kind.items() if powers.of("check", parties))
        found.append(Desk(office, of("check"), of("bulletin"), of("talk"), kinds))
    return found


def written_for(scope: Scope) -> bool:
    """Does the document of a county or city that the scope looks after write of 查岗 at all? No query.

    The shipped documents say: a local rule never reaches so far.
    """
    book, today = shipped_book(), clock.today()
    codes = {
        row.body.region.code
        for row in scope.appointments
        if row.body.kind == BodyKind.OFFICE and row.body.region.path in scope.paths and row.body.region.code
    }
    return any(
        powers_of(book, Whom(region_codes=region_chain(code), team_kind=kind), today).check
        for code in codes
        for kind in TeamKind.values
    )


def desk_at(user: User, office_id: int, what: str) -> Desk:
    """The user's desk in that office, which may do ``what``; NotYours for everybody else."""
    for desk in desks_of(user):
        if desk.office.pk == office_id and getattr(desk, what):
            return desk
    raise NotYours("not_yours", "没有这一件")


def may_talk(user: User, case: AbsenceCase) -> bool:
    """May the user's office hold a talk with the unit that sent this person, who was away without cause?

    No query where nothing was found or the user serves in no office.
    """
    if case.unit_id is None or case.state != AbsenceCase.State.UNEXCUSED:
        return False
    path = case.team.region.path
    return any(desk.talk and path.startswith(desk.office.region.path) for desk in desks_of(user))

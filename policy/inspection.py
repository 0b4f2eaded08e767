"""查岗、督查通报、约谈: which offices a document lets do it, and a draw that anybody can repeat.

The draw needs a seed, the list of codes and nothing else: for each code take SHA-256 of ``seed|code`` in UTF-8 and
write it as 64 hexadecimal digits; sort by these; the first ones are drawn. On any Linux machine
``printf '%s' '20261125|P000123' | sha256sum`` gives the digits of one code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.book import RuleBook
from policy.topics import ChainRule, DeadlineRule, Obligation
from policy.whom import Whom, rules_for

#: Codes of the duties of a document that are these things.
_CHECK, _BULLETIN, _TALK = "inspection", "bulletin", "约谈"


@dataclass(frozen=True, slots=True)
class Power:
    """A party that a clause lets do something: ``county:stationing_office`` by ``yongxing-3-4-inspect``.

    ``per`` and ``at_least``: how often it owes it, where the document says so (week, 2).
    """

    party: str
    clause: str
    label: str
    per: str = ""
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Powers:
    """Who may check posts, who issues the bulletin, who talks with a dispatching unit, in the order of the document."""

    check: tuple[Power, ...] = ()
    bulletin: tuple[Power, ...] = ()
    talk: tuple[Power, ...] = ()

    def of(self, what: str, parties: Iterable[str]) -> tuple[Power, ...]:
        """The powers of one kind (check, bulletin, talk) that one of the parties has."""
        wanted = set(parties)
        return tuple(power for power in getattr(self, what) if power.party in wanted)


def powers_of(book: RuleBook, whom: Whom, on: date) -> Powers:
    """What the document of a place says of it on a day; nothing where it is silent."""
    check: list[Power] = []
    bulletin: list[Power] = []
    talk: list[Power] = []
    chains: tuple[ChainRule, ...] = rules_for(book, "chain", whom, on).rules
    for chain in chains:
        steps = [step for step in chain.steps if step.form == "bulletin"]
        # Who finds absences where a bulletin follows has looked for himself: 查岗.
        if chain.event == _CHECK or steps:
            check += [Power(party, chain.clause, chain.label) for party in chain.found_by]
        bulletin += [Power(step.who, step.clause, step.what) for step in steps]
        talk += [Power(step.who, step.clause, step.what) for step in chain.steps if _TALK in step.outcomes]
    duties: tuple[Obligation, ...] = rules_for(book, "obligation", whom, on).rules
    for duty in duties:
        if duty.code in (_CHECK, _BULLETIN):
            found = check if duty.code == _CHECK else bulletin
            found += [Power(party, duty.clause, duty.label, duty.per, duty.at_least) for party in duty.by]
    deadlines: tuple[DeadlineRule, ...] = rules_for(book, "deadline", whom, on).rules
    talk += [Power(rule.who, rule.clause, rule.label) for rule in deadlines if _TALK in rule.outcomes]
    holding = rules_for(book, "discipline", whom, on)
    for rule in holding.rules:
        if rule.what == "talk":
            # A clause that names nobody means those who look after the teams, and those who check them.
            own = (holding.pack.pack.managing_office,) if holding.pack else ()
            by = rule.by or dict.fromkeys((*own, *(power.party for power in check)))
            talk += [Power(party, rule.clause, rule.label) for party in by]
    return Powers(tuple(dict.fromkeys(check)), tuple(dict.fromkeys(bulletin)), tuple(dict.fromkeys(talk)))


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """Somebody who may be drawn: a stable ``code``, and the ``group`` out of which he is drawn (a town's code)."""

    group: str
    code: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A candidate with the digits that decide, and whether he is drawn."""

    candidate: Candidate
    digest: str
    drawn: bool


def digest_of(seed: str, code: str) -> str:
    """The 64 hexadecimal digits of a code under a seed."""
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


def tickets(
    seed: str, candidates: Iterable[Candidate], how_many: int, *, by_group: bool
) -> tuple[Ticket, ...]:
    """Everybody by group and digest, the first ``how_many`` drawn: of each group, or of all together.

    The order in which the candidates are given never matters. Raises ValueError without a seed, for a number below
    one, and where a code stands twice.
    """
    pool = sorted(set(candidates))
    if not seed or how_many < 1:
        raise ValueError("a draw needs a seed and a number")
    if len({each.code for each in pool}) != len(pool):
        raise ValueError("a code stands twice")
    digests = sorted((each.group if by_group else "", digest_of(seed, each.code), each) for each in pool)
    found: list[Ticket] = []
    taken: dict[str, int] = {}
    for group, digest, each in digests:
        drawn = taken.get(group, 0) < how_many
        taken[group] = taken.get(group, 0) + drawn
        found.append(Ticket(each, digest, drawn))
    return tuple(found)


def pool_hash(candidates: Iterable[Candidate]) -> str:
    """The checksum of a list, over one line ``group code`` a candidate, sorted: who is in it cannot change unseen."""
    lines = "\n".join(f"{each.group} {each.code}" for each in sorted(set(candidates)))
    return hashlib.sha256(lines.encode()).hexdigest()

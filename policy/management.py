"""Who leads and manages the team and may see what, what is forbidden, what follows what, and the lists of duties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from policy.book import RuleBook
from policy.whom import Whom, rules_for

WHAT_LABELS: dict[str, str] = {
    "leadership": "领导", "joint_management": "共同管理", "daily_management": "日常管理", "full_time": "专职",
    "party_branch": "党支部", "party_relation": "党组织关系", "liaison": "工作联系", "detached": "脱产",
    "residence": "吃住", "attendance_officer": "考勤登记", "deputy_in_charge": "分管",
    "captain_in_charge": "队长职责", "sign_in_summary": "签到汇总",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement of management: `what` of WHAT_LABELS, the parties, and who leads them.

    `sees`: what joint managers may both see (attendance, leave, assessment). `place`: town or village.
    """

    what: str
    label: str
    parties: tuple[str, ...]
    lead: str | None
    sees: tuple[str, ...]
    place: str
    tells: tuple[str, ...]
    items: tuple[str, ...]
    clause: str


def arrangements(book: RuleBook, whom: Whom, on: date, *what: str) -> tuple[Arrangement, ...]:
    """The arrangements of these kinds, or all of them, that hold for `whom` on `on`."""
    return tuple(
        Arrangement(
            rule.what, rule.label, rule.parties, rule.lead, rule.sees,
            whom.team_kind if rule.place == "posting" else rule.place, rule.tells, rule.items, rule.clause,
        )
        for rule in rules_for(book, "management", whom, on).rules
        if not what or rule.what in what
    )  # fmt: skip


def may_both_see(book: RuleBook, whom: Whom, on: date) -> dict[str, tuple[str, ...]]:
    """What joint management shows to each of its parties: {"unit:leader": ("attendance", …)}."""
    return {
        party: each.sees
        for each in arrangements(book, whom, on, "joint_management")
        for party in each.parties
        if each.sees
    }


def attendance_officers(book: RuleBook, whom: Whom, on: date) -> tuple[str, ...]:
    """The posts that keep the register where the document names them."""
    return tuple(
        dict.fromkeys(
            party for each in arrangements(book, whom, on, "attendance_officer") for party in each.parties
        )
    )


def party_relation_place(book: RuleBook, whom: Whom, on: date) -> str | None:
    """Where a party member's relation goes: town or village; "" where to is not said; None: nothing is asked."""
    found = arrangements(book, whom, on, "party_relation")
    return found[0].place if found else None


@dataclass(frozen=True, slots=True)
class Discipline:
    """What is forbidden (`items`), or what follows `when` something happens, done `by` whom to `about` whom."""

    what: str
    label: str
    when: str
    items: tuple[str, ...]
    by: tuple[str, ...]
    about: tuple[str, ...]
    clause: str


def disciplines(book: RuleBook, whom: Whom, on: date, *what: str) -> tuple[Discipline, ...]:
    """The rules of discipline of these kinds (forbidden, talk, recall, feedback, accountability, reward), or all."""
    return tuple(
        Discipline(rule.what, rule.label, rule.when, rule.items, rule.by, rule.about, rule.clause)
        for rule in rules_for(book, "discipline", whom, on).rules
        if not what or rule.what in what
    )


@dataclass(frozen=True, slots=True)
class DutyHeading:
    """One duty: `id` is kept with a work entry (puning:relapse_prevention), `label` is read, `text` explains."""

    id: str
    label: str
    text: str
    clause: str


def duty_headings(book: RuleBook, whom: Whom, on: date, what: str = "duties") -> tuple[DutyHeading, ...]:
    """The headings under which work is written down (`duties`), or the `tasks` or `manner` of the document."""
    holding = rules_for(book, "duty", whom, on)
    return tuple(
        DutyHeading(f"{book.pack_of(rule.clause).id}:{item.code}", item.label, item.text, rule.clause)
        for rule in holding.rules
        if rule.what == what
        for item in rule.items
    )


def procedures(book: RuleBook, whom: Whom, on: date) -> tuple[Any, ...]:
    """How leave and trips are asked for, reported and ended, as the document writes it (`ProcedureRule` rows)."""
    return rules_for(book, "procedure", whom, on).rules

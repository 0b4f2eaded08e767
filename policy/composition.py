"""Whether a team is made up as the document asks, and until when each of its people stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from policy.ages import add_years, last_day_of_term
from policy.book import RuleBook
from policy.eligibility import RANK_LABELS, rank_at_least
from policy.findings import Finding, finding
from policy.support import CADRE, HELPER_LABELS
from policy.team_topics import CompositionRule
from policy.whom import Whom, rules_for


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One person on the team.

    `ref`: the caller's own name for him. `role`: captain or member. `kind`: cadre, or a helper of
    HELPER_LABELS. `unit_part`: lead or participating. `since`, `until`: his posting, `until` as planned.
    `leaving`: handing over to somebody already counted.
    """

    ref: str
    role: str = "member"
    kind: str = CADRE
    first_secretary: bool = False
    unit: str = ""
    unit_part: str = ""
    dispatched_by: str = "county"
    rank: str | None = None
    since: date | None = None
    until: date | None = None
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team on one day: its people, and the units that stand behind it."""

    members: tuple[TeamMember, ...]
    lead_units: tuple[str, ...] = ()
    participating_units: tuple[str, ...] = ()

    @property
    def cadres(self) -> tuple[TeamMember, ...]:
        """The people sent by units, somebody who hands over not counted."""
        return tuple(each for each in self.members if each.kind == CADRE and not each.leaving)


def check_team(book: RuleBook, whom: Whom, facts: TeamFacts, on: date) -> tuple[Finding, ...]:
    """Every condition on the team's make-up on `on`, in the order of the document.

    `whom` gives the place, the kind of team and who sent it. Conditions on one person carry his `ref`.
    Whether somebody may be changed within the term is asked with `policy.filings`.
    """
    rules = [each for each in rules_for(book, "composition", whom, on).rules if _fits(each, whom)]
    return tuple(
        found
        for rule in rules
        if rule.check in _CHECKS
        for found in _CHECKS[rule.check](book, rule, facts, on, rules)
    )


def rotation_day(book: RuleBook, whom: Whom, since: date, on: date) -> date | None:
    """The last day of somebody on post since `since` before he is to be relieved; None where nobody is."""
    for rule in rules_for(book, "composition", whom, on).rules:
        if rule.check == "rotation_years" and rule.most is not None and _fits(rule, whom):
            return last_day_of_term(since, rule.most)
    return None


def _fits(rule: CompositionRule, whom: Whom) -> bool:
    # captain_may_be names who sent the person, not the team.
    mine = (
        rule.check == "captain_may_be" or not rule.dispatched_by or whom.dispatched_by in rule.dispatched_by
    )
    return mine and (not rule.team_kinds or whom.team_kind in rule.team_kinds)


Rules = list[CompositionRule]
Found = Iterator[Finding]


def _size(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    number = len(facts.cadres)
    handing = sum(each.leaving for each in facts.members)
    says = f"现有 {number} 人" + (f"，交接的 {handing} 人不重复计" if handing else "")
    yield finding(book, rule, _within(rule, number), says)


def _per_unit(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    sent = Counter(each.unit for each in facts.cadres)
    short = [
        unit
        for unit in (*facts.lead_units, *facts.participating_units)
        if not _within(rule, sent.get(unit, 0))
    ]
    units = len(facts.lead_units) + len(facts.participating_units)
    if not units:
        yield finding(book, rule, None, "牵头单位和成员单位没有登记")
        return
    yield finding(
        book, rule, not short, f"人数不合的单位：{'、'.join(short)}" if short else f"{units} 个单位都已选派"
    )


def _helpers(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    number = sum(each.kind == rule.role and not each.leaving for each in facts.members)
    yield finding(book, rule, _within(rule, number), f"现有{HELPER_LABELS[rule.role or '']} {number} 名")


def _captain(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    captains = [each for each in facts.cadres if each.role == "captain"]
    if not captains:
        yield finding(book, rule, None, "还没有队长")
    for captain in captains:
        if captain.first_secretary:
            yield finding(book, rule, True, "队长由第一书记兼任", ref=captain.ref)
            continue
        other = next((each for each in rules if _may_be(each, captain)), None)
        if other is not None:
            says = f"队长不是第一书记，{RANK_LABELS[captain.rank or 'staff']}可以担任"
            yield finding(book, rule, True, says, ref=captain.ref)
        elif captain.rank is None and any(each.check == "captain_may_be" for each in rules):
            yield finding(book, rule, None, "队长不是第一书记，职级没有登记", ref=captain.ref)
        else:
            yield finding(book, rule, False, "队长不是第一书记", ref=captain.ref)


def _may_be(rule: CompositionRule, captain: TeamMember) -> bool:
    return (
        rule.check == "captain_may_be"
        and (not rule.dispatched_by or captain.dispatched_by in rule.dispatched_by)
        and captain.rank is not None
        and bool(rank_at_least(captain.rank, rule.rank or "staff"))
    )


def _term(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    terms = {(each.since, each.until) for each in facts.cadres if each.first_secretary}
    for each in facts.cadres:
        if each.since is None or each.until is None:
            yield finding(book, rule, None, "派驻起止没有登记", ref=each.ref)
            continue
        enough = rule.least is None or each.until >= last_day_of_term(each.since, rule.least)
        not_over = rule.most is None or each.until <= last_day_of_term(each.since, rule.most)
        with_first = (
            rule.or_with is not None and (each.since, each.until) in terms and not each.first_secretary
        )
        says = f"{each.since.isoformat()} 至 {each.until.isoformat()}"
        if with_first and not (enough and not_over):
            says += "，与第一书记派驻时间相同"
        yield finding(book, rule, (enough and not_over) or with_first, says, ref=each.ref)


def _rotation(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    for each in facts.cadres:
        if each.since is None:
            yield finding(book, rule, None, "派驻日期没有登记", ref=each.ref)
        elif rule.most is not None:
            due = add_years(each.since, rule.most)
            says = f"{each.since.isoformat()} 派驻，{due.isoformat()} 满 {rule.most:g} 年"
            yield finding(book, rule, on < due, says + ("" if on < due else "，应轮换"), ref=each.ref)


def _lead_plus(book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules) -> Found:
    leads, others = len(set(facts.lead_units)), len(set(facts.participating_units))
    if not leads + others:
        yield finding(book, rule, None, "牵头单位和成员单位没有登记")
        return
    says = f"牵头单位 {leads} 个、成员单位 {others} 个"
    yield finding(book, rule, leads == 1 and _within(rule, others), says)


def _first_secretaries(
    book: RuleBook, rule: CompositionRule, facts: TeamFacts, on: date, rules: Rules
) -> Found:
    units = {
        each.unit
        for each in facts.cadres
        if each.first_secretary and each.role == "member" and each.unit_part == "participating"
    }
    says = f"有 {len(units)} 个成员单位选派了兼任队员的第一书记"
    yield finding(book, rule, _within(rule, len(units)), says)


def _within(rule: CompositionRule, number: int) -> bool:
    return (rule.least is None or number >= rule.least) and (rule.most is None or number <= rule.most)


_CHECKS: dict[str, Callable[[RuleBook, CompositionRule, TeamFacts, date, Rules], Found]] = {
    "size": _size,
    "per_unit": _per_unit,
    "helpers": _helpers,
    "captain_is_first_secretary": _captain,
    "term_years": _term,
    "rotation_years": _rotation,
    "lead_plus": _lead_plus,
    "first_secretaries": _first_secretaries,
}

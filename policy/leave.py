"""Who decides a leave request, who is told, why, and how it is counted.

Resolution follows one order: another authority's or role's rules first (yields), then the most specific
region with a rule in force on the day of asking, else "unspecified", which is an answer too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from policy.book import RuleBook
from policy.calendar import Calendar
from policy.days import Span, charged_halves, format_days, touching
from policy.decision import Applied, Joined, LeaveDecision, Step, Template, TierRow
from policy.parties import join_labels, party_rank
from policy.schema import LeaveRule, LeaveType, Pack, Tier, YieldRule

__all__ = [
    "EarlierLeave", "Joined", "LeaveCase", "LeaveDecision", "Step", "TierRow", "decide_leave", "leave_types", "tier_rows",
]  # fmt: skip

_MEMORY = 20_000


@dataclass(frozen=True, slots=True)
class EarlierLeave:
    """Another leave of the same person, before or after the one asked; `ref` is the caller's own name.

    `same`: the leave that the one asked extends. Leave and extension are one leave, wherever touching leave is
    counted apart.
    """

    ref: str
    type: str
    span: Span
    same: bool = False


@dataclass(frozen=True, slots=True)
class LeaveCase:
    """One question.

    `region_codes`: 12 digits each, from the team's own region upwards. `role`: captain, member or
    first_secretary. `dispatched_by`: central, province, partner_city, city, county or town.
    `asked_on`: the date whose rules hold. `join_touching`: the region's setting on touching leave.
    """

    region_codes: tuple[str, ...]
    team_kind: str
    role: str
    also_first_secretary: bool
    dispatched_by: str
    type: str
    span: Span
    asked_on: date
    earlier: tuple[EarlierLeave, ...] = ()
    join_touching: bool = True


def leave_types(
    book: RuleBook, region_codes: Iterable[str], team_kind: str, on: date
) -> tuple[LeaveType, ...]:
    """The leave types a region has on a date, in the order a form shows them."""
    return tuple(book.leave_types(region_codes, team_kind, on).values())


def decide_leave(book: RuleBook, case: LeaveCase, calendar: Calendar) -> LeaveDecision:
    """The decision for one case.

    The tier follows the whole calendar length, touching leave included; the balance is charged by the
    type's own counting. Raises KeyError for a type the region does not have.
    """
    key = (
        case.region_codes, case.team_kind, case.role, case.also_first_secretary, case.dispatched_by,
        case.type, case.asked_on,
    )  # fmt: skip
    applied = book.memory.get(key)
    if applied is None:
        if len(book.memory) >= _MEMORY:
            book.memory.clear()
        applied = book.memory[key] = _apply(book, case)
    span = case.span
    own = span.halves
    earlier = case.earlier if case.join_touching else tuple(each for each in case.earlier if each.same)
    joined, total = _join(book, case, earlier, own, calendar) if earlier else (None, own)
    if joined is not None:
        alone = applied.template(own)
        joined = replace(joined, alone_label=alone.active_label, alone_who=alone.who)
    charged = own if applied.counting == "calendar" else charged_halves(span, applied.counting, calendar)
    return LeaveDecision(
        applied=applied, template=applied.template(total), span=span, asked_on=case.asked_on, absence=own,
        charged=charged, total=total, joined=joined, calendar=calendar,
    )  # fmt: skip


def _join(
    book: RuleBook, case: LeaveCase, earlier: tuple[EarlierLeave, ...], own: int, calendar: Calendar
) -> tuple[Joined | None, int]:
    """The leave that touches this one, directly or through another, and the whole length in halves."""
    except_after = book.common.join.except_after
    extended = [each for each in earlier if each.same]
    chain = [(case.type, case.span), *((each.type, each.span) for each in extended)]
    refs = [(each.span.first_index, each.ref) for each in extended]
    waiting = [each for each in earlier if not each.same]
    while waiting:
        near = [each for each in waiting if any(_joins(each, link, except_after, calendar) for link in chain)]
        if not near:
            break
        chain.extend((each.type, each.span) for each in near)
        refs.extend((each.span.first_index, each.ref) for each in near)
        waiting = [each for each in waiting if each not in near]
    if not refs:
        return None, own
    first = min(span.first_index for _, span in chain)
    last = max(span.last_index for _, span in chain)
    ordered = tuple(ref for _, ref in sorted(refs))
    days = date.fromordinal(first // 2), date.fromordinal(last // 2)
    whole = last - first + 1
    return Joined(ordered, *days, whole, "", "", extends=bool(extended)), whole


def _joins(
    each: EarlierLeave, link: tuple[str, Span], except_after: tuple[str, ...], calendar: Calendar
) -> bool:
    kind, span = link
    earlier_kind = each.type if each.span.first_index < span.first_index else kind
    if earlier_kind in except_after:
        return False
    return each.span.overlaps(span) or touching(each.span, span, calendar)


def _apply(book: RuleBook, case: LeaveCase) -> Applied:
    """Everything about a case that its dates of leave do not change."""
    on = case.asked_on
    standing = book.standing(case.region_codes, case.team_kind, on)
    counting = book.leave_types(case.region_codes, case.team_kind, on)[case.type].counting
    candidates = [pack for pack in standing if not pack.pack.answers]
    notes: list[tuple[Pack, YieldRule]] = []
    for pack in candidates:
        for row in pack.yields:
            if "leave" not in row.topics or not row.in_force(on) or not _concerns(row, case):
                continue
            answering = [each for each in standing if row.target in each.pack.answers]
            for other in answering:
                rule = _rule(other, _as_yielded(case, row), match_role=True) or _rule(
                    other, case, match_role=False
                )
                if rule is not None:
                    return _routed(book, case, other, rule, counting, [*notes, (pack, row)])
            if row.if_none == "by_hand":
                return _by_hand(book, case, pack, row, counting, notes)
            notes.append((pack, row))
    for pack in candidates:
        rule = _rule(pack, case, match_role=True)
        if rule is not None:
            return _routed(book, case, pack, rule, counting, notes)
    return _unspecified(book, case, candidates, counting, notes)


def _concerns(row: YieldRule, case: LeaveCase) -> bool:
    when = row.when
    first_secretary = case.also_first_secretary or case.role == "first_secretary"
    return (
        (not when.roles or case.role in when.roles)
        and (when.first_secretary is None or when.first_secretary == first_secretary)
        and (not when.dispatched_by or case.dispatched_by in when.dispatched_by)
    )


def _as_yielded(case: LeaveCase, row: YieldRule) -> LeaveCase:
    """A first secretary asks the rules for first secretaries as one, whatever else he is."""
    return replace(case, role="first_secretary") if row.when.first_secretary else case


def _rule(pack: Pack, case: LeaveCase, *, match_role: bool) -> LeaveRule | None:
    """The pack's leave rule for this case; one that names types or dispatchers comes before one that does not."""
    found = [
        rule
        for rule in pack.leave
        if rule.in_force(case.asked_on)
        and (not match_role or case.role in rule.roles)
        and (not rule.types or case.type in rule.types)
        and (not rule.dispatched_by or case.dispatched_by in rule.dispatched_by)
    ]
    return min(found, key=lambda rule: (not rule.types, not rule.dispatched_by), default=None)


def _routed(
    book: RuleBook,
    case: LeaveCase,
    pack: Pack,
    rule: LeaveRule,
    counting: str,
    notes: list[tuple[Pack, YieldRule]],
) -> Applied:
    extra = [row.clause for _, row in notes]
    if pack.pack.under and not pack.pack.answers:
        opening = book.delegation(book.pack(pack.pack.under), "leave", pack.pack.region.level, case.asked_on)
        if opening is not None:
            extra.append(opening.clause)
    templates = tuple(
        _template(case, pack, rule, number, tuple(dict.fromkeys([tier.clause, *extra])))
        for number, tier in enumerate(rule.tiers)
    )
    bounds = tuple(tier.bound for tier in rule.tiers[:-1] if tier.bound is not None)
    return Applied(
        book=book, outcome="route", pack=pack, role=case.role, type=case.type,
        first_secretary=case.also_first_secretary, dispatched_by=case.dispatched_by, counting=counting,
        bounds=bounds, templates=templates, yield_to=tuple(row.label for _, row in notes), reason="",
    )  # fmt: skip


def _template(
    case: LeaveCase, pack: Pack, rule: LeaveRule, number: int, clauses: tuple[str, ...]
) -> Template:
    tier = rule.tiers[number]
    steps = tuple(Step(row.mode, row.parties, row.voice) for row in tier.steps)
    rows = tier_rows(rule, pack, active=number)
    return Template(
        steps=steps,
        filings=tier.file_with,
        copies=_copies(case, rule, steps, tier.file_with),
        clauses=clauses,
        tiers=rows,
        upward=_upward(rule, number),
        who=_who(tier, pack),
        active_label=rows[number].label,
    )


def tier_rows(rule: LeaveRule, pack: Pack, *, active: int | None = None) -> tuple[TierRow, ...]:
    """Every tier of a rule in words, in order; `active` is the number of the one that applies."""
    articles = {each.id: each.article for each in pack.clause}
    return tuple(
        TierRow(label, _who(tier, pack), index == active, tier.clause, articles[tier.clause], tier.bound)
        for index, (label, tier) in enumerate(zip(_labels(rule), rule.tiers, strict=True))
    )


def _labels(rule: LeaveRule) -> tuple[str, ...]:
    """Disjoint words: 不超过 3 天, 超过 3 天至 5 天, 超过 5 天."""
    labels: list[str] = []
    below: int | None = None
    for tier in rule.tiers:
        bound = tier.bound
        if bound is None:
            labels.append("不论多少天" if below is None else f"超过 {format_days(below)} 天")
        elif below is None:
            labels.append(f"不超过 {format_days(bound)} 天")
        else:
            labels.append(f"超过 {format_days(below)} 天至 {format_days(bound)} 天")
        below = bound
    return tuple(labels)


def _who(tier: Tier, pack: Pack) -> str:
    """Who decides, in words: 甲批准; 先由甲审核，再由乙批准; 甲、乙和丙共同批准."""
    parts: list[str] = []
    for row in tier.steps:
        names = join_labels(row.parties, pack=pack)
        if row.mode == "any" and len(row.parties) > 1:
            names = "、".join(join_labels((party,), pack=pack) for party in row.parties) + "中任一方"
        together = "共同" if row.mode == "all" and len(row.parties) > 1 else ""
        parts.append(f"{names}{together}{'审核' if row.voice == 'opinion' else '批准'}")
    return parts[0] if len(parts) == 1 else "先由" + "，再由".join(parts)


def _upward(rule: LeaveRule, number: int) -> tuple[str, ...]:
    """Who may stand in from above: the sole deciders of the higher tiers.

    A joint decision waits and never falls to one of its parties, and a tier of several steps has no one
    party to fall to, so both are left out.
    """
    tier = rule.tiers[number]
    if len(tier.steps) != 1 or tier.steps[0].mode != "any":
        return ()
    found: dict[str, None] = {}
    for higher in rule.tiers[number + 1 :]:
        if len(higher.steps) == 1 and len(higher.steps[0].parties) == 1:
            found[higher.steps[0].parties[0]] = None
    return tuple(party for party in found if party not in tier.steps[0].parties)


def _copies(
    case: LeaveCase, rule: LeaveRule | None, steps: tuple[Step, ...], filings: tuple[str, ...], rank: int = 0
) -> tuple[str, ...]:
    """Captain, town and unit, of a decision made above them; none who decides or is filed with anyway."""
    deciders = {party for step in steps for party in step.parties}
    rank = max([rank, *(party_rank(party) for party in deciders)])
    towns = [
        party
        for tier in (rule.tiers if rule else ())
        for row in tier.steps
        for party in row.parties
        if party.startswith("town:")
    ]
    wanted: list[str] = []
    if rank > 1 and case.role != "captain":
        wanted.append("team:captain")
    if rank > 2:
        wanted.extend([towns[0] if towns else "town:party_secretary", "unit:leader"])
    return tuple(party for party in wanted if party not in deciders and party not in filings)


def _hand(case: LeaveCase, pack: Pack | None, clauses: tuple[str, ...]) -> Template:
    office = pack.pack.managing_office if pack else None
    rule = pack.leave[0] if pack and pack.leave else None
    return Template(
        steps=(),
        filings=(),
        copies=_copies(case, rule, (), (office,) if office else (), rank=party_rank(office))
        if office
        else (),
        clauses=clauses,
        tiers=(),
        upward=(),
        who="",
        active_label="",
    )


def _by_hand(
    book: RuleBook,
    case: LeaveCase,
    pack: Pack,
    row: YieldRule,
    counting: str,
    notes: list[tuple[Pack, YieldRule]],
) -> Applied:
    clauses = tuple(dict.fromkeys([row.clause, *(note.clause for _, note in notes)]))
    reason = f"按{row.label}执行，系统里还没有登记这套制度"
    return Applied(
        book=book, outcome="yields", pack=pack, role=case.role, type=case.type,
        first_secretary=case.also_first_secretary, dispatched_by=case.dispatched_by, counting=counting,
        bounds=(), templates=(_hand(case, pack, clauses),), yield_to=(row.label,), reason=reason,
    )  # fmt: skip


def _unspecified(
    book: RuleBook, case: LeaveCase, standing: list[Pack], counting: str, notes: list[tuple[Pack, YieldRule]]
) -> Applied:
    on = case.asked_on
    clauses: tuple[str, ...] = tuple(row.clause for _, row in notes)
    silent = [
        (each, row)
        for each in standing
        for row in each.unspecified
        if row.topic == "leave" and not row.codes and row.in_force(on)
    ]
    pack: Pack | None
    if silent:
        pack, row = silent[0]
        clauses, reason = (row.clause, *clauses), row.says
    else:
        pack, reason = _silence(case, standing, book.applicable(case.region_codes, case.team_kind))
    return Applied(
        book=book, outcome="unspecified", pack=pack, role=case.role, type=case.type,
        first_secretary=case.also_first_secretary, dispatched_by=case.dispatched_by, counting=counting,
        bounds=(), templates=(_hand(case, pack, clauses),), yield_to=(), reason=reason,
    )  # fmt: skip


def _silence(case: LeaveCase, standing: list[Pack], known: tuple[Pack, ...]) -> tuple[Pack | None, str]:
    """Why nothing holds, said plainly: too early, too late, nothing for this type, or no document at all."""
    on = case.asked_on
    for pack in known:
        starts = [
            each for each in (pack.pack.from_, *(rule.from_ for rule in pack.leave)) if each and on < each
        ]
        if starts and (pack.leave or pack.unspecified):
            return (
                pack,
                f"{pack.pack.citation}自 {_chinese(min(starts))}起施行，{_chinese(on)}还没有请假审批档次的规定",
            )
    for pack in known:
        if pack.leave and pack not in standing:
            return pack, f"{pack.pack.citation}在 {_chinese(on)}已经不再施行，没有别的请假审批档次"
    if standing:
        return standing[0], f"{standing[0].pack.citation}没有规定这一类人员或假别的请假审批档次"
    return (known[0] if known else None), "这里还没有登记适用的文件，没有请假审批档次"


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

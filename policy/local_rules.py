"""How far a local rule may go: only as far as the document it stands on lets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from policy.base import TOPIC_LABELS
from policy.days import format_days
from policy.parties import join_labels, party_rank
from policy.schema import Common, LeaveRule, Pack, StepRow, Tier
from policy.strict_team import team_rule_as_strict
from policy.topics import Clock, DeadlineRule, Obligation, QuotaRule, ReportRule

LEVEL_LABELS: dict[str, str] = {"town": "乡镇", "county": "县级", "city": "市级", "province": "省级"}
_TIMES_A_YEAR: dict[str, float] = {
    "week": 52, "month": 12, "quarter": 4, "half_year": 2, "year": 1, "two_years": 0.5, "once": 0,
    "unstated": 0,
}  # fmt: skip
_HOURS: dict[str, int] = {"hours": 1, "days": 24, "workdays": 24, "weeks": 168, "months": 720}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a local rule cannot be registered. `clause` and `article` are of the document it stands on.

    `row` and `tier` say which row of the topic's table, and which of its tiers, where one is at fault.
    """

    topic: str
    clause: str
    article: str
    says: str
    row: int | None = None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the document lets a local rule of one level go on one topic.

    `how`: register (the document is silent), replace, refine, or closed; `says` is the sentence for it.
    """

    topic: str
    how: Literal["register", "replace", "refine", "closed"]
    clause: str
    article: str
    says: str


def reach(pack: Pack, topic: str, level: str, on: date | None) -> Reach:
    """How far a rule of that level may go on a topic from that day on."""
    label, cited = TOPIC_LABELS[topic], pack.pack.citation
    opening = next(
        (row for row in pack.delegable if (not row.topics or topic in row.topics) and _holds(row, on)), None
    )
    written = _written(pack, topic, on)
    if not written:
        clause = next((row.clause for row in pack.unspecified if row.topic == topic), "")
        article = _article(pack, clause)
        if level == "county" or (opening is not None and level in opening.levels):
            return Reach(topic, "register", clause, article, f"{cited}没有规定{label}，由本地登记")
        says = f"{cited}没有规定{label}，本地制度由县级登记，{LEVEL_LABELS[level]}不能登记"
        return Reach(topic, "closed", clause, article, says)
    if opening is None:
        article = _article(pack, written[0])
        says = f"{cited}{article}已经规定了{label}，没有允许各地另定{_opened(pack)}"
        return Reach(topic, "closed", written[0], article, says)
    article = _article(pack, opening.clause)
    if level not in opening.levels:
        levels = "、".join(LEVEL_LABELS[each] for each in opening.levels)
        says = f"{cited}{article}只让{levels}制定本地制度，{LEVEL_LABELS[level]}不能登记"
        return Reach(topic, "closed", opening.clause, article, says)
    if opening.how == "refine":
        return Reach(
            topic, "refine", opening.clause, article, f"{cited}{article}允许细化{label}，只能更严，不能放宽"
        )
    return Reach(topic, "replace", opening.clause, article, f"{cited}{article}允许本地另定{label}")


def topics_of(pack: Pack) -> tuple[str, ...]:
    """The topics a pack has rows on; how leave is counted and asked for belongs to leave."""
    return tuple(topic for topic in TOPIC_LABELS if _rows(pack, topic))


def _rows(pack: Pack, topic: str) -> tuple[Any, ...]:
    rows = pack.rules(topic)
    return (*rows, *pack.leave_type, *pack.procedure) if topic == "leave" else rows


def check_local_rule(pack: Pack, local_pack: Pack, common: Common | None = None) -> list[Refusal]:
    """What stands in the way of `local_pack` under `pack`; an empty list when nothing does.

    Replacing needs a delegation that says replace; refining must nowhere be looser than the document;
    what the document leaves unspecified a county may register; the rest is refused by its article.
    Local rules are compared with the rows in force on the day they begin.
    """
    header = local_pack.pack
    if header.under != pack.id:
        return [Refusal("scope", "", "", f"这份本地制度没有写明依据{pack.pack.citation}")]
    refusals: list[Refusal] = []
    if header.answers:
        return list(_check_answers(pack, local_pack))
    if local_pack.yields or local_pack.delegable:
        clause, article = _scope_clause(pack)
        refusals.append(
            Refusal("scope", clause, article, "本地制度不能改变适用范围，也不能再授权别处另定办法")
        )
    for topic in topics_of(local_pack):
        refusals.extend(_check_topic(pack, local_pack, topic))
    if common is not None:
        refusals.extend(_check_counting(local_pack, common))
    return refusals


def _check_counting(local_pack: Pack, common: Common) -> Iterator[Refusal]:
    """What the State's own law counts no locality counts otherwise."""
    fixed = {each.code: each for each in common.leave_type if each.fixed}
    for kind in local_pack.leave_type:
        law = fixed.get(kind.code)
        if law is not None and law.counting != kind.counting:
            yield Refusal("leave", "", "", f"{law.label}怎么计由国家规定（{law.law}），本地制度不能改")


def _check_answers(pack: Pack, local_pack: Pack) -> Iterator[Refusal]:
    """A rule another authority made, to which the document yields, is registered as it is."""
    for target in local_pack.pack.answers:
        rows = [row for row in pack.yields if row.target == target]
        if not rows:
            clause, article = _scope_clause(pack)
            yield Refusal("scope", clause, article, f"{pack.pack.citation}没有让位给“{target}”的规定")
        for topic in TOPIC_LABELS:
            if rows and local_pack.rules(topic) and not any(topic in row.topics for row in rows):
                yield Refusal(
                    topic,
                    rows[0].clause,
                    _article(pack, rows[0].clause),
                    f"{_article(pack, rows[0].clause)}没有在{TOPIC_LABELS[topic]}上让位",
                )


def _check_topic(pack: Pack, local_pack: Pack, topic: str) -> Iterator[Refusal]:
    on = local_pack.pack.from_
    level = local_pack.pack.region.level
    far = reach(pack, topic, level, on)
    if far.how in ("register", "replace"):
        return
    open_codes = {
        code for row in pack.unspecified if row.topic == topic and _holds(row, on) for code in row.codes
    }
    rows = [row for row in _rows(local_pack, topic) if getattr(row, "code", None) not in open_codes]
    if not rows and level == "county":
        return
    if far.how == "closed":
        yield Refusal(topic, far.clause, far.article, far.says)
    else:
        yield from _looser(pack, local_pack, rows, topic, far, on)


def _looser(
    pack: Pack, local_pack: Pack, rows: list[Any], topic: str, far: Reach, on: date | None
) -> Iterator[Refusal]:
    tail = f"{pack.pack.citation}{far.article}只许细化，不许放宽"
    base = [row for row in pack.rules(topic) if _holds(row, on)]
    if topic == "leave":
        for number, rule in enumerate(local_pack.leave):
            for tier, clause, why in _looser_leave(pack, base, rule):
                yield Refusal(topic, clause, _article(pack, clause), f"{why}；{tail}", number, tier)
        return
    standing = {getattr(row, "code", None): row for row in base}
    written = local_pack.rules(topic)
    for row in rows:
        other = standing.get(getattr(row, "code", None))
        if other is not None and not _as_strict(other, row):
            clause_article = _article(pack, other.clause)
            says = f"“{row.label}”比{clause_article}的要求宽；{tail}"
            yield Refusal(topic, other.clause, clause_article, says, written.index(row))


def _as_strict(base: Any, local: Any) -> bool:
    """True when `local` asks at least as much as `base`; rows that have no more or less must be equal."""
    if isinstance(base, QuotaRule):
        return (
            local.at_least >= base.at_least
            and (local.per, local.measure) == (base.per, base.measure)
            and (local.on == base.on or base.on == "any_day")
            and (local.cap == base.cap or local.cap == "none")
            and (local.part_period == base.part_period or local.part_period == "full")
            and (base.count_trip or not local.count_trip)
            and set(local.exempt) <= set(base.exempt)
            and {each.code for each in local.waived_for} <= {each.code for each in base.waived_for}
            and (not local.roles or (bool(base.roles) and set(base.roles) <= set(local.roles)))
        )
    if isinstance(base, Obligation):
        return (
            _times(local) >= _times(base)
            and local.holder == base.holder
            and (base.sum_over or not local.sum_over)
            and (local.min_days or 0) >= (base.min_days or 0)
            and (not base.by or set(local.by) <= set(base.by))
        )
    if isinstance(base, ReportRule):
        return (
            _TIMES_A_YEAR[local.per] >= _TIMES_A_YEAR[base.per]
            and local.form == base.form
            and set(base.sent_to) <= set(local.sent_to)
            and set(base.through) <= set(local.through)
        )
    if isinstance(base, DeadlineRule):
        return (
            local.event == base.event
            and local.who == base.who
            and set(base.sent_to) <= set(local.sent_to)
            and _as_short(base.clock, local.clock)
        )
    return team_rule_as_strict(base, local, _as_short)


def _times(row: Obligation) -> float:
    return row.at_least * _TIMES_A_YEAR[row.per]


def _as_short(base: Clock, local: Clock) -> bool:
    if base.same_day or local.same_day:
        return local.same_day
    if base.promptly:
        return True
    if base.within is not None and base.unit is not None:
        if local.within is None or local.unit is None:
            return False
        # A working day is no shorter than a day, so days may take its place but never the other way.
        if local.unit == "workdays" and base.unit != "workdays":
            return False
        return local.within * _HOURS[local.unit] <= base.within * _HOURS[base.unit]
    if base.by_day is not None:
        return local.by_day is not None and local.by_day <= base.by_day
    return local.by_date is not None and base.by_date is not None and local.by_date <= base.by_date


def _looser_leave(pack: Pack, base: list[LeaveRule], local: LeaveRule) -> Iterator[tuple[int, str, str]]:
    for rule in base:
        if not set(rule.roles) & set(local.roles) or (
            rule.types and local.types and not set(rule.types) & set(local.types)
        ):
            continue
        bounds = {tier.bound for each in (rule, local) for tier in each.tiers if tier.bound is not None}
        for halves in sorted({1, *bounds, *(bound + 1 for bound in bounds)}):
            mine, theirs = _tier(local, halves), _tier(rule, halves)
            if not _tier_as_strict(theirs, mine):
                article = _article(pack, theirs.clause)
                asked, offered = _parties(pack, theirs), _parties(pack, mine)
                why = f"请假 {format_days(halves)} 天，{article}要{asked}，本地制度只要{offered}"
                yield local.tiers.index(mine), theirs.clause, why
                break


def _tier(rule: LeaveRule, halves: int) -> Tier:
    return next(tier for tier in rule.tiers if tier.bound is None or halves <= tier.bound)


def _parties(pack: Pack, tier: Tier) -> str:
    return join_labels(dict.fromkeys(party for row in tier.steps for party in row.parties), pack=pack)


def _tier_as_strict(base: Tier, local: Tier) -> bool:
    deciding = [row for row in local.steps if row.voice == "decide"]
    told = set(local.file_with) | {party for row in deciding for party in row.parties}
    return set(base.file_with) <= told and all(
        _step_kept(row, deciding if row.voice == "decide" else list(local.steps)) for row in base.steps
    )


def _step_kept(base: StepRow, local: list[StepRow]) -> bool:
    """True when what `base` asks is still asked: by its own parties, or of a sole one by somebody higher."""
    if base.mode == "all" and len(base.parties) > 1:
        return all(
            any(party in row.parties and (row.mode == "all" or len(row.parties) == 1) for row in local)
            for party in base.parties
        )
    rank = max(party_rank(party) for party in base.parties)

    def enough(party: str) -> bool:
        return party in base.parties or party_rank(party) > rank

    return any((any if row.mode == "all" else all)(enough(party) for party in row.parties) for row in local)


def _written(pack: Pack, topic: str, on: date | None) -> tuple[str, ...]:
    """The clauses by which the document rules a topic; none when it leaves the topic open."""
    silent = {row.clause for row in pack.unspecified if row.topic == topic and not row.codes}
    rows = [row for row in pack.rules(topic) if _holds(row, on)]
    cited = (
        [tier.clause for row in rows for tier in row.tiers] if topic == "leave" else [r.clause for r in rows]
    )
    stated = [each.id for each in pack.clause if each.topic == topic and each.mode != "record"]
    if not cited and silent:
        return ()
    return tuple(dict.fromkeys(clause for clause in [*cited, *stated] if clause not in silent))


def _holds(row: Any, on: date | None) -> bool:
    return on is None or bool(row.in_force(on))


def _scope_clause(pack: Pack) -> tuple[str, str]:
    clause = next((row.clause for row in (*pack.delegable, *pack.yields)), "")
    return clause, _article(pack, clause)


def _article(pack: Pack, clause_id: str) -> str:
    return next((each.article for each in pack.clause if each.id == clause_id), "")


def _opened(pack: Pack) -> str:
    """；第十六条只开放了请销假."""
    rows = [row for row in pack.delegable if row.topics]
    if not rows:
        return ""
    said = "、".join(
        f"{_article(pack, row.clause)}只开放了{'、'.join(TOPIC_LABELS[topic] for topic in row.topics)}"
        for row in rows
    )
    return f"；{said}"

"""Whether a person may be sent: each condition of the document, met or not, and whether it may be waived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from policy.ages import age_on, full_years
from policy.book import RuleBook
from policy.errors import PolicyInputError
from policy.findings import Finding, finding
from policy.parties import party_label
from policy.team_topics import EligibilityRule
from policy.whom import Whom, rules_for

RANK_LABELS: dict[str, str] = {
    "staff": "科员及以下", "deputy_section": "副科级", "section": "正科级", "deputy_division": "副处级",
    "division": "正处级", "deputy_bureau": "副厅级", "bureau": "正厅级", "middle_manager": "中层管理人员",
    "senior_manager": "领导班子成员",
}  # fmt: skip
# Two ladders: civil servants' posts, and the management of enterprises and institutions.
_LADDERS: tuple[tuple[str, ...], ...] = (
    ("staff", "deputy_section", "section", "deputy_division", "division", "deputy_bureau", "bureau"),
    ("staff", "middle_manager", "senior_manager"),
)
# 职级 of 公务员职务与职级并行 and the posts they stand beside.
GRADE_RANKS: dict[str, str] = {
    "一级巡视员": "bureau", "二级巡视员": "deputy_bureau", "一级调研员": "division", "二级调研员": "division",
    "三级调研员": "deputy_division", "四级调研员": "deputy_division", "一级主任科员": "section",
    "二级主任科员": "section", "三级主任科员": "deputy_section", "四级主任科员": "deputy_section",
    "一级科员": "staff", "二级科员": "staff",
}  # fmt: skip
QUALITY_LABELS: dict[str, str] = {
    "excellent": "优秀干部", "young": "年轻干部", "party_member": "党员", "rural": "有农村工作经验或涉农特长",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a person to be sent; None where it is not known.

    `born`: the archive's month, `YYYY-MM`. `party`: full, probationary or none; `full_member_since`: the day
    of becoming a full member. `rank`: one of RANK_LABELS (a 职级 through GRADE_RANKS). `unit_kind`: organ,
    enterprise or institution. `sent_by`: lead or participating. `qualities`: of QUALITY_LABELS.
    `confirmed`: phrases a person has judged true (for conditions no figure can show). `town_post`: the post
    held in the town as a party code.
    """

    born: str | None = None
    party: str | None = None
    full_member_since: date | None = None
    rank: str | None = None
    unit_kind: str | None = None
    sent_by: str | None = None
    in_discipline: bool | None = None
    poor: bool | None = None
    temporary: bool | None = None
    passed_down: bool | None = None
    town_post: str | None = None
    qualities: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


def check_candidate(book: RuleBook, whom: Whom, candidate: Candidate, on: date) -> tuple[Finding, ...]:
    """Every condition on somebody sent on `on` in the role of `whom`, in the order of the document.

    Ages and years are those of `on`. Conditions that belong to the time on post stand as advisory until they
    are met. None where the document sets no conditions. Raises PolicyInputError for a birth month that is no
    month, a rank nobody knows, or party years that begin after `on`.
    """
    if candidate.rank is not None and candidate.rank not in RANK_LABELS:
        raise PolicyInputError(f"没有“{candidate.rank}”这种职级", field="rank")
    if candidate.full_member_since is not None and candidate.full_member_since > on:
        raise PolicyInputError(f"转正日期不能晚于 {on.isoformat()}", field="full_member_since")
    return tuple(
        found
        for rule in rules_for(book, "eligibility", whom, on).rules
        if _fits(rule, whom, candidate)
        for found in [_finding(book, rule, candidate, on)]
    )


def _fits(rule: EligibilityRule, whom: Whom, candidate: Candidate) -> bool:
    roles = {whom.role, "first_secretary"} if whom.also_first_secretary else {whom.role}
    return (
        (not rule.roles or bool(roles & set(rule.roles)))
        and (not rule.dispatched_by or whom.dispatched_by in rule.dispatched_by)
        and (not rule.unit_kinds or candidate.unit_kind is None or candidate.unit_kind in rule.unit_kinds)
    )


def _finding(book: RuleBook, rule: EligibilityRule, candidate: Candidate, on: date) -> Finding:
    met, says = _CHECKS[rule.check](rule, candidate, on)
    by_hand = rule.check == "basic" and not met
    return finding(book, rule, met, says, advisory=by_hand or rule.stage == "posting")


Answer = tuple[bool | None, str]


def _age_max(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    if candidate.born is None:
        return None, "档案出生年月没有登记"
    age = age_on(candidate.born, on)
    return age <= (rule.number or 0), f"按档案 {candidate.born} 出生，{on.isoformat()} {age} 周岁"


def _age_min(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    met, says = _age_max(rule, candidate, on)
    return (None if met is None else age_on(candidate.born or "", on) >= (rule.number or 0)), says


def _party_full(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    labels = {"full": "中共正式党员", "probationary": "中共预备党员", "none": "不是中共党员"}
    if candidate.party is None:
        return None, "政治面貌没有登记"
    return candidate.party == "full", labels.get(candidate.party, candidate.party)


def _party_years(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    if candidate.party not in (None, "full"):
        return False, "还不是正式党员，没有党龄"
    since = candidate.full_member_since
    if since is None:
        return None, "转为正式党员的日期没有登记"
    years = full_years(since, on)
    return years >= (rule.number or 0), f"{since.isoformat()} 转正，到 {on.isoformat()} 党龄满 {years} 年"


def _rank_min(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    if candidate.rank is None or (candidate.unit_kind is None and rule.unit_kinds):
        return None, "单位性质或职务职级没有登记"
    met = rank_at_least(candidate.rank, rule.rank or "staff")
    return met, RANK_LABELS[candidate.rank] + ("" if met is not None else "，能否相当由组织部门认定")


def rank_at_least(rank: str, least: str) -> bool | None:
    """Whether `rank` reaches `least`; None when they stand on different ladders."""
    for ladder in _LADDERS:
        if rank in ladder and least in ladder:
            return ladder.index(rank) >= ladder.index(least)
    return None


def _not(name: str, bad: str, good: str) -> Callable[[EligibilityRule, Candidate, date], Answer]:
    def check(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
        value = getattr(candidate, name)
        return (None, "没有核实") if value is None else (not value, bad if value else good)

    return check


def _sent_by(part: str) -> Callable[[EligibilityRule, Candidate, date], Answer]:
    words = {"lead": "由牵头单位选派", "participating": "由成员单位选派"}

    def check(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
        if candidate.sent_by is None:
            return None, "派出单位是牵头还是成员没有登记"
        return candidate.sent_by == part, words.get(candidate.sent_by, candidate.sent_by)

    return check


def _town_post(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    if candidate.town_post is None:
        return None, f"派驻后挂任{party_label(rule.post or '')}，还没有登记"
    return candidate.town_post == rule.post, f"挂任{party_label(candidate.town_post)}"


def _preferred(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    met = rule.quality in candidate.qualities
    if rule.quality == "party_member" and candidate.party in ("full", "probationary"):
        met = True
    label = QUALITY_LABELS.get(rule.quality or "", rule.label)
    return met, f"{'' if met else '没有登记为'}{label}"


def _basic(rule: EligibilityRule, candidate: Candidate, on: date) -> Answer:
    left = [phrase for phrase in rule.phrases if phrase not in candidate.confirmed]
    if rule.modality in ("generally", "prefer") and len(left) < len(rule.phrases):
        left = []  # sources: one of them is enough
    return not left, "已由选派单位确认" if not left else f"由选派单位判断：{'；'.join(left)}"


_CHECKS: dict[str, Callable[[EligibilityRule, Candidate, date], Answer]] = {
    "age_max": _age_max,
    "age_min": _age_min,
    "party_full_member": _party_full,
    "party_years_min": _party_years,
    "rank_min": _rank_min,
    "not_in_discipline": _not("in_discipline", "正受处分", "没有正受处分"),
    "not_poor": _not("poor", "表现较差", "表现不差"),
    "not_temporary": _not("temporary", "是临聘或勤杂人员", "不是临聘、勤杂人员"),
    "not_passed_down": _not("passed_down", "任务转给了下级单位或乡镇（街道）", "由本单位选派"),
    "sent_by_lead": _sent_by("lead"),
    "sent_by_participating": _sent_by("participating"),
    "town_post": _town_post,
    "preferred": _preferred,
    "basic": _basic,
}

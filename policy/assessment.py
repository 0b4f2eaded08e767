"""Assessments: who is heard, who decides, who is told, on what they may rest, and what they count towards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from policy.basis import InterpretationShown, cite, plain, readings
from policy.book import RuleBook
from policy.decision import Step
from policy.errors import PolicyInputError
from policy.parties import join_labels, party_label
from policy.schema import Pack
from policy.team_topics import AssessmentRule
from policy.whom import Holding, Whom, rules_for

WHAT_LABELS: dict[str, str] = {"annual": "年度考核", "term_end": "期满考核", "evaluation": "综合评估"}
EVIDENCE_LABELS: dict[str, str] = {
    "attendance": "考勤", "leave": "请假", "reports": "报告", "obligations": "履职事项", "inspections": "督查",
    "funds": "资金", "cases": "处置记录", "self_report": "述职", "reviews": "测评", "achievements": "工作实绩",
}  # fmt: skip
# Never evidence, whatever a document or a county may write: the list of evidence has no name for the first two.
NEVER_EVIDENCE: tuple[str, ...] = ("应用程序的登录、在线时长和签到次数", "积分和排名", "有因未达")


@dataclass(frozen=True, slots=True)
class AssessmentPlan:
    """How one assessment runs: a fixed list of steps.

    `outcome`: route; or unspecified (the document has no such assessment: `managing_office` names the deciders
    by hand, a county may register its rule); or yields (another authority's rule that is not registered).
    `steps`: opinions first, all at once, then the deciders, all of whom sign. `leads`: the deciders the document
    names first. `told`: to whom the result goes. `evidence`: codes of EVIDENCE_LABELS.
    """

    what: str
    label: str
    outcome: Literal["route", "unspecified", "yields"]
    steps: tuple[Step, ...]
    leads: tuple[str, ...]
    told: tuple[str, ...]
    told_promptly: bool
    evidence: tuple[str, ...]
    clauses: tuple[str, ...]
    interpretations: tuple[InterpretationShown, ...]
    pack_id: str | None
    managing_office: str | None
    text: str

    @property
    def heard(self) -> tuple[str, ...]:
        """Who gives an opinion before anybody decides."""
        return tuple(p for step in self.steps if step.voice == "opinion" for p in step.parties)

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who decides, all together."""
        return tuple(p for step in self.steps if step.voice == "decide" for p in step.parties)

    def as_json(self) -> dict[str, Any]:
        """What a record keeps."""
        found: dict[str, Any] = plain(self)
        return found


def assessment_plan(book: RuleBook, whom: Whom, what: str, on: date) -> AssessmentPlan:
    """The plan of an assessment (`what` of WHAT_LABELS) of `whom`, by the rules of `on`.

    Yields are followed: people sent by an authority with its own rule are assessed by that. Raises
    PolicyInputError for an assessment nobody knows.
    """
    if what not in WHAT_LABELS:
        raise PolicyInputError(f"没有“{what}”这种考核", field="what")
    holding = rules_for(book, "assessment", whom, on)
    rule = next((each for each in holding.rules if each.what == what), None)
    if rule is None:
        return _unspecified(book, holding, what, on)
    return _routed(book, holding, rule)


def _routed(book: RuleBook, holding: Holding, rule: AssessmentRule) -> AssessmentPlan:
    pack = holding.pack
    heard = tuple(dict.fromkeys([*rule.hears, *rule.helped_by]))
    deciders = tuple(dict.fromkeys([*rule.deciders, *rule.joined_by]))
    steps: tuple[Step, ...] = (Step("all", heard, "opinion"),) if heard else ()
    steps += (Step("all", deciders),)
    clauses = _clauses(book, holding, rule)
    text = f"{rule.label}："
    if heard:
        text += f"先听取{join_labels(heard, pack=pack)}的意见，再"
    text += f"由{join_labels(rule.deciders, pack=pack)}"
    if rule.joined_by:
        text += f"会同{join_labels(rule.joined_by, pack=pack)}"
    text += "进行"
    if rule.told:
        text += f"，结果{'及时' if rule.told_promptly else ''}反馈{join_labels(rule.told, pack=pack)}"
    if holding.yield_to and pack is not None and not pack.pack.answers:
        text += f"；{'、'.join(holding.yield_to)}还没有登记，按本文件执行"
    text += f"。依据：{cite(book, clauses)}。"
    return AssessmentPlan(
        what=rule.what, label=rule.label, outcome="route", steps=steps, leads=rule.deciders, told=rule.told,
        told_promptly=rule.told_promptly, evidence=rule.evidence or book.common.evidence, clauses=clauses,
        interpretations=readings(book, clauses, (*heard, *deciders)), pack_id=pack.id if pack else None,
        managing_office=pack.pack.managing_office if pack else None, text=_confirmed(text, pack),
    )  # fmt: skip


def _clauses(book: RuleBook, holding: Holding, rule: AssessmentRule) -> tuple[str, ...]:
    """Those of the rule, and of the rows by which another authority's rule comes first."""
    rules = {clause for each in holding.rules for clause in (each.clause, *each.clauses)}
    yields = [clause for clause in holding.clauses if clause not in rules]
    return tuple(dict.fromkeys([rule.clause, *rule.clauses, *yields]))


def _unspecified(book: RuleBook, holding: Holding, what: str, on: date) -> AssessmentPlan:
    pack = holding.pack
    label = WHAT_LABELS[what]
    packs = [pack, book.pack(pack.pack.under) if pack and pack.pack.under else None]
    silent = [
        row
        for each in packs
        if each is not None
        for row in each.unspecified
        if row.topic == "assessment" and row.in_force(on) and (not row.codes or what in row.codes)
    ]
    yields = holding.outcome == "yields"
    clauses = holding.clauses if yields else tuple(row.clause for row in silent[:1])
    says = holding.says if yields else silent[0].says if silent else f"文件没有规定{label}"
    office = party_label(pack.pack.managing_office, pack) if pack else "县级主管部门"
    text = f"{label}：{says}，由{office}指定考核人并写明理由；县里可以登记本地制度。"
    if clauses:
        text += f"依据：{cite(book, clauses)}。"
    return AssessmentPlan(
        what=what, label=label, outcome="yields" if yields else "unspecified", steps=(), leads=(), told=(),
        told_promptly=False, evidence=book.common.evidence, clauses=clauses,
        interpretations=readings(book, clauses), pack_id=pack.id if pack else None,
        managing_office=pack.pack.managing_office if pack else None, text=_confirmed(text, pack),
    )  # fmt: skip


def _confirmed(text: str, pack: Pack | None) -> str:
    if pack is not None and pack.pack.status == "to_be_confirmed":
        return f"{text}（{pack.pack.status_note or '这份文件待县里确认是否仍然有效'}）"
    return text


@dataclass(frozen=True, slots=True)
class Effect:
    """What an assessment or a record counts towards: its use, exemption, or the score of the unit."""

    code: str
    label: str
    what: str
    evidence: tuple[str, ...]
    used_for: tuple[str, ...]
    clause: str


def effects(book: RuleBook, whom: Whom, on: date) -> tuple[Effect, ...]:
    """What results count towards, and which records count towards the score of the unit."""
    return tuple(
        Effect(rule.code, rule.label, rule.what, rule.evidence, rule.used_for, rule.clause)
        for rule in rules_for(book, "assessment", whom, on).rules
        if rule.what in ("use_of_result", "exemption", "unit_scoring")
    )

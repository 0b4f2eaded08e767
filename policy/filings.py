"""Changes of the team: who reviews and approves, to whom it is filed by when, and how long the handover lasts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from policy.basis import InterpretationShown, cite, plain, readings
from policy.book import RuleBook
from policy.calendar import Calendar
from policy.deadlines import Due, deadlines_for, due_of
from policy.decision import Step
from policy.errors import PolicyInputError
from policy.findings import Finding, finding
from policy.parties import join_labels, party_label
from policy.team_topics import FilingRule
from policy.whom import Whom, rules_for

EVENT_LABELS: dict[str, str] = {
    "adjustment": "队员调整", "recall": "召回", "first_secretary": "驻村第一书记人选",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the team.

    `event`: of EVENT_LABELS; a recall is an adjustment with a cause. `effective`: the day it takes effect.
    `reason`: one of the codes `reasons_for` gives; `reason_text`: in words. `in_rotation`: it is the
    rotation itself. `unfit_found`: the day a member was found unfit; `letter_received`: the day a written
    letter asking for the change arrived.
    """

    event: str
    effective: date
    reason: str = ""
    reason_text: str = ""
    in_rotation: bool = False
    unfit_found: date | None = None
    letter_received: date | None = None


@dataclass(frozen=True, slots=True)
class FilingDue:
    """Something to be filed: by whom, with whom, by when (None: the text gives no time)."""

    code: str
    label: str
    who: str | None
    file_with: tuple[str, ...]
    due: Due | None
    clause: str


@dataclass(frozen=True, slots=True)
class ChangeDeadline:
    """A time limit the change, or what led to it, has started."""

    code: str
    label: str
    who: str
    what: str
    due: Due
    clause: str


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Everything that must happen around a change.

    `outcome`: route, or unspecified where the document asks nothing of the change. `steps`: reviews, then
    approvals; with `approve_first` nothing changes before they are done. `recalled_by`: who recalls.
    `handover_from`, `handover_until`: both people are on post, both days included. `findings`: whether a
    change within the term needs an exception.
    """

    event: str
    outcome: Literal["route", "unspecified"]
    steps: tuple[Step, ...]
    approve_first: bool
    recalled_by: tuple[str, ...]
    filings: tuple[FilingDue, ...]
    deadlines: tuple[ChangeDeadline, ...]
    handover_from: date | None
    handover_until: date | None
    findings: tuple[Finding, ...]
    clauses: tuple[str, ...]
    interpretations: tuple[InterpretationShown, ...]
    pack_id: str | None
    managing_office: str | None
    text: str

    def as_json(self) -> dict[str, Any]:
        """What a record keeps."""
        found: dict[str, Any] = plain(self)
        return found


def reasons_for(book: RuleBook, whom: Whom, on: date) -> dict[str, str]:
    """The special reasons for which a member may be changed within the term, by code; empty where none are asked."""
    rules = rules_for(book, "composition", whom, on).rules
    return {
        reason.code: reason.label for rule in rules if rule.check == "keep_in_term" for reason in rule.reasons
    }


def change_plan(book: RuleBook, whom: Whom, change: Change, calendar: Calendar) -> ChangePlan:
    """What a change of somebody in the place and sent by the side of `whom` asks for, by the rules of its day.

    Raises PolicyInputError for an event or a reason nobody knows.
    """
    on = change.effective
    if change.event not in EVENT_LABELS:
        raise PolicyInputError(f"没有“{change.event}”这种变动", field="event")
    adjusts = change.event != "first_secretary"
    findings = _kept_in_term(book, whom, change, on) if adjusts else ()
    holding = rules_for(book, "filing", whom, on)
    events = ("recall", "adjustment") if change.event == "recall" else (change.event,)
    rules = [rule for rule in holding.rules if rule.event in events and _fits(rule, whom)]
    moment = datetime.combine(on, time.min)
    steps = tuple(Step("all", rule.reviewed_by) for rule in rules if rule.reviewed_by)
    steps += tuple(Step("all", rule.approved_by) for rule in rules if rule.approved_by)
    filed = tuple(
        FilingDue(
            rule.code, rule.label, rule.who, rule.file_with,
            due_of(rule.clock, moment, calendar) if rule.clock else None, rule.clause,
        )
        for rule in rules
        if rule.file_with
    )  # fmt: skip
    started = _deadlines(book, whom, change, calendar) if adjusts else ()
    handover = next((each for each in started if each.code == "handover"), None)
    recalls = _recalls(book, whom, on) if change.event == "recall" else []
    clauses = tuple(
        dict.fromkeys(
            [rule.clause for rule in recalls]
            + [each.clause for each in findings]
            + [rule.clause for rule in rules]
            + [each.clause for each in started]
        )
    )
    recalled_by = tuple(dict.fromkeys(party for rule in recalls for party in rule.by))
    parties = [p for step in steps for p in step.parties] + [p for each in filed for p in each.file_with]
    pack = holding.pack
    plan = ChangePlan(
        event=change.event, outcome="route" if clauses else "unspecified", steps=steps,
        approve_first=any(rule.approved_by for rule in rules), recalled_by=recalled_by, filings=filed,
        deadlines=started, handover_from=on if handover else None,
        handover_until=handover.due.day if handover else None, findings=findings, clauses=clauses,
        interpretations=readings(book, clauses, parties), pack_id=pack.id if pack else None,
        managing_office=pack.pack.managing_office if pack else None, text="",
    )  # fmt: skip
    return _with_words(book, plan)


def _fits(rule: FilingRule, whom: Whom) -> bool:
    return not rule.dispatched_by or whom.dispatched_by in rule.dispatched_by


def _recalls(book: RuleBook, whom: Whom, on: date) -> list[Any]:
    return [rule for rule in rules_for(book, "discipline", whom, on).rules if rule.what == "recall"]


def _kept_in_term(book: RuleBook, whom: Whom, change: Change, on: date) -> tuple[Finding, ...]:
    known = reasons_for(book, whom, on)
    if change.reason and known and change.reason not in known:
        raise PolicyInputError(f"没有“{change.reason}”这种原因", field="reason")
    found: list[Finding] = []
    for rule in rules_for(book, "composition", whom, on).rules:
        if rule.check != "keep_in_term":
            continue
        met: bool | None
        if change.in_rotation:
            met, says = True, "集中轮换调整"
        elif not change.reason:
            met, says = False, "没有特殊原因"
        elif change.reason == "other" and not change.reason_text.strip():
            met, says = None, "写明是什么特殊原因"
        else:
            met, says = True, "：".join(filter(None, [known[change.reason], change.reason_text.strip()]))
        found.append(finding(book, rule, met, says))
    return tuple(found)


def _deadlines(book: RuleBook, whom: Whom, change: Change, calendar: Calendar) -> tuple[ChangeDeadline, ...]:
    days = {
        "adjustment": change.effective,
        "unfit_member": change.unfit_found,
        "adjustment_letter": change.letter_received,
    }
    return tuple(
        ChangeDeadline(
            each.rule.code, each.rule.label, each.rule.who, each.rule.what, each.due, each.rule.clause
        )
        for event, day in days.items()
        if day is not None
        for each in deadlines_for(book, whom, event, datetime.combine(day, time.min), calendar)
    )


def _with_words(book: RuleBook, plan: ChangePlan) -> ChangePlan:
    pack = book.pack(plan.pack_id) if plan.pack_id else None
    label = EVENT_LABELS[plan.event]
    if plan.outcome == "unspecified":
        words = f"{label}：文件没有写要谁审批、向谁备案。"
        return replace(plan, text=words)
    parts: list[str] = []
    if plan.recalled_by:
        parts.append(f"由{join_labels(plan.recalled_by, pack=pack)}召回")
    for step in plan.steps:
        verb = "审批，批复同意后方可调整" if plan.approve_first and step is plan.steps[-1] else "审核"
        parts.append(f"由{join_labels(step.parties, pack=pack)}{verb}")
    for each in plan.filings:
        who = party_label(each.who, pack) if each.who else ""
        when = f"{each.due.words}" if each.due else ""
        if each.due and each.due.day:
            when = f"{_day(each.due.day)}前（{each.due.words}）"
        parts.append(f"{who}{when}报{join_labels(each.file_with, pack=pack)}备案")
    if plan.handover_until:
        parts.append(f"交接到 {_day(plan.handover_until)}")
    for limit in plan.deadlines:
        if limit.code != "handover" and limit.due.day:
            parts.append(f"{_day(limit.due.day)}前{party_label(limit.who, pack)}{limit.what}")
    said = "；".join(parts) or "；".join(f"{each.label}：{each.says}" for each in plan.findings)
    return replace(plan, text=f"{label}：{said}。依据：{cite(book, plan.clauses)}。")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def on_post_together(plan: ChangePlan, day: date) -> bool:
    """True on the days of the handover, when two people hold one post and the team counts one."""
    if plan.handover_from is None or plan.handover_until is None:
        return False
    return plan.handover_from <= day <= plan.handover_until

"""试算: a leave nobody asked for, decided as a real one would be. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.book import RuleBook
from policy.calendar import Calendar
from policy.days import Span, format_days
from policy.leave import LeaveCase, LeaveDecision, decide_leave
from policy.parties import join_labels, party_label
from rules.asking import estimated_years
from rules.daycount import day_rows
from rules.places import Place


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the trial, as its address says it."""

    place: Place
    role: str
    also_first_secretary: bool
    dispatched_by: str
    type: str
    span: Span
    asked_on: date


def decide(book: RuleBook, question: Question, calendar: Calendar) -> LeaveDecision:
    """The decision a real request of this kind would get; no other leave stands beside it."""
    case = LeaveCase(
        region_codes=question.place.region_codes,
        team_kind=question.place.team_kind,
        role=question.role,
        also_first_secretary=question.also_first_secretary,
        dispatched_by=question.dispatched_by,
        type=question.type,
        span=question.span,
        asked_on=question.asked_on,
    )
    return decide_leave(book, case, calendar)


def answer(book: RuleBook, question: Question, calendar: Calendar) -> dict[str, Any]:
    """Everything the result shows, in words."""
    decision = decide(book, question, calendar)
    kinds = book.leave_types(question.place.region_codes, question.place.team_kind, question.asked_on)
    kind = kinds[question.type]
    length = format_days(decision.absence_halves)
    return {
        "decision": decision,
        "length": length,
        "type": kind.label,
        "law": kind.law,
        "span": question.span,
        "who": _asked_about(question),
        "heading": _heading(decision),
        "asked": _asked_on(question),
        "tiers": [{"span": row.label, "who": row.who, "active": row.active} for row in decision.tiers],
        "here": f"本次 {length} 天",
        "rows": _rows(book, decision),
        "hint": _hint(book, decision),
        "bases": bases(book, decision),
        "days": day_rows(question.span, kind.counting, calendar),
        "charged": format_days(decision.charged_halves),
        "estimated": estimated_years(question.span, calendar),
    }


def bases(book: RuleBook, decision: LeaveDecision) -> list[dict[str, Any]]:
    """Each clause of the decision with the interpretations that concern it, as ``components/clause.html`` wants.

    Interpretations of no clause in particular stand under the first.
    """
    readings = book.interpretations()
    told: set[str] = set()
    found = []
    for number, clause_id in enumerate(decision.clauses):
        clause, header = book.clause(clause_id), book.pack_of(clause_id).pack
        own = []
        for each in decision.interpretations:
            about = readings[each.id].clauses
            if each.id not in told and (clause_id in about if about else number == 0):
                own.append(each)
                told.add(each.id)
        basis = {
            "document": header.citation,
            "article": "" if clause.article == "（无）" else clause.article,
            "text": clause.text,
            "url": f"{reverse('rules:pack', args=[header.id])}#{clause_id}",
        }
        found.append({"basis": basis, "readings": own})
    return found


def _asked_about(question: Question) -> str:
    """普宁市队员（兼任驻村第一书记），县直单位选派."""
    also = (
        "（兼任驻村第一书记）" if question.also_first_secretary and question.role != "first_secretary" else ""
    )
    sender = DISPATCHER_LABELS[question.dispatched_by]
    return f"{question.place.label}{ROLE_LABELS[question.role]}{also}，{sender}选派"


def _heading(decision: LeaveDecision) -> str:
    if decision.outcome == "yields":
        return f"按{'、'.join(decision.yield_to)}执行"
    return next((row.who for row in decision.tiers if row.active), "文件没有规定由谁批")


def _asked_on(question: Question) -> str:
    day = question.asked_on
    return f"按 {day.year}年{day.month}月{day.day}日申请算"


def _rows(book: RuleBook, decision: LeaveDecision) -> list[dict[str, str]]:
    """Who is told: by a clause, and by our courtesy."""
    pack = book.pack(decision.pack_id) if decision.pack_id else None
    rows = []
    if decision.filings:
        rows.append({"label": "报谁备案", "value": join_labels(decision.filings, pack=pack)})
    if decision.copies:
        rows.append(
            {
                "label": "知会",
                "value": join_labels(decision.copies, pack=pack),
                "note": "本系统的做法，文件没有要求",
            }
        )
    return rows


def _hint(book: RuleBook, decision: LeaveDecision) -> str:
    """What to do where no tier applies."""
    if decision.outcome == "route":
        return ""
    pack = book.pack(decision.pack_id) if decision.pack_id else None
    office = party_label(decision.managing_office, pack) if decision.managing_office else "县级主管部门"
    then = f"照常提交请假，送到{office}，由其逐件指定批准人并写明理由。"
    if decision.outcome == "yields":
        return f"{then}县里登记这套制度以后，按它的档次办。"
    return f"{then}县里登记本地请销假制度以后，按登记的档次办。"

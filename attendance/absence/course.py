"""A case as its page tells it: what is known, what has happened, who has it now, what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from attendance.absence import chain
from attendance.absence.models import AbsenceAct, AbsenceCase, AbsenceStatement, CaseStep
from attendance.absence.powers import Rulebook
from attendance.derive import standing
from core import clock
from core.months import month_number
from core.templatetags.zhubang import cn_datetime, remaining
from policy.attendance import PARTS, said
from policy.chains import FORM_LABELS, clock_words
from rules.book import rule_book
from teams.models import Person, User

S = AbsenceCase.State
W = AbsenceAct.What
Row = dict[str, Any]
_STATES: dict[str, str] = {W.OPENED: "done", W.EXPLAINED: "done", W.FOUND: "refused", W.WITHDRAWN: "returned"}


def tag(case: AbsenceCase, *, late: bool = False) -> tuple[str, str]:
    """The case's status as a tag: red only for what was found and for what is past its time."""
    if case.state == S.PENDING:
        return "now", "待核"
    if case.state == S.EXPLAINED:
        return "done", "已说明"
    if case.closed_at is not None:
        return "refused", "无故，已办结"
    return ("refused", "处置超期") if late else ("now", "处置中")


def waits_for(case: AbsenceCase) -> str:
    """Who has it now, where no step of a chain says so."""
    return "乡镇核实" if case.state == S.PENDING else "—"


def of(case: AbsenceCase, book: Rulebook, user: User) -> dict[str, Any]:
    """What the page shows of the case."""
    rows = chain.steps_of(case)
    now = clock.now()
    late = any(row.is_open and row.due is not None and row.due < now for row in rows)
    kind, label = tag(case, late=late)
    joined = list(case.days_joined.order_by("day"))
    return {
        "status_kind": kind,
        "status_label": label,
        "facts": _facts(case, joined),
        "flow": [*_acts(case), *(_steps(case, rows, now) if case.state == S.UNEXCUSED else [])],
        "clauses": _clauses(case, book),
        "no_chain": case.state == S.PENDING and not book.chains,
        "statements": _statements(case),
        "outcomes": [row for row in rows if row.outcomes],
    }


def _facts(case: AbsenceCase, joined: list[AbsenceCase]) -> list[Row]:
    known = standing(Person.objects.filter(pk=case.person_id).values("pk"), [month_number(case.day)])
    values = known[case.person_id].values.get(case.day, {}) if case.person_id in known else {}
    parts = [values.get(part, "") for part in PARTS]
    month_url = (
        f"{reverse('attendance:person', args=[case.person_id])}?month={case.day:%Y-%m}&day={case.day.day}"
    )
    rows: list[Row] = [
        {
            "label": "日期",
            "value": "、".join(each.short for each in sorted([case, *joined], key=lambda each: each.day)),
        },
        {"label": "怎么发现的", "value": case.get_how_display()},
        {"label": "台账现在", "value": said(*parts) or "没有登记", "url": month_url},
        {"label": "派出单位", "value": str(case.unit) if case.unit else "—"},
    ]
    if case.state == S.EXPLAINED:
        rows.append({"label": "查明", "value": case.get_explained_with_display()})
    if case.state == S.UNEXCUSED:
        rows.append(
            {"label": "认定", "value": f"{case.found_by}（{case.capacity}）{cn_datetime(case.found_at)}"}
        )
        rows.append({"label": "理由", "value": case.reason})
    if case.joined is not None:
        rows.append({"label": "并入", "value": str(case.joined), "url": case.joined.get_absolute_url()})
    return rows


def _acts(case: AbsenceCase) -> list[Row]:
    acts = list(case.acts.select_related("by"))
    rows: list[Row] = []
    if not any(each.what == W.OPENED for each in acts):
        rows.append(
            {
                "state": "done",
                "title": f"列为待核：{case.get_how_display()}",
                "at": cn_datetime(case.opened_at),
            }
        )
    for each in acts:
        who = f"{each.by}（{each.capacity}）" if each.by and each.capacity else str(each.by or "")
        title = each.get_what_display()
        if each.what == W.OPENED:
            title = f"{title}：{case.get_how_display()}"
        rows.append(
            {
                "state": _STATES.get(each.what, "done"),
                "title": title,
                "who": who,
                "at": cn_datetime(each.at),
                "note": each.note,
            }
        )
    return rows


def _steps(case: AbsenceCase, steps: list[CaseStep], now: datetime) -> list[Row]:
    rule = chain.rule_of(case)
    words = {each.code: clock_words(each.clock) if each.clock else "" for each in rule.steps} if rule else {}
    rows = []
    for each in steps:
        title = f"{FORM_LABELS[each.form]}：{each.what}"
        if each.done_at is not None:
            notes = [
                each.text,
                *(
                    f"{one['name']}：{one['measure']}{'，' + one['note'] if one['note'] else ''}"
                    for one in each.outcomes
                ),
            ]
            rows.append(
                {
                    "state": "done",
                    "title": title,
                    "who": f"{each.done_by}（{each.capacity}）",
                    "at": f"{cn_datetime(each.done_at)}{'，逾期' if each.late else ''}",
                    "note": "\n".join(filter(None, notes)),
                }
            )
        elif each.is_open:
            row: Row = {"state": "now", "title": title, "who": _whose(each)}
            if each.due is not None:
                row |= {"left": remaining(each.due, now), "overdue": now > each.due}
            elif words.get(each.code):
                row["left"] = words[each.code]
            rows.append(row)
        elif each.dropped_at is None:
            rows.append({"state": "later", "title": title, "who": each.label, "at": words.get(each.code, "")})
    return rows


def _whose(row: CaseStep) -> str:
    if row.party == chain.SELF:
        return "本人"
    if row.body is None:
        return f"{row.label}（还没有登记承担这项职能的部门）"
    return str(row.body) if row.joint_body is None else f"{row.body}、{row.joint_body}"


def _clauses(case: AbsenceCase, book: Rulebook) -> list[dict[str, str]]:
    """The clauses the case runs, or would run, under, each once."""
    frozen = chain.rule_of(case)
    rules = [frozen] if frozen is not None else [each.rule for each in book.chains]
    known = rule_book()
    found = dict.fromkeys(
        clause for rule in rules for clause in (rule.clause, *(step.clause for step in rule.steps))
    )
    return [
        {
            "text": f"{known.clause(clause).article}：{known.clause(clause).text}",
            "url": reverse("rules:clause", args=[clause]),
        }
        for clause in found
        if known.has_clause(clause)
    ]


def _statements(case: AbsenceCase) -> list[dict[str, Any]]:
    kinds = {
        AbsenceStatement.State.PENDING: "now",
        AbsenceStatement.State.RETURNED: "returned",
    }
    return [
        {
            "url": row.get_absolute_url(),
            "label": f"情况说明（{cn_datetime(row.written_at)}）",
            "status_kind": kinds.get(AbsenceStatement.State(row.state), "done"),
            "status_label": row.get_state_display(),
        }
        for row in case.statements.order_by("pk")
    ]

"""A team's month on its way to being closed: what is sent, the sheet's own page, taking it back, opening it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals import flow
from approvals import selectors as sign_offs
from approvals.bar import decision_bar
from attendance import closing
from attendance.lines import differences, lines_of, mark_of, postings_of, unsaid
from attendance.objections import unanswered
from attendance.sheets import MonthLine, MonthSheet, standing_sheets
from attendance.views.register import address, workbook_url
from core import clock, web
from core.access import access
from core.errors import Refused
from core.months import month_asked, month_number
from core.templatetags.zhubang import cn_datetime
from leave.whereabouts.grid import days_of
from policy.attendance import VISIT
from policy.days import format_days
from teams.models import Team
from teams.scope import scope_of

S = MonthSheet.State
TAGS: dict[str, str] = {
    S.PENDING: "now",
    S.CLOSED: "done",
    S.RETURNED: "returned",
    S.WITHDRAWN: "later",
    S.REOPENED: "later",
}
#: Heading → the name of the total, in the order of the frozen grid.
HEADS = {
    "在岗": "on_post",
    "住村": "village",
    "住镇": "town",
    "请假": "leave",
    "因公": "trip",
    "应在岗": "owed",
    "计入": "counted",
    "还差": "missing",
}
#: Differences listed before the rest is only counted.
LISTED = 30


@dataclass(frozen=True)
class FrozenRow:
    """One frozen line as the page's grid shows it."""

    line: MonthLine
    cells: SafeString
    totals: list[str]


def frozen_rows(lines: list[MonthLine], heads: list[str]) -> list[FrozenRow]:
    """The lines as rows of a grid."""
    return [
        FrozenRow(
            line,
            format_html_join("", "{}", ((_cell(line, number + 1),) for number in range(len(line.marks)))),
            [_total(line, HEADS[head]) for head in heads],
        )
        for line in lines
    ]


def _cell(line: MonthLine, day: int) -> SafeString:
    mark = mark_of(line, day)
    if mark is None:
        return format_html("<td class=m-out>")
    css = format_html(" class=m-{}", mark.css) if mark.glyph else ""
    return format_html("<td{}>{}", css, mark.glyph)


def _total(line: MonthLine, name: str) -> str:
    value = line.totals.get(name)
    if value is None:
        return "—"
    return format_days(value) if value or name in ("owed", "counted") else ""


def heads_of(lines: list[MonthLine]) -> list[str]:
    """The headings of totals; those about what is owed only where somebody owes something."""
    owes = any("owed" in line.totals for line in lines)
    return [head for head, name in HEADS.items() if owes or name not in ("owed", "counted", "missing")]


def show_sheet(
    http: HttpRequest, sheet: MonthSheet, refusal: Refused | None = None, *, reason: str = ""
) -> HttpResponse:
    """The present state of a sheet, whole or as a fragment; with ``refusal`` its sentence and status code."""
    sheet = MonthSheet.objects.for_pages().get(pk=sheet.pk)
    context = _context(http, sheet)
    context |= {
        "refusal": refusal,
        "has_errors": refusal is not None and refusal.status == 422,
        "reason": reason,
    }
    template = "attendance/sheet.html"
    if web.wants_fragment(http):
        context["todo_count"] = sign_offs.count_waiting(http.user) if scope_of(http.user).has_todo else ""
        template = "attendance/sheet_fragment.html"
    return render(http, template, context, status=refusal.status if refusal else 200)


def _context(http: HttpRequest, sheet: MonthSheet) -> dict[str, Any]:
    month = sheet.first
    state = sign_offs.card(http.user, closing.KIND, sheet.pk)
    lines = list(sheet.lines.select_related("appointment"))
    heads = heads_of(lines)
    changed = differences(lines, month) if sheet.state in MonthSheet.HOLDING else []
    label = "待您办理" if state.mine is not None else sheet.get_state_display()
    later = (
        MonthSheet.objects.filter(team=sheet.team_id, month=sheet.month, pk__gt=sheet.pk)
        .exclude(state=S.WITHDRAWN)
        .order_by("pk")
        .last()
    )
    return {
        "sheet": sheet,
        "month": month,
        "days": days_of(month),
        "heads": heads,
        "visits": any(line.totals.get(VISIT) for line in lines),
        "lines": frozen_rows(lines, heads),
        "status_kind": TAGS[sheet.state],
        "status_label": label,
        "record": _record(sheet),
        "flow": flow.timeline(state, str(sheet.sent_by), clock.now()),
        "remarks": (state.sign_off.plan.get("remarks", []) if state.sign_off else []),
        "changed": changed[:LISTED],
        "changed_count": len(changed),
        "changed_more": max(0, len(changed) - LISTED),
        "objections": (
            unanswered([line.appointment for line in lines], month)
            if sheet.state in MonthSheet.HOLDING
            else []
        ),
        "unsaid": unsaid(lines, month),
        "unverified": format_days(sum(line.totals.get("unverified", 0) for line in lines)),
        "estimate": f"{month.year} 年" if sheet.estimated else "",
        "later": later,
        "register_url": address(sheet.team, month),
        "workbook_url": workbook_url([sheet.team], month) if sheet.state in MonthSheet.HOLDING else "",
        "bar": decision_bar(http.user, state, None),
        "deciding": state.mine is not None,
        "can_withdraw": sheet.state == S.PENDING and closing.may_send(http.user, sheet.team),
        "can_reopen": sheet.state == S.CLOSED and closing.may_reopen(http.user, sheet.team),
    }


def _record(sheet: MonthSheet) -> list[dict[str, str]]:
    rows = [
        {"label": "送核", "value": f"{sheet.sent_by} {cn_datetime(sheet.sent_at)}"},
        {"label": "第几次", "value": f"第 {sheet.version} 次关账" if sheet.version > 1 else "首次关账"},
    ]
    if sheet.closed_at is not None:
        rows.append({"label": "关账", "value": f"{sheet.closed_by} {cn_datetime(sheet.closed_at)}"})
    if sheet.reopened_at is not None:
        rows.append({"label": "重开", "value": f"{sheet.reopened_by} {cn_datetime(sheet.reopened_at)}"})
        rows.append({"label": "重开原因", "value": sheet.reason})
    rows.append({"label": "内容校验码", "value": sheet.hash[:16]})
    return rows


def _seen(http: HttpRequest, pk: int) -> MonthSheet:
    return get_object_or_404(MonthSheet.objects.visible_to(http.user).for_pages(), pk=pk)


@access("register")
@require_safe
def sheet(http: HttpRequest, pk: int) -> HttpResponse:
    """One sheet: its frozen lines, where it stands, what has changed since, and what the viewer may do."""
    return show_sheet(http, _seen(http, pk))


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def send(http: HttpRequest) -> HttpResponse:
    """Look at what a month comes to, then send it to be closed (``?team=7&month=2026-10``)."""
    asked = http.POST if http.method == "POST" else http.GET
    team = _team(http, asked.get("team", ""))
    month = month_asked(asked.get("month", ""), clock.today())
    refusal: Refused | None = None
    if http.method == "POST":
        try:
            made = closing.send(acting_user=http.user, team_id=team.pk, month=month)
        except Refused as error:
            refusal = error
        else:
            return redirect(f"{made.get_absolute_url()}?sent")
    held = standing_sheets([team.pk], month_number(month)).get(team.pk)
    if held is not None:
        return show_sheet(http, held, refusal)
    postings = postings_of([team.pk], month)
    lines = lines_of(postings, month, closed=True)
    steps: list[str] = []
    try:
        plan = closing.closing_plan(team)
    except Refused as error:
        refusal = refusal or error
    else:
        steps = ["、".join(seat.label for seat in step) for step in plan.steps]
    heads = heads_of(lines)
    context = {
        "team": team,
        "month": month,
        "days": days_of(month),
        "heads": heads,
        "visits": any(line.totals.get(VISIT) for line in lines),
        "lines": frozen_rows(lines, heads),
        "people": len(lines),
        "objections": unanswered(postings, month),
        "unsaid": unsaid(lines, month),
        "unverified": format_days(sum(line.totals.get("unverified", 0) for line in lines)),
        "steps": steps,
        "refusal": refusal,
        "over": month < clock.today().replace(day=1),
        "register_url": address(team, month),
    }
    return render(http, "attendance/send.html", context, status=refusal.status if refusal else 200)


def _team(http: HttpRequest, text: str) -> Team:
    """The team for whoever may send its month; 404 for everybody else."""
    if not text.isdecimal() or len(text) > 12:
        raise Http404
    rows = Team.objects.visible_to(http.user).select_related("region__parent")
    team = get_object_or_404(rows, pk=int(text))
    if not closing.may_send(http.user, team):
        raise Http404
    return team


@access("register")
@require_POST
def withdraw(http: HttpRequest, pk: int) -> HttpResponse:
    """撤回送核."""
    found = _seen(http, pk)
    try:
        closing.withdraw(acting_user=http.user, sheet_id=pk)
    except Refused as refused:
        return show_sheet(http, found, refused)
    return redirect(address(found.team, found.first))


@access("register")
@require_POST
def reopen(http: HttpRequest, pk: int) -> HttpResponse:
    """重开, with a reason."""
    found = _seen(http, pk)
    reason = http.POST.get("reason", "")
    try:
        closing.reopen(acting_user=http.user, sheet_id=pk, reason=reason)
    except Refused as refused:
        return show_sheet(http, found, refused, reason=reason)
    return redirect(found.get_absolute_url())

"""情况说明 on its own page, its form, the sheet that prints; and the summary of a month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from approvals import flow
from approvals import selectors as sign_offs
from approvals.bar import decision_bar
from attendance.absence import chain, statements, steps, summaries, words
from attendance.absence.forms import PaperStatementForm, StatementForm, day_or_none
from attendance.absence.models import AbsenceCase, AbsenceStatement, How
from attendance.clauses import ABSENCE
from core import attachments, clock, web
from core.access import access
from core.errors import Refused
from core.months import day_words
from core.templatetags.zhubang import cn_date, cn_datetime
from policy.carries import carries
from policy.parties import party_label
from teams.models import User
from teams.parties import Directory
from teams.scope import scope_of

A = AbsenceStatement.State
_TAGS: dict[str, str] = {A.PENDING: "now", A.SIGNED: "done", A.PAPER: "done", A.RETURNED: "returned"}


def _cases(user: User) -> Any:
    return AbsenceCase.objects.visible_to(user).for_lists().select_related(
        "posting__body__region", "posting__body__team", "posting__unit"
    )  # fmt: skip


def _statement_row(case: AbsenceCase) -> Any:
    return next((row for row in chain.steps_of(case) if row.form == "statement"), None)


@access("attendance")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*ABSENCE)
def write(http: HttpRequest, pk: int) -> HttpResponse:
    """The person himself writes his 情况说明."""
    case = get_object_or_404(_cases(http.user), pk=pk)
    row = _statement_row(case)
    if row is None or http.user.person_id != case.person_id:
        raise Http404
    last = row.statements.order_by("pk").last()
    initial = {name: getattr(last, name) for name in statements.LENGTHS} if last is not None else {}
    form = StatementForm(http.POST, http.FILES) if http.method == "POST" else StatementForm(initial=initial)
    if http.method == "POST" and form.is_valid():
        try:
            made = statements.write_statement(acting_user=http.user, case_id=pk, said=form.said())
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{made.get_absolute_url()}?sent")
    return _form(http, case, form, "attendance:absence_state", f"送{case.unit}主要负责人签字")


@access("attendance")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*ABSENCE)
def paper(http: HttpRequest, pk: int) -> HttpResponse:
    """代录 of a statement on paper, by the unit or the town."""
    case = get_object_or_404(_cases(http.user), pk=pk)
    row = _statement_row(case)
    if row is None or statements.may_enter_paper(http.user, case, row) is None:
        raise Http404
    form = PaperStatementForm(http.POST, http.FILES) if http.method == "POST" else PaperStatementForm()
    if http.method == "POST" and form.is_valid():
        try:
            made = statements.enter_paper(
                acting_user=http.user,
                case_id=pk,
                said=form.said(),
                signer=form.cleaned_data["signer"],
                signed_on=form.cleaned_data["signed_on"],
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{made.get_absolute_url()}?sent")
    return _form(http, case, form, "attendance:absence_paper", "登记纸质情况说明")


def _form(http: HttpRequest, case: AbsenceCase, form: Any, name: str, button: str) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "action": reverse(name, args=[case.pk]),
        "button": button,
        "on_paper": isinstance(form, PaperStatementForm),
        "known": _known(case),
        "has_errors": bool(form.errors),
    }
    status = 422 if form.errors else 200
    return render(http, "attendance/statement_form.html", context, status=status)


def _known(case: AbsenceCase) -> list[dict[str, Any]]:
    """What the system knows already and does not ask again."""
    return [
        {"label": "姓名", "value": f"{case.person}（{case.posting.post_name}）", "known": True},
        {"label": "驻点", "value": str(case.team), "known": True},
        {"label": "哪一天", "value": case.short, "known": True},
        {"label": "怎么发现的", "value": how_words(case), "known": True},
    ]


def how_words(case: AbsenceCase) -> str:
    """When and how it was found, as the printed form has it: 查岗时间、方式."""
    at = cn_datetime(case.opened_at, "year")
    first = case.acts.filter(what="opened").exclude(note="").first()
    note = f"，{first.note}" if first is not None and case.how in (How.SPOT_CHECK, How.REPORTED) else ""
    return f"{at}，{case.get_how_display()}{note}"


@access("attendance")
@require_safe
def statement(http: HttpRequest, pk: int) -> HttpResponse:
    """One statement, with where its signature stands."""
    return show_statement(http, _seen(http, pk))


def _seen(http: HttpRequest, pk: int) -> AbsenceStatement:
    rows = AbsenceStatement.objects.filter(
        case__in=AbsenceCase.objects.visible_to(http.user).order_by().values("pk")
    )
    return get_object_or_404(rows, pk=pk)


def show_statement(
    http: HttpRequest, found: AbsenceStatement, refusal: Refused | None = None, **kwargs: Any
) -> HttpResponse:
    """The statement's present state, whole or as a fragment; with ``refusal`` its sentence and status code."""
    statement = _whole(found.pk)
    state = sign_offs.card(http.user, words.STATEMENT, statement.pk)
    told = next(
        (row for row in state.filings if row.seen_at is None and _is_mine(http.user, row.post, row.body_id)),
        None,
    )
    context = {
        "statement": statement,
        "case": statement.case,
        "rows": _rows(statement),
        "files": attachments.rows_of(attachments.of(words.STATEMENT, statement.pk)),
        "status_kind": "now" if state.mine is not None else _TAGS[statement.state],
        "status_label": "待您签字" if state.mine is not None else statement.get_state_display(),
        "flow": flow.timeline(state, str(statement.case.person), clock.now()),
        "bar": decision_bar(http.user, state, told),
        "deciding": state.mine is not None,
        "refusal": refusal,
        "sent": "sent" in http.GET and statement.state in (A.PENDING, A.PAPER),
        "has_errors": refusal is not None and refusal.status == 422,
        "rewrite": statement.state == A.RETURNED
        and http.user.person_id == statement.case.person_id
        and statement.case.state == AbsenceCase.State.UNEXCUSED,
    }
    template = "attendance/statement.html"
    if web.wants_fragment(http):
        context["todo_count"] = sign_offs.count_waiting(http.user) if scope_of(http.user).has_todo else ""
        template = "attendance/statement_fragment.html"
    return render(http, template, context, status=refusal.status if refusal else 200)


def _is_mine(user: User, post: str, body: int) -> bool:
    return (post, body) in sign_offs.my_pairs(scope_of(user))


def _whole(pk: int) -> AbsenceStatement:
    return AbsenceStatement.objects.select_related(
        "case__person", "case__posting__stationed_at", "case__posting__body__region", "case__team__region__parent",
        "case__unit", "entered_by__person", "step",
    ).get(pk=pk)  # fmt: skip


def _rows(statement: AbsenceStatement) -> list[dict[str, Any]]:
    case = statement.case
    rows = [
        {"label": "哪一天", "value": case.short},
        {"label": "查岗时间、方式", "value": how_words(case)},
        {"label": "当时去向", "value": statement.whereabouts},
        {"label": "原因", "value": statement.reason},
        {"label": "请假手续", "value": statement.papers or "没有写"},
        {"label": "佐证", "value": statement.evidence or "没有写"},
        {"label": "整改", "value": statement.remedy},
    ]
    if statement.state == A.PAPER:
        signed = f"{statement.paper_signer}，{cn_date(statement.paper_on, 'year')}（纸质，见扫描件）"
        rows.append({"label": "签字", "value": signed})
        entered = f"{statement.entered_by} {cn_datetime(statement.written_at)}"
        rows.append({"label": "代录", "value": entered})
    return rows


@access("attendance")
@require_safe
def sheet(http: HttpRequest, pk: int) -> HttpResponse:
    """情况说明 on A4."""
    statement = _whole(_seen(http, pk).pk)
    case = statement.case
    state = sign_offs.card(http.user, words.STATEMENT, statement.pk)
    signature = next(
        (row for each in state.rounds for row in each.signatures.all() if row.decision == "agree"), None
    )
    rule = steps.step_rule(case, statement.step.code)
    context = {
        "statement": statement,
        "case": case,
        "to": "、".join(row.label for row in state.filings) or _addressed(case) or "派出单位",
        "how": how_words(case),
        "station": str(case.posting.stationed_at or case.posting.body.region),
        "signature": signature,
        "signed_how": f"{signature.by}电子签批 {cn_date(signature.at, 'year')}" if signature else "",
        "by_hand": statement.state == A.PAPER,
        "basis": chain.article(rule.clause) if rule else "",
        "now": clock.now(),
        "files": len(attachments.of(words.STATEMENT, statement.pk)),
    }
    return render(http, "attendance/statement_sheet.html", context)


def _addressed(case: AbsenceCase) -> str:
    """Whom the clause has it sent to, by the names they have there."""
    rule = chain.rule_of(case)
    filing = next((each for each in rule.steps if each.form == "filing"), None) if rule else None
    if filing is None:
        return ""
    directory = Directory(case.posting, clock.today())
    return "、".join(
        str(directory.place(party).body) if directory.knows(party) else party_label(party)
        for party in filing.sent_to
    )


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*ABSENCE)
def summary(http: HttpRequest) -> HttpResponse:
    """当月汇总: the cases whose statements are to be sent on by one day, as a table; sent with one button."""
    asked = http.POST if http.method == "POST" else http.GET
    waiting = summaries.summaries_waiting(http.user)
    due = day_or_none(asked.get("due", "")) or min(waiting, default=None)
    refusal: Refused | None = None
    if http.method == "POST":
        try:
            number = summaries.send_summary(
                acting_user=http.user,
                due=due or date(2000, 1, 1),
                seen=[int(text) for text in http.POST.getlist("case") if text.isdecimal() and len(text) < 12],
                text=http.POST.get("text", ""),
            )
        except Refused as refused:
            refusal = refused
        else:
            return redirect(f"{reverse('attendance:absence_summary')}?sent={number}")
        # What made it refuse may be that somebody else has sent some of them meanwhile.
        waiting = summaries.summaries_waiting(http.user)
    rows = waiting.get(due, []) if due else []
    found = {
        row.case_id: row
        for row in AbsenceStatement.objects.filter(
            case__in=[each.case_id for each in rows], state__in=[A.SIGNED, A.PAPER]
        ).order_by("pk")
    }
    sent = http.GET.get("sent", "")
    context = {
        "due": due,
        "rows": [{"step": row, "case": row.case, "statement": found.get(row.case_id)} for row in rows],
        "missing": sum(row.case_id not in found for row in rows),
        "others": [
            {
                "label": f"{day_words(each)}前",
                "url": f"?due={each}",
                "active": each == due,
                "count": len(some),
            }
            for each, some in waiting.items()
        ],
        "sent_to": rows[0].sent_to if rows else "",
        "article": chain.article(rows[0].clause) if rows else "",
        "refusal": refusal,
        "text": http.POST.get("text", ""),
        "sent": sent if sent.isdecimal() and len(sent) < 6 else "",
        "now": clock.now(),
    }
    return render(http, "attendance/absence_summary.html", context, status=refusal.status if refusal else 200)

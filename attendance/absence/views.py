"""缺勤处置: the list, a case with its course, and what each may do next."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.absence import cases, chain, course, selectors, statements, steps, summaries
from attendance.absence.forms import (
    ExplainForm,
    FindForm,
    ListForm,
    ReportForm,
    StepForm,
    WithdrawForm,
    day_or_none,
)
from attendance.absence.models import AbsenceCase, CaseStep
from attendance.absence.powers import Rulebook, powers_of
from attendance.clauses import ABSENCE
from attendance.inspection.authority import may_talk
from attendance.keepers import looked_after_between
from attendance.views import tabs
from core import attachments, clock, web
from core.access import access
from core.errors import Refused
from core.months import bounds, month_asked
from policy.carries import carries
from policy.chains import FORM_LABELS
from teams.models import User
from teams.models.places import path_range
from teams.names import so_named
from teams.scope import scope_of

S = AbsenceCase.State
Form = Any


@access("attendance")
@require_safe
@carries(*ABSENCE)
def absences(http: HttpRequest) -> HttpResponse:
    """The cases the viewer sees, overdue first; a member his own."""
    form = ListForm(http.GET.dict(), http.user)
    rows = _narrowed(http.user, form)
    page = web.page_of(http, rows)
    running = selectors.running_steps([row.pk for row in page.object_list])
    now = clock.now()
    lines = [_line(row, running.get(row.pk, []), now) for row in page.object_list]
    here = reverse("attendance:absences")
    set_now = any(form.chosen(name) for name in ("town", "team", "month", "name"))
    set_now = set_now or (form.chosen("state") or "open") != "open"
    context = {
        "filters": form,
        "page": page,
        "lines": lines,
        "now": now,
        "here": here,
        "clear_url": here if set_now else "",
        "pages": tabs.pages("absences") if scope_of(http.user).sees_others else [],
        "summaries": [
            {"due": due, "number": len(found), "url": f"{reverse('attendance:absence_summary')}?due={due}"}
            for due, found in summaries.summaries_waiting(http.user).items()
        ],
    }
    template = "attendance/absences_rows.html" if web.wants_fragment(http) else "attendance/absences.html"
    return render(http, template, context)


def _narrowed(user: User, form: ListForm) -> QuerySet[AbsenceCase]:
    rows = selectors.in_state(user, form.chosen("state") or "open").for_lists()
    if town := form.chosen("town"):
        low, high = path_range(town)
        rows = rows.filter(team__region__path__gte=low, team__region__path__lt=high)
    if team := form.chosen("team"):
        rows = rows.filter(team=team)
    if month := form.chosen("month"):
        first, last = bounds(month_asked(month, clock.today()))
        rows = rows.filter(day__gte=first, day__lte=last)
    if name := form.chosen("name"):
        rows = so_named(rows, name, "person")
    return rows


def _line(case: AbsenceCase, running: list[CaseStep], now: datetime) -> dict[str, Any]:
    first = running[0] if running else None
    late = any(row.due is not None and row.due < now for row in running)
    kind, label = course.tag(case, late=late)
    return {
        "case": case,
        "status_kind": kind,
        "status_label": label,
        "who": f"{first.label}：{FORM_LABELS[first.form]}" if first else course.waits_for(case),
        "due": next((row.due for row in running if row.due is not None), None),
        "unclocked": first is not None and all(row.due is None for row in running),
    }


@access("attendance")
@require_safe
@carries(*ABSENCE)
def case(http: HttpRequest, pk: int) -> HttpResponse:
    """One case: what is known of the day, its course, and what the viewer may do."""
    return show_case(http, _seen(http, pk))


def _seen(http: HttpRequest, pk: int) -> AbsenceCase:
    return get_object_or_404(AbsenceCase.objects.visible_to(http.user), pk=pk)


def show_case(
    http: HttpRequest, found: AbsenceCase, refusal: Refused | None = None, *, form: Form = None
) -> HttpResponse:
    """The case's present state; with ``refusal`` its sentence and status code, ``form`` keeping what was typed."""
    case = AbsenceCase.objects.for_lists().select_related(
        "posting__body__region", "posting__body__team", "posting__unit", "joined"
    ).get(pk=found.pk)  # fmt: skip
    user, book = http.user, Rulebook(case, clock.today())
    context = course.of(case, book, user)
    context |= {
        "case": case,
        "refusal": refusal,
        "has_errors": refusal is not None and refusal.status == 422,
        "forms": _forms(user, case, book, form),
        "form": form,
        "open_form": form.prefix_id if form is not None else "",
        "files": attachments.rows_of(attachments.of(chain.KIND, case.pk)),
        "now": clock.now(),
        "list_url": reverse("attendance:absences"),
        "own": user.person_id == case.person_id,
        "may_talk": may_talk(user, case),
    }
    return render(http, "attendance/absence_case.html", context, status=refusal.status if refusal else 200)


def _forms(user: User, case: AbsenceCase, book: Rulebook, bound: Form) -> dict[str, Any]:
    """What the viewer may do now, each with its form; the one that was refused keeps what was typed."""
    powers = powers_of(user, case, book)
    found: dict[str, Any] = {}
    if case.state == S.PENDING:
        if powers.explain is not None:
            found["explain"] = ExplainForm()
        if powers.find is not None:
            found["find"] = FindForm(others=_others(case))
            found["starts"] = powers.find.starts
    if case.state == S.UNEXCUSED and case.joined_id is None and powers.withdraw is not None:
        found["withdraw"] = WithdrawForm()
    if case.state == S.UNEXCUSED:
        for row in chain.steps_of(case):
            if row.form == "statement":
                found["state"] = statements.may_state(user, case, row)
                found["paper"] = statements.may_enter_paper(user, case, row) is not None
            elif "step" not in found and steps.may_do(user, case, row) is not None:
                if row.form == "summary" and row.due is not None:
                    continue
                found["step"] = _step_form(case, row, book)
                found["row"] = row
                found["row_label"] = FORM_LABELS[row.form]
    if bound is not None and bound.prefix_id in found:
        found[bound.prefix_id] = bound
    return found


def _step_form(case: AbsenceCase, row: CaseStep, book: Rulebook, *data: Any) -> StepForm:
    rule = steps.step_rule(case, row.code)
    assert rule is not None
    return StepForm(
        *data, step=rule, about=steps.subjects_of(case, rule, book), choices=steps.choices_of(rule)
    )


def _others(case: AbsenceCase) -> list[AbsenceCase]:
    """Other days of the same person that wait, which may be found together."""
    rows = AbsenceCase.objects.filter(person=case.person_id, team=case.team_id, state=S.PENDING)
    return list(rows.exclude(pk=case.pk).order_by("day"))


@access("register")
@require_POST
def explain(http: HttpRequest, pk: int) -> HttpResponse:
    """查明有因."""
    found, form = _seen(http, pk), ExplainForm(http.POST)
    return _done(http, found, form, lambda said: cases.explain(acting_user=http.user, case_id=pk, **said))


@access("register")
@require_POST
def find(http: HttpRequest, pk: int) -> HttpResponse:
    """认定无故不在岗."""
    found = _seen(http, pk)
    form = FindForm(http.POST, others=_others(found))
    return _done(
        http, found, form, lambda said: cases.find_unexcused(acting_user=http.user, case_id=pk, **said)
    )


@access("register")
@require_POST
def withdraw(http: HttpRequest, pk: int) -> HttpResponse:
    """撤销认定."""
    found, form = _seen(http, pk), WithdrawForm(http.POST)
    return _done(
        http, found, form, lambda said: cases.withdraw_finding(acting_user=http.user, case_id=pk, **said)
    )


@access("register")
@require_POST
@carries(*ABSENCE)
def step(http: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one step of the chain."""
    found = AbsenceCase.objects.for_lists().select_related(
        "posting__body__region", "posting__body__team", "posting__unit"
    ).get(pk=_seen(http, pk).pk)  # fmt: skip
    row = found.steps.filter(round=found.round, code=code).first()
    if row is None or steps.step_rule(found, code) is None:
        raise Http404
    form = _step_form(found, row, Rulebook(found, clock.today()), http.POST, http.FILES)

    def do(said: dict[str, Any]) -> None:
        steps.do_step(
            acting_user=http.user,
            case_id=pk,
            code=code,
            text=said["text"],
            measures=form.measures,
            files=said["attachments"],
        )

    return _done(http, found, form, do)


def _done(http: HttpRequest, found: AbsenceCase, form: Form, do: Any) -> HttpResponse:
    """Do it and show what came of it; a refusal beside its field, with everything typed kept."""
    if not form.is_valid():
        return show_case(http, found, Refused("form", "还没有办，先改下面几处"), form=form)
    try:
        do(form.cleaned_data)
    except Refused as refused:
        if refused.status == 422:
            web.refusals_to_form(form, refused)
            return show_case(http, found, refused, form=form)
        return show_case(http, found, refused)
    return redirect(f"{found.get_absolute_url()}?done={form.prefix_id}")


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def report(http: HttpRequest) -> HttpResponse:
    """List a day of somebody as 待核, from the register (``?posting=7&day=2026-11-20``)."""
    asked = http.POST if http.method == "POST" else http.GET
    day = day_or_none(asked.get("day", "")) or clock.today()
    text = asked.get("posting", "")
    if not text.isdecimal() or len(text) > 12:
        raise Http404
    rows = looked_after_between(http.user, day, day).filter(pk=int(text), void=False)
    posting = get_object_or_404(rows.select_related("person", "body"))
    there = AbsenceCase.objects.filter(person=posting.person_id, day=day).first()
    if http.method != "POST" and there is not None:
        return redirect(there.get_absolute_url())
    form = ReportForm(http.POST if http.method == "POST" else None, initial={"day": day})
    status = 200
    if http.method == "POST" and form.is_valid():
        try:
            made = cases.report(acting_user=http.user, posting_id=posting.pk, **form.cleaned_data)
        except Refused as refused:
            web.refusals_to_form(form, refused)
        else:
            return redirect(f"{made.get_absolute_url()}?done=report")
    if form.errors:
        status = 422
    context = {
        "form": form,
        "posting": posting,
        "has_errors": bool(form.errors),
        "back": f"{reverse('attendance:register')}?{urlencode({'team': posting.body_id, 'month': f'{day:%Y-%m}'})}",
    }
    return render(http, "attendance/absence_report.html", context, status=status)

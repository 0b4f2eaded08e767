"""出勤登记表: the list of a month's reports, asking for one, and a workbook."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from attendance import selectors
from attendance.forms import DaysForm
from attendance.reports import day_book
from attendance.reports.building import ask as ask_for
from attendance.reports.building import counties_of
from attendance.reports.models import MonthReport, ReportPart
from attendance.reports.team_book import team_book
from attendance.sheets import MonthSheet
from attendance.views.closed import later_than
from core import audit, clock, web, workbooks
from core.access import access
from core.errors import Declined, Refused
from core.months import bounds, month_asked, month_number, month_words
from policy.calendar import ONE_DAY
from teams.scope import scope_of

#: So far back a team is offered.
ONE_YEAR = 365 * ONE_DAY


@access("register")
@require_safe
def reports(http: HttpRequest) -> HttpResponse:
    """The reports of a month, newest first, each with the workbooks the viewer may have, and how far one has come."""
    today = clock.today()
    month = month_asked(http.GET.get("month", ""), today)
    first, last = bounds(month)
    number = month_number(month)
    parts: dict[int, list[ReportPart]] = {}
    seen = ReportPart.objects.visible_to(http.user).filter(report__month=number)
    for part in seen.defer("workbook", "lines").order_by("path"):
        parts.setdefault(part.report_id, []).append(part)
    counties = counties_of(http.user)
    rows = MonthReport.objects.filter(month=number).select_related("county", "asked_by__person")
    own = [county.pk for county in counties]
    found = [report for report in rows if report.pk in parts or report.county_id in own]
    finals = [report for report in found if report.kind == MonthReport.Kind.FINAL and report.finished_at]
    newest = {report.county_id: report.pk for report in sorted(finals, key=lambda report: report.version)}
    later = _later(http, [report for report in finals if report.pk in newest.values()], month)
    context: dict[str, Any] = {
        "month": month,
        "reports": [
            {
                "report": report,
                "parts": parts.get(report.pk, []),
                "made": len(parts.get(report.pk, [])),
                "later": later.get(report.pk),
            }
            for report in found
            if scope_of(http.user).seen_paths
        ],
        "counties": counties,
        "form_key": web.form_key(),
        "building": any(report.finished_at is None for report in found),
        "before_url": f"?month={first - ONE_DAY:%Y-%m}",
        "after_url": f"?month={last + ONE_DAY:%Y-%m}" if last < today else "",
    }
    return render(http, "attendance/reports.html", context)


def _later(http: HttpRequest, reports: list[MonthReport], month: date) -> dict[int, dict[str, Any]]:
    """Final report → what came after its months were closed, as far as the viewer sees it: opened again, changed."""
    ids = [pk for report in reports for pk in report.sheets]
    sheets = list(MonthSheet.objects.visible_to(http.user).filter(pk__in=ids).for_pages()) if ids else []
    changed = Counter(
        each.line.sheet_id
        for each in later_than([row for row in sheets if row.state == MonthSheet.State.CLOSED], month)
    )
    return {
        report.pk: {
            "reopened": [
                row for row in sheets if row.pk in report.sheets and row.state == MonthSheet.State.REOPENED
            ],
            "changed": [
                (row, changed[row.pk]) for row in sheets if row.pk in report.sheets and changed[row.pk]
            ],
        }
        for report in reports
    }


@access("register")
@require_POST
def ask(http: HttpRequest) -> HttpResponse:
    """Have a provisional report made of what stands now; fields: county, month, form_key."""
    month = month_asked(http.POST.get("month", ""), clock.today())
    county = http.POST.get("county", "")
    try:
        ask_for(
            acting_user=http.user,
            county_id=int(county) if county.isdecimal() and len(county) < 12 else 0,
            month=month,
            form_key=http.POST.get("form_key", "")[:40],
        )
    except Refused as refused:
        return HttpResponse(refused.sentence, status=refused.status)
    return redirect(f"{reverse('attendance:reports')}?month={month:%Y-%m}")


@access("register")
@require_safe
def file(http: HttpRequest, pk: int) -> HttpResponse:
    """One workbook, to whom its place is open; recorded."""
    part = get_object_or_404(ReportPart.objects.visible_to(http.user).select_related("report"), pk=pk)
    report = part.report
    audit.record(
        action="month_report.download",
        actor=http.user,
        subject_kind="month_report",
        subject_id=report.pk,
        after={"month": report.month, "version": report.version},
        place=part.path,
    )
    word = report.get_kind_display()
    name = f"{part.name}{month_words(report.month)}出勤登记表（{word}第{report.version}版）.xlsx"
    return workbooks.response(bytes(part.workbook), name)


@access("register")
@require_safe
def team(http: HttpRequest) -> HttpResponse:
    """The workbook of some teams' month, as far as the viewer sees their register (``?team=7&team=8&month=2026-10``)."""
    asked = http.GET.getlist("team")
    if not all(each.isdecimal() and len(each) < 12 for each in asked):
        raise Http404
    month = month_asked(http.GET.get("month", ""), clock.today())
    try:
        book = team_book(acting_user=http.user, team_ids=[int(each) for each in asked], month=month)
    except Refused as refused:
        return HttpResponse(refused.sentence, status=refused.status)
    return workbooks.response(book.content, book.name)


@access("register")
@require_safe
def days(http: HttpRequest) -> HttpResponse:
    """出勤明细: which days (``?first=2026-11-01&last=2026-11-30``, ``town``), then the workbook; errors beside the fields."""
    today = clock.today()
    teams = selectors.teams_between(http.user, today - ONE_YEAR, today)
    towns = {team.region.town.path: team.region.town.name for team in teams}
    asked = "first" in http.GET or "last" in http.GET
    begun = {"first": today.replace(day=1), "last": today}
    form = DaysForm(http.GET if asked else None, initial=begun, towns=towns)
    if asked and form.is_valid():
        said = form.cleaned_data
        try:
            name, content = day_book.export(
                acting_user=http.user, first=said["first"], last=said["last"], town=said.get("town", "")
            )
        except Declined as refused:
            field = getattr(refused, "field", "")
            form.add_error(field if field in form.fields else None, refused.sentence)
        else:
            return workbooks.response(content, name)
    context = {"form": form, "seen": bool(teams)}
    return render(http, "attendance/days.html", context, status=422 if form.errors else 200)

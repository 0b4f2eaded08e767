"""Writing into the register: from the grid by script, from the list of today, and person by person without script."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import history, selectors
from attendance.derive import standing
from attendance.forms import RowForm
from attendance.grid import Register
from attendance.keepers import kept_teams
from attendance.marks import told_apart
from attendance.models import Fact
from attendance.services import Entry, cells_of, enter
from attendance.sheets import standing_sheets
from attendance.views.register import address
from core import clock, web
from core.access import access
from core.calendar import statutory_calendar
from core.errors import Refused
from core.months import bounds, month_asked, month_number
from core.templatetags.zhubang import cn_date
from policy.attendance import NOTHING_SAID, marks_for, shown
from teams.models import Appointment, Person
from teams.scope import scope_of

_ENTRY = re.compile(r"(\d{1,12}):(\d{1,2}):([a-z_]{1,12}):(\d{1,18})")


@access("register")
@require_POST
def save(http: HttpRequest) -> HttpResponse:
    """Marks for some days of a team; fields: team, month, entry (posting:day:mark:seen), reason.

    The grid's script gets JSON: the lines as they stand now, and which cells were refused with which sentence.
    """
    today = clock.today()
    month = month_asked(http.POST.get("month", ""), today)
    team = http.POST.get("team", "")
    if not team.isdecimal() or len(team) > 12:
        raise Http404
    entries = list(_entries(http.POST.getlist("entry"), month))
    refused: Refused | None = None
    try:
        enter(
            acting_user=http.user,
            team_id=int(team),
            month=month,
            entries=entries,
            reason=http.POST.get("reason", ""),
        )
    except Refused as error:
        refused = error
    if http.headers.get("Accept", "").startswith("application/json"):
        return _as_json(http, int(team), month, entries, refused)
    if refused is not None:
        for each in web.each_refusal(refused):
            messages.error(http, each.sentence)
    else:
        messages.success(http, "已登记")
    kept = kept_teams(http.user).filter(pk=int(team)).first()
    if kept is None:
        raise Http404
    return redirect(f"{address(kept, month)}#today")


def _entries(texts: list[str], month: date) -> Iterator[Entry]:
    last = monthrange(month.year, month.month)[1]
    for text in texts:
        found = _ENTRY.fullmatch(text)
        if found is None or not 1 <= int(found[2]) <= last:
            raise Http404
        yield Entry(
            posting_id=int(found[1]), day=month.replace(day=int(found[2])), mark=found[3], seen=int(found[4])
        )


def _as_json(
    http: HttpRequest, team: int, month: date, entries: list[Entry], refused: Refused | None
) -> JsonResponse:
    ids = {each.posting_id for each in entries}
    first, last = bounds(month)
    rows = [
        row
        for row in Appointment.objects.filter(pk__in=ids, body=team, void=False).select_related(
            "person", "body__region", "unit"
        )
        if row.valid_from <= last and (row.valid_to is None or row.valid_to >= first)
    ]
    book = Register(rows, month, scope_of(http.user).person_id)
    said = [
        {"cell": cell, "code": each.code, "sentence": each.sentence}
        for cell, group in (cells_of(refused) if refused else {}).items()
        for each in group
    ]
    answer = {"rows": [book.changed(row) for row in rows], "refused": said}
    return JsonResponse(answer, status=refused.status if refused else 200)


def posting_seen(http: HttpRequest, pk: int) -> Appointment:
    """The full-time posting of that number, of somebody whose register the viewer sees; else 404."""
    rows = selectors.looked_after_between(http.user, date.min, date.max).filter(pk=pk)
    found = rows.select_related("person", "body__region__parent", "body__team", "unit").first()
    if found is None:
        raise Http404
    return found


@access("register")
@require_safe
def day(http: HttpRequest, pk: int) -> HttpResponse:
    """The history of one cell (``?day=2026-11-05``, today where it names none), beneath the grid."""
    posting = posting_seen(http, pk)
    when = _day_asked(http.GET.get("day", ""))
    if not posting.holds(when):
        raise Http404
    context = {
        "posting": posting,
        "day": when,
        "sayings": history.sayings(http.user, posting.person_id, when),
        "absences": history.absences(http.user, posting.person_id, when),
    }
    return render(http, "attendance/day.html", context)


def _day_asked(text: str) -> date:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"20\d\d-\d\d-\d\d", text) else clock.today()
    except ValueError as error:
        raise Http404 from error


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def row(http: HttpRequest, pk: int) -> HttpResponse:
    """One person's month as a form that needs no script; who may not write sees what stands."""
    posting = posting_seen(http, pk)
    today = clock.today()
    month = month_asked(http.POST.get("month", "") or http.GET.get("month", ""), today)
    _, last = bounds(month)
    people = Person.objects.filter(pk=posting.person_id).values("pk")
    number = month_number(month)
    known = standing(people, [number]).get(posting.person_id, NOTHING_SAID)
    values = known.values
    held = standing_sheets([posting.body_id], number).get(posting.body_id)
    writes = (
        held is None
        and kept_teams(http.user).filter(pk=posting.body_id).exists()
        and posting.person_id != scope_of(http.user).person_id
    )
    calendar = statutory_calendar()
    days: list[tuple[date, str, str]] = []
    for number_ in range(1, last.day + 1):
        when = month.replace(day=number_)
        if when > today or not posting.holds(when):
            continue
        mark = shown(values.get(when, {}), workday=calendar.is_workday(when))
        days.append((when, cn_date(when), f"现在：{mark.label}"))
    team = posting.body.team
    marks = marks_for(told_apart([team], month)[team.pk] if writes else ())
    form = RowForm(http.POST if http.method == "POST" else None, days=days, marks=marks)
    if http.method == "POST" and form.is_valid():
        try:
            facts = _save_row(http, posting, month, form, days)
        except Refused as refused:
            for each in web.each_refusal(refused):
                _, _, which = each.field.partition(":")
                name = "reason" if each.code in ("reason", "reason_long") else f"d{which}"
                form.add_error(name if name in form.fields else None, each.sentence)
        else:
            messages.success(http, "已登记" if facts else "没有改动")
            return redirect(f"{http.path}?month={month:%Y-%m}")
    context = {
        "posting": posting,
        "month": month,
        "form": form,
        "fields": [form[f"d{each[0].day}"] for each in days],
        "seen": http.POST.get("seen", "") or known.newest,
        "writes": writes,
        "held": held,
        "days": days,
        "back_url": address(posting.body.team, month),
    }
    return render(http, "attendance/row.html", context, status=422 if form.errors else 200)


def _save_row(
    http: HttpRequest, posting: Appointment, month: date, form: RowForm, days: list[tuple[date, str, str]]
) -> list[Fact]:
    said: dict[str, Any] = form.cleaned_data
    seen = http.POST.get("seen", "")
    known = int(seen) if seen.isdecimal() and len(seen) < 19 else 0
    return enter(
        acting_user=http.user,
        team_id=posting.body_id,
        month=month,
        reason=said["reason"],
        entries=[
            Entry(posting_id=posting.pk, day=when, mark=said[f"d{when.day}"], seen=known)
            for when, _, _ in days
            if said.get(f"d{when.day}")
        ],
    )

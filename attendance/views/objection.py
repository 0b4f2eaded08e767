"""提出异议 and its answer, both on the page of the person's month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from attendance import objections
from attendance.sheets import MonthObjection
from core import clock
from core.access import access
from core.errors import Refused
from core.months import month_asked, month_number
from teams.models import Person, User
from teams.scope import scope_of


@access("attendance")
@require_POST
def object_to(http: HttpRequest) -> HttpResponse:
    """Say once what is not right in one's own month; fields: month, day (optional), text."""
    month = month_asked(http.POST.get("month", ""), clock.today())
    day = http.POST.get("day", "")
    try:
        objections.object_to(
            acting_user=http.user,
            month=month,
            text=http.POST.get("text", ""),
            day=int(day) if day.isdecimal() and len(day) < 3 else None,
        )
    except Refused as refused:
        messages.error(http, refused.sentence)
    else:
        messages.success(http, "异议已提出，等乡镇答复")
    return redirect(f"{reverse('attendance:mine')}?month={month:%Y-%m}#objection")


@access("register")
@require_POST
def answer(http: HttpRequest, pk: int) -> HttpResponse:
    """Answer an objection; the person reads it on his own page."""
    try:
        found = objections.answer(acting_user=http.user, objection_id=pk, text=http.POST.get("answer", ""))
    except Refused as refused:
        messages.error(http, refused.sentence)
        found = MonthObjection.objects.get(pk=pk)
    else:
        messages.success(http, "已答复，本人会收到消息")
    return redirect(f"{found.get_absolute_url()}#objection")


def shown(user: User, person: Person, month: date, *, own: bool) -> dict[str, Any]:
    """What a page of somebody's month shows of objections."""
    rows = list(
        MonthObjection.objects.filter(person=person, month=month_number(month)).select_related("answered_by")
    )
    may_say = False
    if own and scope_of(user).person_id is not None and month <= clock.today():
        postings = objections.postings_in(person.pk, month)
        version = objections.version_of(postings, month) if postings else 0
        may_say = bool(postings) and all(row.version != version for row in rows)
    answers = next((row for row in rows if row.answered_at is None), None)
    return {
        "objections": rows,
        "may_object": may_say,
        "to_answer": answers if answers and objections.may_answer(user, answers) else None,
    }

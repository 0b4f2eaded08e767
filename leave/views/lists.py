"""Lists of leave: one's own, and that of those one looks after."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django_filters import FilterSet

from core import clock, web
from core.access import access, allows
from leave import balance, consents, selectors
from leave.filters import filtered
from leave.models import LeaveRequest, Phase
from leave.views import words
from policy.days import format_days
from teams.models import User
from teams.scope import scope_of

HINTS = {
    Phase.OVERDUE: "假期已过，办销假",
    Phase.UNDER_WAY: "返岗后办销假",
    Phase.RETURNED: "改好再提交",
    Phase.VOICE: "补办书面手续",
    Phase.PAPER_LATE: "已过期限，补办书面手续",
    Phase.DRAFT: "还没有提交",
}


def listed(http: HttpRequest, filters: FilterSet, here: str) -> dict[str, Any]:
    """A page of what the filters in the address leave, with the way back to all of it."""
    set_now = any(http.GET.get(name) for name in filters.filters)
    return {
        "filters": filters.form,
        "page": web.page_of(http, filters.qs),
        "clear_url": here if set_now else "",
    }


@access("overseer")
@require_safe
def everybody(http: HttpRequest) -> HttpResponse:
    """The leave of those the viewer looks after, newest first, narrowed by filters in the address."""
    context = listed(http, filtered(http), reverse("leave:list"))
    context |= {
        "rows": [
            {
                "request": row,
                "status": selectors.tag(row.phase),
                "span": words.days_between(row.start, row.until),
            }
            for row in context["page"].object_list
        ],
        "views": words.views(http.user, "leave"),
        "may_ask": scope_of(http.user).posting is not None,
        "may_record_paper": allows("clerk", http.user),
        "may_record_voice": _by_voice(http.user),
    }
    return render(http, "leave/list_rows.html" if web.wants_fragment(http) else "leave/list.html", context)


@access("person")
@require_safe
def mine(http: HttpRequest) -> HttpResponse:
    """One's own leave: what is to be done first, then all of it."""
    person, today = http.user.person_id, clock.today()
    posting = scope_of(http.user).posting
    own = LeaveRequest.objects.whole().for_lists().filter(applicant=person)
    todo = selectors.needing_me(person, today)
    page = web.page_of(http, own.exclude(pk__in=[row.pk for row in todo]))
    context = {
        "todo": [_row(row, hint=True) for row in todo],
        "items": [_row(row) for row in page.object_list],
        "page": page,
        "may_ask": posting is not None,
        "may_record_voice": _by_voice(http.user),
        "views": words.views(http.user, "leave"),
        "year": today.year,
        "balances": balance.of_person(posting, today.year) if posting else [],
        "taken": format_days(selectors.halves_of_year(person, today.year)),
    }
    return render(http, "leave/mine_rows.html" if web.wants_fragment(http) else "leave/mine.html", context)


def _by_voice(user: User) -> bool:
    """Does the region of the user's own posting know leave agreed by voice?"""
    posting = scope_of(user).posting
    return posting is not None and consents.voice_days(posting) > 0


def _row(row: LeaveRequest, *, hint: bool = False) -> dict[str, Any]:
    kind, label = selectors.tag(row.phase)
    url = reverse("leave:edit", args=[row.pk]) if row.phase == Phase.DRAFT else row.get_absolute_url()
    return {
        "url": url,
        "name": row.kind_label,
        "post": f"编号 {row.number}" if row.number else "",
        "type": "",
        "days": row.days,
        "span": words.span_words(row.whole),
        "status_kind": kind,
        "status_label": label,
        "note": HINTS.get(Phase(row.phase), "") if hint else "",
    }

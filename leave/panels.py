"""请假记录 on a person's page: as far as the viewer may see the requests, without a reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from core import clock, panels
from core.panels import Panel
from leave import balance, selectors
from leave.balance import Balance
from leave.models import LeaveRequest, OfficialTrip
from leave.views.words import span_words
from teams.models import Appointment, Person
from teams.scope import scope_of

#: Rows of the panel; the rest is in the list.
NEWEST = 5


def leave_of(request: HttpRequest, person: Person) -> Panel | None:
    """The newest requests the viewer may see; none for a team-mate, who has no part in them."""
    rows = (
        LeaveRequest.objects.visible_to(request.user)
        .for_lists()
        .whole()
        .filter(applicant=person)
        .exclude(state=LeaveRequest.State.DRAFT)
    )
    newest = list(rows[:NEWEST])
    own = scope_of(request.user).person_id == person.pk
    if not newest and not own:
        return None
    return Panel(
        title="请假记录",
        template="leave/person_panel.html",
        data={"items": [_item(row) for row in newest], "balances": _balances(person)},
        more_url=_more(request, person, own),
    )


def _balances(person: Person) -> list[Balance]:
    """Of the year, where the person is posted today and his place has set days."""
    today = clock.today()
    posting = (
        Appointment.objects.on(today).full_time().filter(person=person).select_related("body__region").first()
    )
    return balance.of_person(posting, today.year) if posting is not None else []


def _item(row: LeaveRequest) -> dict[str, Any]:
    kind, label = selectors.tag(row.phase)
    return {
        "url": row.get_absolute_url(),
        "name": row.kind_label,
        "post": f"编号 {row.number}",
        "days": row.days,
        "span": span_words(row.whole),
        "status_kind": kind,
        "status_label": label,
    }


def _more(request: HttpRequest, person: Person, own: bool) -> str:
    if own:
        return reverse("leave:mine")
    if not scope_of(request.user).sees_others:
        return ""
    return f"{reverse('leave:list')}?{urlencode({'name': person.name})}"


def trips_of(request: HttpRequest, person: Person) -> Panel | None:
    """The newest trips the viewer may see; nothing where there is none."""
    rows = OfficialTrip.objects.visible_to(request.user).for_lists().filter(traveller=person)[:NEWEST]
    items = []
    for row in rows:
        kind, label = selectors.trip_tag(row.phase)
        items.append(
            {
                "url": row.get_absolute_url(),
                "name": "因公外出",
                "post": f"编号 {row.number}",
                "days": row.days,
                "span": span_words(row.span),
                "status_kind": kind,
                "status_label": label,
            }
        )
    if not items:
        return None
    more = f"{reverse('leave:trips')}?{urlencode({'name': person.name})}"
    return Panel(title="因公外出", template="leave/person_panel.html", data={"items": items}, more_url=more)


panels.register("person", order=11, build=trips_of)
panels.register("person", order=10, build=leave_of)

"""因公外出: the list, the report in one form, and what people do on a trip's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock, web
from core.access import access
from core.errors import Refused
from leave import selectors, standing_in, steps, trips
from leave.clauses import REPORTED
from leave.filters import filtered_trips
from leave.models import OfficialTrip
from leave.trip_forms import TripForm, trip_return_form
from leave.views import words
from leave.views.lists import listed
from leave.views.trip_card import show_trip
from policy.carries import carries
from policy.days import Half
from teams.parties import Directory

#: So far ahead the form names whom one has promised to stand in for.
AHEAD = timedelta(days=60)


@access("serving")
@require_safe
def trip_list(http: HttpRequest) -> HttpResponse:
    """The trips the viewer may see, newest first: a member his own, an overseer those of his people."""
    context = listed(http, filtered_trips(http), reverse("leave:trips"))
    context |= {
        "rows": [
            {
                "trip": row,
                "status": selectors.trip_tag(row.phase),
                "span": words.days_between(row.start, row.end),
            }
            for row in context["page"].object_list
        ],
        "views": words.views(http.user, "trips"),
        "may_report": bool(steps.answers_for(http.user)),
    }
    return render(http, "leave/trip_rows.html" if web.wants_fragment(http) else "leave/trips.html", context)


@access("reporter")
@require_http_methods(["GET", "HEAD", "POST"])
@carries(*REPORTED)
def new_trip(http: HttpRequest) -> HttpResponse:
    """One page: who, when, sent by whom, what for. A captain chooses for whom; himself where he says nothing."""
    postings = steps.answers_for(http.user)
    key = http.POST.get("form_key", "")[:64] or web.form_key()
    if http.method != "POST":
        today = clock.today()
        initial = {"traveller": postings[0].person_id, "going": "county", "start": today, "end": today}
        form = TripForm(postings=postings, initial=initial | {"start_half": "am", "end_half": "pm"})
        return _show_form(http, form, key)
    form = TripForm(http.POST, http.FILES, postings=postings)
    if not form.is_valid():
        return _show_form(http, form, key, 422)
    try:
        trip = trips.report_trip(
            acting_user=http.user,
            person_id=form.cleaned_data["traveller"],
            journey=form.journey(),
            form_key=key,
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _show_form(http, form, key, refused.status)
    return redirect(f"{trip.get_absolute_url()}?reported")


def _show_form(http: HttpRequest, form: TripForm, key: str, status: int = 200) -> HttpResponse:
    posting = steps.answers_for(http.user)[0]
    asked = trips.asked_of(posting, Directory(posting, clock.today()), clock.today())
    today = clock.today()
    promised = standing_in.promises([posting.person_id], today, today + AHEAD).get(posting.person_id, [])
    context: dict[str, Any] = {
        "form": form,
        "form_key": key,
        "bases": words.bases(asked.clauses, ()),
        "promised": f"您答应代{standing_in.promise_words(promised)}的岗；外出占到这几天的，系统会告诉他另作安排"
        if promised
        else "",
    }
    return render(http, "leave/trip_form.html", context, status=status)


@access("person")
@require_safe
def trip(http: HttpRequest, pk: int) -> HttpResponse:
    """The page of one trip."""
    return show_trip(http, get_object_or_404(OfficialTrip.objects.visible_to(http.user), pk=pk))


@access("person")
@require_POST
def acknowledge_trip(http: HttpRequest, pk: int) -> HttpResponse:
    """知悉."""
    try:
        trips.acknowledge_trip(trip_id=pk, acting_user=http.user)
    except Refused as refused:
        return _refused(http, pk, refused)
    return redirect("leave:trip", pk=pk)


@access("person")
@require_POST
def cancel_trip(http: HttpRequest, pk: int) -> HttpResponse:
    """取消 before the trip has begun."""
    try:
        trips.cancel_trip(trip_id=pk, acting_user=http.user)
    except Refused as refused:
        return _refused(http, pk, refused)
    return redirect("leave:trip", pk=pk)


@access("person")
@require_POST
def trip_back(http: HttpRequest, pk: int) -> HttpResponse:
    """确认返岗."""
    found = get_object_or_404(OfficialTrip.objects.visible_to(http.user), pk=pk)
    form = trip_return_form(http.POST)
    if not form.is_valid():
        return show_trip(http, found, Refused("form", "返岗还没有登记，先改下面几处"), returning=form)
    said = form.cleaned_data
    try:
        trips.back_from_trip(
            trip_id=pk,
            acting_user=http.user,
            returned_on=said["returned_on"],
            returned_half=Half(said["returned_half"]),
            note=said["note"],
        )
    except Refused as refused:
        web.refusals_to_form(form, refused)
        return _refused(http, pk, refused, returning=form)
    return redirect("leave:trip", pk=pk)


def _refused(http: HttpRequest, pk: int, refused: Refused, **forms: Any) -> HttpResponse:
    found = OfficialTrip.objects.visible_to(http.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return show_trip(http, found, refused, **forms)

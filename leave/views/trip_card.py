"""A trip's own page: what was reported, to whom, what has become of it, and what the viewer may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import attachments, clock
from core.errors import Refused
from core.templatetags.zhubang import cn_datetime, cn_halfday
from leave import endings, selectors, standing_in, trips
from leave.models import OfficialTrip
from leave.trip_forms import TripReturnForm, trip_return_form
from leave.views import words
from teams.models import User


def show_trip(
    http: HttpRequest,
    trip: OfficialTrip,
    refusal: Refused | None = None,
    *,
    returning: TripReturnForm | None = None,
) -> HttpResponse:
    """The present state of a trip; with ``refusal`` its sentence and status code."""
    trip = (
        OfficialTrip.objects.for_lists()
        .select_related("reported_by__person", "acknowledged_by", "return_recorded_by")
        .get(pk=trip.pk)
    )
    context = _context(http.user, trip, returning)
    bad = returning if returning is not None and returning.errors else None
    context |= {"refusal": refusal, "bad_form": bad, "has_errors": refusal is not None}
    return render(http, "leave/trip.html", context, status=refusal.status if refusal else 200)


def _context(user: User, trip: OfficialTrip, returning: TripReturnForm | None) -> dict[str, Any]:
    today = clock.today()
    kind, label = selectors.trip_tag(trip.phase)
    may_return = (
        trips.allowed(trip, "back") and trip.start <= today and endings.may_record_return(trip.posting, user)
    )
    files = attachments.of(trips.KIND, trip.pk)
    return {
        "trip": trip,
        "own": trip.traveller_id == user.person_id,
        "status_kind": kind,
        "status_label": label,
        "post": f"{trip.posting.body} {trip.posting.post_name}",
        "rows": _rows(trip),
        "files": [
            {
                "name": item.name,
                "url": reverse("core:file", args=[item.pk]),
                "size": item.size,
                "note": cn_datetime(item.added_at),
            }
            for item in files
        ],
        "bases": words.bases(trip.clauses, ()),
        "flow": _flow(trip, today),
        "return_form": (returning or trip_return_form()) if may_return else None,
        "return_early": cn_halfday(trip.end, trip.end_half) if today <= trip.end else "",
        "can_acknowledge": trips.allowed(trip, "acknowledge") and trips.may_acknowledge(trip, user),
        "can_cancel": trips.allowed(trip, "cancel")
        and trip.start > today
        and (trip.traveller_id == user.person_id or trip.reported_by_id == user.pk),
    }


def _rows(trip: OfficialTrip) -> list[words.Row]:
    rows = [
        {"label": "起止", "value": words.span_words(trip.span)},
        {"label": "去向", "value": trip.destination, "note": trip.get_going_display()},
        {"label": "派遣单位", "value": trip.sent_by},
        {"label": "通知文号", "value": trip.document or "—"},
        {"label": "事由", "value": trip.purpose},
        {"label": "派出单位", "value": str(trip.posting.unit) if trip.posting.unit else "—"},
        {"label": "编号", "value": trip.number},
    ]
    promised = standing_in.promised(trip.traveller_id, trip.span) if trip.state in trip.RUNNING else []
    if promised:
        who = standing_in.promise_words(promised)
        rows.append({"label": "代岗", "value": f"这几天答应代{who}的岗", "note": "系统已告诉他另作安排"})
    if trip.returned_on is not None:
        by = f"{trip.return_recorded_by} {cn_datetime(trip.return_recorded_at)} 登记"
        when = cn_halfday(trip.returned_on, trip.returned_half)
        rows.append({"label": "返岗", "value": when, "note": by})
        rows.append({"label": "办理情况", "value": trip.outcome or "—"})
    return rows


def _flow(trip: OfficialTrip, today: Any) -> list[words.Row]:
    """Reported, known of, back: three rows of ``components/flow.html``."""
    by = trip.reported_by
    who = str(by.person) if by.person_id == trip.traveller_id else f"{by.person} 代{trip.traveller}报告"
    rows: list[words.Row] = [
        {"state": "done", "title": "书面报告", "who": who, "at": cn_datetime(trip.reported_at)}
    ]
    named = any(row["kind"] == "named" for row in trip.told)
    names = "、".join(row["label"] for row in trip.told)
    if trip.acknowledged_by is not None:
        at = cn_datetime(trip.acknowledged_at)
        who = f"{trip.acknowledged_by}（{trip.acknowledged_as}）"
        rows.append({"state": "done", "title": "知悉", "who": who, "at": at})
    elif trip.state == trip.State.REPORTED and names:
        title = "报告给" if named else "知会"
        note = "" if named else "文件没有规定由谁确认，知会是本系统的做法"
        rows.append({"state": "now" if named else "later", "title": title, "who": names, "note": note})
    if trip.state == trip.State.CANCELLED:
        return [*rows, {"state": "returned", "title": "已取消"}]
    if trip.state == trip.State.BACK:
        at = cn_datetime(trip.return_recorded_at)
        return [*rows, {"state": "done", "title": "已返岗", "who": str(trip.return_recorded_by), "at": at}]
    last = f"外出到 {cn_halfday(trip.end, trip.end_half)}止"
    state = "now" if trip.start <= today else "later"
    over = trip.end < today
    left = f"{last}，还没有报返岗" if over else last
    return [*rows, {"state": state, "title": "返岗后登记", "who": str(trip.traveller), "left": left}]

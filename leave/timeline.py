"""请假, 因公外出, 返岗 and 值班 on a person's 时间线; no reason of leave stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Min

from core import timeline
from core.months import day_words
from core.templatetags.zhubang import cn_span
from core.timeline import Moment, Source
from leave.models import HolidayRota, LeaveRequest, OfficialTrip, RotaDuty
from leave.selectors import tag, trip_tag
from policy.days import Span
from teams.models import Person, User
from teams.words import Half

S = LeaveRequest.State
Key = tuple[str, int]
LEAVE, TRIP = "leave", "trip"


def _span(span: Span) -> str:
    return cn_span(span.start, span.start_half, span.end, span.end_half)


def _leave(user: User, person: Person) -> Iterable[tuple[date, int]]:
    rows = LeaveRequest.objects.visible_to(user).filter(applicant=person).exclude(state=S.DRAFT)
    return ((day, pk) for pk, day in rows.order_by().values_list("pk", "start"))


def _leaves(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    rows = LeaveRequest.objects.for_lists().filter(pk__in=keys)
    return {row.pk: _moment(row, row.kind_label, row.whole, tag(row.phase)) for row in rows}


def _moment(row: LeaveRequest | OfficialTrip, kind: str, span: Span, status: tuple[str, str]) -> Moment:
    return Moment(
        title=f"{kind} {row.days} 天",
        note=f"{_span(span)}，编号 {row.number}",
        url=row.get_absolute_url(),
        status_kind=status[0],
        status_label=status[1],
    )


def _trip(user: User, person: Person) -> Iterable[tuple[date, int]]:
    rows = OfficialTrip.objects.visible_to(user).filter(traveller=person)
    return ((day, pk) for pk, day in rows.order_by().values_list("pk", "start"))


def _trips(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    rows = OfficialTrip.objects.for_lists().filter(pk__in=keys)
    return {row.pk: _moment(row, "因公外出", row.span, trip_tag(row.phase)) for row in rows}


def _returned(user: User, person: Person) -> Iterable[tuple[date, Key]]:
    leave = LeaveRequest.objects.visible_to(user).filter(applicant=person, extends=None, state=S.BACK)
    trips = OfficialTrip.objects.visible_to(user).filter(traveller=person, state=OfficialTrip.State.BACK)
    for kind, rows in ((LEAVE, leave), (TRIP, trips)):
        for pk, day in rows.order_by().values_list("pk", "returned_on"):
            yield day, (kind, pk)


def _returns(user: User, person: Person, keys: Sequence[Key]) -> Mapping[Key, Moment]:
    ids = {kind: [pk for each, pk in keys if each == kind] for kind in (LEAVE, TRIP)}
    rows = {
        LEAVE: LeaveRequest.objects.select_related("return_recorded_by").in_bulk(ids[LEAVE]),
        TRIP: OfficialTrip.objects.select_related("return_recorded_by").in_bulk(ids[TRIP]),
    }
    found = {}
    for kind, pk in keys:
        row = rows[kind][pk]
        by = "本人" if row.return_recorded_by_id == person.pk else row.return_recorded_by
        what = "销假" if kind == LEAVE else "外出返岗"
        found[kind, pk] = Moment(
            title=f"{Half(row.returned_half).label}返岗（{what}）",
            note=f"{row.kind_label if kind == LEAVE else '因公外出'}，编号 {row.number}，{by}登记",
            url=row.get_absolute_url(),
        )
    return found


def _on_duty(user: User, person: Person) -> Iterable[tuple[date, int]]:
    """By plan, on the first of the person's days in it."""
    seen = HolidayRota.objects.visible_to(user).standing().order_by().values("pk")
    rows = RotaDuty.objects.filter(person=person, day__rota__in=seen).order_by()
    return ((day, pk) for pk, day in rows.values_list("day__rota").annotate(Min("day__day")))


def _duties(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    rows = RotaDuty.objects.filter(person=person, day__rota__in=keys).select_related("day__rota__team")
    days: dict[int, list[date]] = {}
    plans: dict[int, HolidayRota] = {}
    for row in rows.order_by("day__day"):
        days.setdefault(row.day.rota_id, []).append(row.day.day)
        plans[row.day.rota_id] = row.day.rota
    return {
        pk: Moment(
            title=f"{plans[pk].name}值班 {len(days[pk])} 天",
            note="、".join(day_words(day) for day in days[pk]),
            url=plans[pk].get_absolute_url(),
        )
        for pk in days
    }


timeline.register(Source(kind="leave", label="请假", dates=_leave, moments=_leaves))
timeline.register(Source(kind="trip", label="因公外出", dates=_trip, moments=_trips))
timeline.register(Source(kind="return", label="返岗", dates=_returned, moments=_returns))
timeline.register(Source(kind="rota", label="值班", dates=_on_duty, moments=_duties))

"""Whose absences a viewer meets on 谁不在岗, and where he may open the leave or trip behind one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear

from core import clock
from core.months import month_number
from leave.models import LeaveRequest, OfficialTrip
from policy.days import Span
from teams.models import Appointment, Away, DispatchingUnit, Team, User
from teams.models.dated import in_force
from teams.scope import scope_of
from teams.words import AwayKind

Source = tuple[str, int]


def postings(user: User, first: date, last: date) -> QuerySet[Appointment]:
    """The full-time postings of those days that the viewer sees, by place, unit and pinyin, never by how often away.

    His own, those he looks after, and those of his present team-mates: a former one is nobody's business any more.
    """
    scope = scope_of(user)
    looked_after = (
        scope.places_q("body__region__path")
        | Q(body__in=scope.seen_team_ids)
        | Q(unit__in=scope.seen_unit_ids)
    )
    mates = Q(body__in=scope.own_team_ids) & in_force(clock.today())
    return (
        Appointment.objects.visible_to(user)
        .full_time()
        .filter(Q(person=scope.person_id) | looked_after | mates)
        .filter(Q(valid_to=None) | Q(valid_to__gte=first), valid_from__lte=last)
        .select_related("person", "body__region", "unit")
        .order_by("body__region__path", "body", "unit__pinyin", "person__pinyin", "pk")
    )


def looked_after(user: User, first: date, last: date) -> QuerySet[Appointment]:
    """The same without team-mates: only those the viewer's posts, or a grant, put under his eyes."""
    scope = scope_of(user)
    return postings(user, first, last).filter(
        scope.places_q("body__region__path")
        | Q(body__in=scope.seen_team_ids)
        | Q(unit__in=scope.seen_unit_ids)
    )


def teams_of(rows: QuerySet[Appointment]) -> QuerySet[Team]:
    """The teams of these postings, by place."""
    return (
        Team.objects.filter(pk__in=rows.order_by().values("body"))
        .select_related("region__parent")
        .order_by("region__path", "pk")
    )


def units_of(rows: QuerySet[Appointment]) -> QuerySet[DispatchingUnit]:
    """The units that sent these people, by pinyin."""
    return DispatchingUnit.objects.filter(pk__in=rows.order_by().values("unit")).order_by("pinyin", "pk")


def days_q(first: date, last: date) -> Q:
    """Half-days from ``first`` to ``last``, as :class:`Away` keeps them."""
    query = Q(pk__in=[])
    for part in Span(first, "am", last, "pm").by_month():
        month = month_number(part.start)
        query |= Q(month=month, day__gte=part.start.day, day__lte=part.end.day)
    return query


def months_q(first: date, last: date) -> Q:
    """Half-days in the months from ``first`` to ``last``, both months whole: for stretches longer than a year too."""
    return Q(month__gte=month_number(first), month__lte=month_number(last))


def away_in(rows: QuerySet[Appointment], first: date, last: date) -> QuerySet[Appointment]:
    """Those of the postings whose person is away, or has asked to be, on one of the days on which he serves there."""
    away = Away.objects.filter(days_q(first, last), person=OuterRef("person")).annotate(
        on=F("month") * Value(100) + F("day")
    )
    return rows.annotate(
        since_on=_as_number("valid_from"), until_on=Coalesce(_as_number("valid_to"), Value(99999999))
    ).filter(Exists(away.filter(on__gte=OuterRef("since_on"), on__lte=OuterRef("until_on"))))


def _as_number(column: str) -> Combinable:
    """A date as Away counts days: 20261124."""
    return ExtractYear(column) * Value(10000) + ExtractMonth(column) * Value(100) + ExtractDay(column)


def halves(people: Collection[int], first: date, last: date) -> Iterable[Away]:
    """The half-days away of these people between two days, in order; one query."""
    return Away.objects.filter(days_q(first, last), person__in=people).order_by(
        "person", "month", "day", "half"
    )


def opened(user: User, sources: Collection[Source]) -> set[Source]:
    """Those of the leave requests and trips that the viewer may open; one query, none for none."""
    if not sources:
        return set()
    wanted = {kind: [pk for each, pk in sources if each == kind] for kind in AwayKind.values}

    def of(rows: QuerySet, kind: AwayKind) -> QuerySet:
        named = rows.filter(pk__in=wanted[kind]).order_by()
        return named.annotate(what=Value(kind.value, output_field=CharField())).values_list("what", "pk")

    leave = of(LeaveRequest.objects.visible_to(user), AwayKind.LEAVE)
    return set(leave.union(of(OfficialTrip.objects.visible_to(user), AwayKind.TRIP), all=True))


def stand_ins(sources: Collection[Source]) -> dict[int, str]:
    """Leave request → the name of who stands in; one query, none for none."""
    leave = [pk for kind, pk in sources if kind == AwayKind.LEAVE]
    if not leave:
        return {}
    rows = LeaveRequest.objects.filter(pk__in=leave, stand_in__isnull=False)
    return dict(rows.values_list("pk", "stand_in__name"))

"""请销假台账: leave and trips as one register, in the order in which they begin. No reason and no telephone is in it.

Clause: zhumadian-16-register. A leave stands in the period in which it begins, so that the months of a year add up;
an extension is part of the leave it extends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet, Sum, Value
from django.utils import timezone

from approvals.models import Filing, Signature, SignOff
from leave import selectors
from leave.ledger_form import Wanted
from leave.models import Consent, LeaveRequest, LeaveRequestQuerySet, OfficialTrip, OfficialTripQuerySet
from leave.steps import KIND
from policy.days import format_days
from teams.models import User

S = LeaveRequest.State
#: Leave that holds: its days are counted in the total.
HOLDS = (S.APPROVED, S.BACK, S.VOICE)
LEAVE_ROW, TRIP_ROW = "leave", "trip"
TRIP_COLUMNS = ("acknowledged_by", "posting__stationed_at")
HALVES = {"am": "上午", "pm": "下午"}


@dataclass(frozen=True)
class Line:
    """One line of the register, in words; ``decided_by`` has one entry for each who decided, with his capacity."""

    number: str
    name: str = ""
    place: str = ""
    unit: str = ""
    kind: str = ""
    start: str = ""
    end: str = ""
    halves: int = 0
    decided_by: tuple[str, ...] = ()
    decided_at: str = ""
    filed: str = ""
    back: str = ""
    back_at: str = ""
    status: tuple[str, str] = ("", "")
    url: str = ""

    @property
    def days(self) -> str:
        return format_days(self.halves)


@dataclass(frozen=True)
class Totals:
    """Of everything the filters leave: how many lines, and the days of what holds, in halves."""

    lines: int
    leaves: int
    leave_halves: int
    trips: int
    trip_halves: int

    @property
    def words(self) -> str:
        leave = f"请假 {self.leaves} 件（已批准的离岗 {format_days(self.leave_halves)} 天）"
        trips = f"因公外出 {self.trips} 件（{format_days(self.trip_halves)} 天）"
        return f"共 {self.lines} 件：{leave}，{trips}"


@dataclass(frozen=True)
class Ledger:
    """What one viewer asked for: leave and trips of his scope, narrowed alike."""

    leave: LeaveRequestQuerySet
    trips: OfficialTripQuerySet

    def keys(self) -> QuerySet[Any, Any]:
        """(kind, id) of every line in its order: by beginning, then by number."""
        columns = ("row", "pk", "start", "start_half", "number")
        leave = self.leave.order_by().annotate(row=Value(LEAVE_ROW, CharField())).values_list(*columns)
        trips = self.trips.order_by().annotate(row=Value(TRIP_ROW, CharField())).values_list(*columns)
        return leave.union(trips, all=True).order_by("start", "start_half", "number", "row", "pk")

    def totals(self) -> Totals:
        """Three questions, whatever the number of lines."""
        standing = self.leave.filter(state__in=HOLDS)
        extensions = LeaveRequest.objects.order_by().filter(
            extends__in=standing.order_by().values("pk"), state__in=(S.APPROVED, S.BACK)
        )
        leave = self.leave.order_by().aggregate(
            number=Count("pk"), halves=Sum("absence_halves", filter=Q(state__in=HOLDS))
        )
        more = extensions.aggregate(halves=Sum("absence_halves"))["halves"] or 0
        gone = ~Q(state=OfficialTrip.State.CANCELLED)
        trips = self.trips.order_by().aggregate(number=Count("pk"), halves=Sum("halves", filter=gone))
        return Totals(
            leave["number"] + trips["number"],
            leave["number"],
            (leave["halves"] or 0) + more,
            trips["number"],
            trips["halves"] or 0,
        )


def ledger_of(user: User, wanted: Wanted) -> Ledger:
    """The register as the viewer may read it. A draft is in no register."""
    leave = LeaveRequest.objects.visible_to(user).whole().exclude(state=S.DRAFT)
    trips = OfficialTrip.objects.visible_to(user)
    return Ledger(wanted.of_leave(leave), wanted.of_trips(trips))


@dataclass
class _Beside:
    """What stands beside the requests of some lines, by the first leave's id."""

    signed: dict[int, list[Signature]] = field(default_factory=lambda: defaultdict(list))
    filed: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    consents: dict[int, Consent] = field(default_factory=dict)


def lines_of(keys: Collection[tuple[Any, ...]]) -> list[Line]:
    """The lines of these keys, in their order; seven questions, whatever their number."""
    leave_ids = [key[1] for key in keys if key[0] == LEAVE_ROW]
    trip_ids = [key[1] for key in keys if key[0] == TRIP_ROW]
    requests = LeaveRequest.objects.for_lists().in_bulk(leave_ids)
    trips = OfficialTrip.objects.for_lists().select_related(*TRIP_COLUMNS).in_bulk(trip_ids)
    beside = _beside(leave_ids)
    return [
        _leave_line(requests[key[1]], beside) if key[0] == LEAVE_ROW else _trip_line(trips[key[1]])
        for key in keys
    ]


def _beside(ids: list[int]) -> _Beside:
    extensions = LeaveRequest.objects.order_by().filter(extends__in=ids, state__in=(S.APPROVED, S.BACK))
    first = {pk: pk for pk in ids} | dict(extensions.values_list("pk", "extends"))
    found = _Beside()
    signatures = Signature.objects.filter(
        sign_off__subject_kind=KIND,
        sign_off__subject_id__in=list(first),
        sign_off__state__in=(SignOff.State.AGREED, SignOff.State.REFUSED),
        decision__in=(Signature.Decision.AGREE, Signature.Decision.REFUSE),
    ).select_related("signer", "sign_off")
    for row in signatures.order_by("at", "pk"):
        found.signed[first[row.sign_off.subject_id]].append(row)
    filings = Filing.objects.filter(subject_kind=KIND, subject_id__in=list(first), kind=Filing.Kind.FILING)
    for filing in filings.order_by("pk"):
        found.filed[first[filing.subject_id]].append(filing.label)
    found.consents = {row.request_id: row for row in Consent.objects.filter(request__in=ids)}
    return found


def _leave_line(row: LeaveRequest, beside: _Beside) -> Line:
    signed, consent = beside.signed[row.pk], beside.consents.get(row.pk)
    deciders = [_outside(consent)] if consent else []
    deciders += [_decider(each, row.pk) for each in signed]
    moments = [cn_moment(each.at) for each in signed]
    if consent is not None:
        moments.insert(0, f"{consent.given_on:%Y-%m-%d}")
    back = row.state == S.BACK
    return Line(
        number=row.number,
        name=row.applicant.name,
        place=place_of(row),
        unit=str(row.posting.unit or ""),
        kind=row.kind_label,
        start=_half(row.start, row.start_half),
        end=_half(row.until, row.until_half),
        halves=row.whole.halves if row.is_extended else row.absence_halves,
        decided_by=tuple(dict.fromkeys(deciders)),
        decided_at=moments[-1] if moments else "",
        filed="、".join(dict.fromkeys(beside.filed[row.pk])),
        back=_half(row.returned_on, row.returned_half) if back else "",
        back_at=cn_moment(row.return_recorded_at) if back else "",
        status=selectors.tag(row.phase),
        url=row.get_absolute_url(),
    )


def _trip_line(row: OfficialTrip) -> Line:
    known = (f"知悉：{row.acknowledged_by}（{row.acknowledged_as}）",) if row.acknowledged_by else ()
    back = row.state == OfficialTrip.State.BACK
    return Line(
        number=row.number,
        name=row.traveller.name,
        place=place_of(row),
        unit=str(row.posting.unit or ""),
        kind="因公外出",
        start=_half(row.start, row.start_half),
        end=_half(row.end, row.end_half),
        halves=row.halves,
        decided_by=known,
        decided_at=cn_moment(row.acknowledged_at),
        filed="、".join(each["label"] for each in row.told if each["kind"] == "named"),
        back=_half(row.returned_on, row.returned_half) if back else "",
        back_at=cn_moment(row.return_recorded_at) if back else "",
        status=selectors.trip_tag(row.phase),
        url=row.get_absolute_url(),
    )


def place_of(row: LeaveRequest | OfficialTrip) -> str:
    """The team, and the village where somebody is stationed."""
    stationed = row.posting.stationed_at if row.posting.stationed_at_id else None
    return f"{row.posting.body}（{stationed.name}）" if stationed else str(row.posting.body)


def _decider(signature: Signature, first_id: int) -> str:
    said = ""
    if signature.sign_off.subject_id != first_id:
        said = "续假："
    elif signature.decision == Signature.Decision.REFUSE:
        said = "不同意："
    return f"{said}{signature.by}"


def _outside(consent: Consent) -> str:
    """Who agreed by voice or on paper; plainly no signature."""
    return f"{consent.get_kind_display()}：{consent.given_by}（{consent.given_post}）"


def _half(day: date | None, half: str) -> str:
    return f"{day:%Y-%m-%d} {HALVES[half]}" if day else ""


def cn_moment(moment: datetime | None) -> str:
    """``2026-11-19 10:05``; empty for none."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""

"""Driving the verbs the way people do: ask, sign, come back. Tests read as the day they describe."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from approvals import services as sign_offs
from approvals.models import Signature, SignOff
from core import clock
from core.months import month_number
from leave import endings, links, trips
from leave import services as leave
from leave.checks import Wish
from leave.models import LeaveRequest, OfficialTrip
from policy.days import Half, Span
from teams.grants import give_grant
from teams.models import Away, Grant
from tests.cast import World

#: An ordinary Monday: the week that follows has no holiday, Saturday 28 and Sunday 29 are rest days.
MONDAY = date(2026, 11, 23)
#: Where leave starts unless a test says otherwise: the Monday after.
NEXT_MONDAY = date(2026, 11, 30)


def key() -> str:
    """A fresh key, as a page would carry."""
    return uuid.uuid4().hex


def wish(days: float = 1, *, start: date = NEXT_MONDAY, half: str = "am", **changes: Any) -> Wish:
    """A complete wish of ``days`` calendar days from ``start``."""
    span = Span.of_halves(start, int(days * 2), Half(half))
    fields: dict[str, Any] = {
        "type": "personal",
        "start": span.start,
        "start_half": str(span.start_half),
        "end": span.end,
        "end_half": str(span.end_half),
        "destination": "广州市天河区",
        "reason": "家中有事",
        "contact": "13800138000",
    }
    return Wish(**{**fields, **changes})


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.set(MONDAY)

    def __call__(self) -> datetime:
        return self.moment

    def set(self, day: date, hour: int = 9, minute: int = 0) -> None:
        self.moment = clock.at(day, hour, minute)


@dataclass
class Drive:
    """The verbs under short names, on one world. Users are loaded anew for each call, as a request would."""

    world: World

    def save(
        self, who: str, days: float = 1, *, form_key: str | None = None, files: Any = (), **changes: Any
    ) -> LeaveRequest:
        return leave.save_draft(
            acting_user=self.world.user(who),
            wish=wish(days, **changes),
            form_key=form_key or key(),
            files=files,
        )

    def edit(self, who: str, request: LeaveRequest, days: float, **changes: Any) -> LeaveRequest:
        return leave.save_draft(
            acting_user=self.world.user(who),
            wish=wish(days, **changes),
            form_key=key(),
            request_id=request.pk,
            revision=now(request).revision,
        )

    def submit(self, who: str, request: LeaveRequest, submit_key: str | None = None) -> LeaveRequest:
        return leave.submit(
            request_id=request.pk,
            acting_user=self.world.user(who),
            revision=now(request).revision,
            submit_key=submit_key or key(),
        )

    def ask(self, who: str, days: float = 1, **changes: Any) -> LeaveRequest:
        """Fill in and submit."""
        return self.submit(who, self.save(who, days, **changes))

    def extend(self, who: str, request: LeaveRequest, days: float = 1, **changes: Any) -> LeaveRequest:
        """Ask for so many more days of an approved leave."""
        start, half = links.next_half(now(request))
        return self.ask(who, days, start=start, half=str(half), extends_id=request.pk, **changes)

    def change(self, who: str, request: LeaveRequest, days: float, **changes: Any) -> LeaveRequest:
        """Ask for another plan in place of an approved one."""
        return self.ask(who, days, replaces_id=request.pk, **changes)

    def travel(
        self, who: str, days: float = 1, *, by: str = "", start: date = NEXT_MONDAY, **changes: Any
    ) -> OfficialTrip:
        """Report an official trip, by the person himself unless ``by`` names his captain."""
        span = Span.of_halves(start, int(days * 2))
        fields: dict[str, Any] = {
            "start": span.start,
            "start_half": str(span.start_half),
            "end": span.end,
            "end_half": str(span.end_half),
            "sent_by": "县乡村振兴局",
            "purpose": "参加业务培训",
            "destination": "揭阳市榕城区",
        }
        return trips.report_trip(
            acting_user=self.world.user(by or who),
            person_id=self.world.human(who).pk,
            journey=trips.Journey(**{**fields, **changes}),
            form_key=key(),
        )

    def sign(
        self,
        who: str,
        request: LeaveRequest,
        decision: str = "agree",
        note: str = "",
        *,
        page_hash: str | None = None,
        request_key: str | None = None,
    ) -> Signature:
        """Sign the newest round, on the content its page shows."""
        sign_off = newest(request)
        return sign_offs.sign(
            sign_off_id=sign_off.pk,
            acting_user=self.world.user(who),
            decision=decision,
            page_hash=sign_off.content_hash if page_hash is None else page_hash,
            request_key=request_key or key(),
            note=note,
        )

    def assign(
        self,
        who: str,
        request: LeaveRequest,
        *parties: str,
        together: bool = False,
        reason: str = "按县里以往的做法",
        page_hash: str | None = None,
        request_key: str | None = None,
    ) -> SignOff:
        return leave.assign_deciders(
            request_id=request.pk,
            acting_user=self.world.user(who),
            parties=list(parties),
            together=together,
            reason=reason,
            page_hash=newest(request).content_hash if page_hash is None else page_hash,
            request_key=request_key or key(),
        )

    def grant(
        self, who: str, target: Any, days: int = 30, *, start: date = MONDAY, by: str = "pn_security"
    ) -> Grant:
        """Sight of a region or body for some days."""
        return give_grant(
            user_id=self.world.users[who].pk,
            target=target,
            purpose="assistance",
            why="协助核对名册",
            document="普办函〔2026〕8号",
            valid_from=start,
            valid_to=start + timedelta(days=days - 1),
            acting_user=self.world.user(by),
        )

    def withdraw(self, who: str, request: LeaveRequest) -> LeaveRequest:
        return leave.withdraw(request_id=request.pk, acting_user=self.world.user(who))

    def cancel(self, who: str, request: LeaveRequest) -> LeaveRequest:
        return endings.cancel(request_id=request.pk, acting_user=self.world.user(who))

    def back(
        self, who: str, request: LeaveRequest, day: date, half: str = "am", note: str = ""
    ) -> LeaveRequest:
        return endings.report_back(
            request_id=request.pk,
            acting_user=self.world.user(who),
            returned_on=day,
            returned_half=half,
            note=note,
        )

    def is_away(self, who: str, first: date, days: int = 1) -> None:
        """Put a person firmly away on whole days, as an approved trip would."""
        Away.objects.bulk_create(
            Away(
                person=self.world.human(who),
                month=month_number(day),
                day=day.day,
                half=half,
                kind="trip",
                source_id=0,
                firm=True,
            )
            for day in (first + timedelta(days=n) for n in range(days))
            for half in ("am", "pm")
        )


def now(request: LeaveRequest) -> LeaveRequest:
    """The request as it stands in the database."""
    return LeaveRequest.objects.get(pk=request.pk)


def newest(request: LeaveRequest) -> SignOff:
    """The newest round of decisions on the request."""
    return SignOff.objects.filter(subject_kind="leave", subject_id=request.pk).latest("round")


def route(request: LeaveRequest) -> list[tuple[str, list[str]]]:
    """The newest round's steps: need and the parties asked, in the clause's own words."""
    seats = list(newest(request).seats.order_by("step", "pk"))
    return [
        (
            next(seat.need for seat in seats if seat.step == step),
            [seat.party for seat in seats if seat.step == step],
        )
        for step in sorted({seat.step for seat in seats})
    ]


def away_halves(request: LeaveRequest) -> list[tuple[int, int, str, bool]]:
    """The half-days the request holds: (month, day, half, firm), in order."""
    rows = Away.objects.filter(kind="leave", source_id=request.pk).order_by("month", "day", "half")
    return list(rows.values_list("month", "day", "half", "firm"))

"""Requests that wait for a decision longer than their county finds right: who decides is reminded, then others are told.

Being told changes nothing: the decision stays with whom the clause names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from approvals.desk import Authority, Desk
from approvals.models import Deadline, Seat, SignOff
from core import clock
from core.calendar import statutory_calendar
from core.notices import Word
from leave.models import LeaveRequest
from rules.settings import InForce

KIND = "leave"
REMIND, ESCALATE = "leave.remind_after_days", "leave.escalate_after_days"
#: Sign-offs looked at together; each bundle costs the same few queries.
BUNDLE = 500


@dataclass(frozen=True)
class Slow:
    """A request whose present step has waited so many working days."""

    request: LeaveRequest
    seats: list[Seat]
    days: int
    settings: InForce

    @property
    def step(self) -> str:
        """Which step of which round waits; the same as long as it does, whoever of its deciders is left."""
        return f"{self.seats[0].sign_off_id}.{self.seats[0].step}"

    def due(self, key: str) -> bool:
        """Has the county's number of working days passed? 0 is never."""
        after = self.settings.at(self.request.posting.body.region.path, key)
        return 0 < after <= self.days


def words() -> list[Word]:
    """What is to be said today. The keys name the step, so each person hears of it once, whenever this runs."""
    said: list[Word] = []
    for bundle, desk in _bundles(clock.today()):
        for slow in bundle:
            if slow.due(REMIND):
                said.append(_reminder(slow, desk))
            if slow.due(ESCALATE):
                said += _escalation(slow, desk)
    return [word for word in said if word.users]


def _bundles(today: date) -> Iterator[tuple[list[Slow], Desk]]:
    """What has waited at least one working day, some hundred at a time, each with the desk that knows who may act."""
    calendar, settings = statutory_calendar(), InForce()
    running = Deadline.objects.filter(
        kind="decide", subject_kind=KIND, met__isnull=True, started__lt=clock.at(today, 0)
    )
    deadlines = list(running.each_once().order_by("pk"))
    for start in range(0, len(deadlines), BUNDLE):
        some = {row.subject_id: row for row in deadlines[start : start + BUNDLE]}
        seats = _seats(some)
        desk = Desk([seat for each in seats.values() for seat in each])
        requests = LeaveRequest.objects.select_related("applicant__user", "posting__body__region")
        bundle = []
        for pk, request in sorted(requests.in_bulk(seats).items()):
            asked = timezone.localtime(some[pk].started).date()
            days = calendar.count_workdays(asked, today) - calendar.is_workday(asked)
            bundle.append(Slow(request, seats[pk], days, settings))
        yield bundle, desk


def _seats(subjects: dict[int, Deadline]) -> dict[int, list[Seat]]:
    """Request → the unsigned seats of its present step."""
    rows = Seat.objects.filter(
        sign_off__subject_kind=KIND,
        sign_off__subject_id__in=subjects,
        sign_off__state=SignOff.State.OPEN,
        signature__isnull=True,
    )
    found: dict[int, list[Seat]] = defaultdict(list)
    for seat in rows.select_related("sign_off", "body").prefetch_related("upward").order_by("pk"):
        if seat.step == seat.sign_off.step:
            found[seat.sign_off.subject_id].append(seat)
    return found


def _reminder(slow: Slow, desk: Desk) -> Word:
    return Word(
        users={user for seat in slow.seats for user in desk.users(seat)},
        title=f"还在等您办理：{slow.request}，已等 {slow.days} 个工作日",
        key=f"{KIND}:{slow.request.pk}:waits:{slow.step}",
        url=slow.request.get_absolute_url(),
        subject_kind=KIND,
        subject_id=slow.request.pk,
    )


def _escalation(slow: Slow, desk: Desk) -> list[Word]:
    """Who acts for the decider or stands above him, and the applicant; not those who may decide themselves."""
    request = slow.request
    deciding = {user for seat in slow.seats for user in desk.users(seat)}
    helping = _users(item for seat in slow.seats for item in desk.behind(seat))
    who = "、".join(desk.names(seat) for seat in slow.seats)
    user = getattr(request.applicant, "user", None)
    common = {"url": request.get_absolute_url(), "subject_kind": KIND, "subject_id": request.pk}
    key = f"{KIND}:{request.pk}:slow:{slow.step}"
    return [
        Word(
            users=helping - deciding,
            title=f"{request}已等 {slow.days} 个工作日，还没有批",
            body=f"现在由{who}办理。请提醒一下，仍由他批。",
            key=key,
            **common,
        ),
        Word(
            users={user.pk} if user is not None and user.is_active else set(),
            title=f"您的{request.kind_and_days}已等 {slow.days} 个工作日，还没有批",
            body=f"现在由{who}办理。",
            key=key,
            **common,
        ),
    ]


def _users(found: Iterable[Authority]) -> set[int]:
    people = [item.appointment.person for item in found]
    return {person.user.pk for person in people if hasattr(person, "user") and person.user.is_active}

"""Clocks on subjects: set when something starts to wait, met when it is done."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone

from approvals.models import Deadline, Seat, SignOff
from core import clock
from core.calendar import statutory_calendar
from teams.models import Person

#: Our own courtesy, in no document: a decision should come by the end of the next working day.
CLOSE_OF_DAY = time(17, 30)


def start_decision(sign_off: SignOff, seat: Seat) -> Deadline:
    """The decider has until 17:30 of the next working day; it reminds, it never decides."""
    started = clock.now()
    day = statutory_calendar().next_workday(timezone.localtime(started).date())
    due = timezone.make_aware(datetime.combine(day, CLOSE_OF_DAY))
    return Deadline.objects.create(
        kind="decide",
        subject_kind=sign_off.subject_kind,
        subject_id=sign_off.subject_id,
        post=seat.post,
        body_id=seat.body_id,
        started=started,
        due=due,
    )


def start_own(
    *, kind: str, subject_kind: str, subject_id: int, person: Person, due: datetime, clause: str = ""
) -> Deadline:
    """A clock on a person's own duty, e.g. 销假 by the end of leave."""
    return Deadline.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        person=person,
        clause=clause,
        started=min(clock.now(), due),
        due=due,
    )


def start_duty(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    started: datetime,
    due: datetime,
    clause: str,
    post: str = "",
    body_id: int | None = None,
    person_id: int | None = None,
) -> Deadline:
    """The clock of a duty that a clause gives to a post of a body, or to a person: by when it is to be done."""
    return Deadline.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        clause=clause,
        post=post,
        body_id=body_id,
        person_id=person_id,
        started=started,
        due=max(started, due),
    )


def meet(kind: str, subject_kind: str, subject_id: int) -> None:
    """The thing was done, or fell away: stop its clock. Nothing happens when none runs."""
    Deadline.objects.filter(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, met__isnull=True
    ).update(met=clock.now())


def postpone(kind: str, subject_kind: str, subject_id: int, due: datetime) -> None:
    """The running clock runs until another moment: what it waits for has got more time, or less."""
    running = Deadline.objects.filter(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, met__isnull=True
    )
    for deadline in running:
        deadline.due = max(deadline.started, due)
        deadline.save(update_fields=["due"])

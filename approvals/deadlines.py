"""Clocks on subjects: set when something starts to wait, met when it is done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from approvals.models import Deadline, Seat, SignOff
from core import clock
from core.calendar import statutory_calendar
from teams.holders import Pair
from teams.models import Person

#: Our own courtesy, in no document: a decision should come by the end of the next working day.
CLOSE_OF_DAY = time(17, 30)


def start_decision(sign_off: SignOff, seats: Iterable[Seat]) -> None:
    """The deciders of a step have until 17:30 of the next working day; it reminds, it never decides."""
    started = clock.now()
    day = statutory_calendar().next_workday(timezone.localtime(started).date())
    due = timezone.make_aware(datetime.combine(day, CLOSE_OF_DAY))
    _start(
        [(seat.post, seat.body_id) for seat in seats],
        kind="decide",
        subject_kind=sign_off.subject_kind,
        subject_id=sign_off.subject_id,
        started=started,
        due=due,
    )


def _start(pairs: Iterable[Pair], **clock_of: object) -> None:
    """The same clock for each of the posts, once; one statement."""
    Deadline.objects.bulk_create(
        Deadline(post=post, body_id=body, share=share, **clock_of)
        for share, (post, body) in enumerate(dict.fromkeys(pairs))
    )


def start_own(
    *,
    kind: str,
    subject_kind: str,
    subject_id: int,
    person: Person,
    due: datetime,
    clause: str = "",
    started: datetime | None = None,
) -> Deadline:
    """A clock on a person's own duty, e.g. 销假 by the end of leave; it runs from now where nothing else is said."""
    return Deadline.objects.create(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        person=person,
        clause=clause,
        started=min(started or clock.now(), due),
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
    pairs: Iterable[Pair],
) -> None:
    """The clock of a duty that a clause gives to a post of a body, or to two together: by when it is to be done."""
    _start(
        pairs,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        clause=clause,
        started=started,
        due=max(started, due),
    )


def meet(kind: str, subject_kind: str, subject_id: int) -> None:
    """The thing was done, or fell away: stop its clock for all who share it. Nothing happens when none runs."""
    _running(kind, subject_kind, subject_id).update(met=clock.now())


def meet_share(sign_off: SignOff, seat: Seat) -> None:
    """One of several who decide together has: his clock stops, the others' run on."""
    rows = _running("decide", sign_off.subject_kind, sign_off.subject_id)
    rows.filter(post=seat.post, body=seat.body_id).update(met=clock.now())


def _running(kind: str, subject_kind: str, subject_id: int) -> QuerySet[Deadline]:
    return Deadline.objects.filter(
        kind=kind, subject_kind=subject_kind, subject_id=subject_id, met__isnull=True
    )


def postpone(kind: str, subject_kind: str, subject_id: int, due: datetime) -> None:
    """The running clock runs until another moment: what it waits for has got more time, or less."""
    for deadline in _running(kind, subject_kind, subject_id):
        deadline.due = max(deadline.started, due)
        deadline.save(update_fields=["due"])

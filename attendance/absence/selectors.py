"""Cases in lists: the most urgent first, within scope; and what waits for somebody. For homes and dashboards too.

``waiting_count(user)``: how many cases wait to be verified or stand overdue where the user looks after people.
``steps_waiting(user)``: the open steps that are his to do. ``cases(user)``: everything he sees, ordered, annotated with
``next_due`` (the earliest running clock). The clocks themselves are ``approvals.Deadline`` rows of kind ``absence.*``.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from attendance.absence.models import AbsenceCase, CaseStep
from core import clock
from teams.models import User
from teams.scope import scope_of
from teams.words import HELPERS, BodyKind

S = AbsenceCase.State
_OPEN = Q(started_at__isnull=False, done_at=None, dropped_at=None)


def cases(user: User) -> QuerySet[AbsenceCase]:
    """The cases the user sees, what is overdue or due first, then by day; joined days are part of their head."""
    running = CaseStep.objects.filter(_OPEN, case=OuterRef("pk"), round=OuterRef("round"), due__isnull=False)
    return (
        AbsenceCase.objects.visible_to(user)
        .filter(joined=None)
        .annotate(next_due=Subquery(running.order_by("due").values("due")[:1]))
        .order_by(F("next_due").asc(nulls_last=True), "day", "team__region__path", "person__pinyin", "pk")
    )


def overdue(user: User, at: datetime | None = None) -> QuerySet[AbsenceCase]:
    """Those of them with a step past its time."""
    return cases(user).filter(closed_at=None, next_due__lt=at or clock.now())


def pending(user: User) -> QuerySet[AbsenceCase]:
    """Days of people the user looks after that nobody has verified yet; his own are for others to verify."""
    return cases(user).filter(state=S.PENDING).exclude(person=scope_of(user).person_id)


def waiting_count(user: User) -> int:
    """How many cases wait to be verified or have a step past its time; one query."""
    late = Q(closed_at=None, next_due__lt=clock.now())
    rows = cases(user).filter(Q(state=S.PENDING) | late).exclude(person=scope_of(user).person_id)
    return rows.order_by().count()


def own_bodies(user: User) -> set[int]:
    """The offices and units the user works in, with what was merged into them."""
    scope = scope_of(user)
    found: set[int] = set()
    for row in scope.appointments:
        if row.body.kind != BodyKind.TEAM and row.post not in HELPERS:
            found |= {row.body_id, *scope.heirs.get(row.body_id, ())}
    return found


def steps_waiting(user: User) -> QuerySet[CaseStep]:
    """The open steps that are the user's own or his body's to do, the most urgent first; one query."""
    scope = scope_of(user)
    bodies = own_bodies(user)
    mine = (
        Q(body__in=bodies) | Q(joint_body__in=bodies) | Q(party="person:self", case__person=scope.person_id)
    )
    rows = CaseStep.objects.filter(_OPEN, mine, round=F("case__round"), case__closed_at=None)
    rows = rows.filter(case__in=AbsenceCase.objects.visible_to(user).order_by().values("pk"))
    return rows.exclude(~Q(party="person:self") & Q(case__person=scope.person_id)).order_by(
        F("due").asc(nulls_last=True), "started_at", "pk"
    )


def running_steps(case_ids: list[int]) -> dict[int, list[CaseStep]]:
    """Case → its steps that are open now, the one due first ahead; one query."""
    found: dict[int, list[CaseStep]] = {}
    rows = CaseStep.objects.filter(_OPEN, case__in=case_ids, round=F("case__round"), case__closed_at=None)
    for row in rows.order_by(F("due").asc(nulls_last=True), "order"):
        found.setdefault(row.case_id, []).append(row)
    return found


def in_state(user: User, state: str) -> QuerySet[AbsenceCase]:
    """The user's list narrowed to one state, as the list's form names them."""
    rows, now = cases(user), clock.now()
    narrowed: dict[str, Q] = {
        "open": Q(closed_at=None),
        "pending": Q(state=S.PENDING),
        "running": Q(state=S.UNEXCUSED, closed_at=None),
        "overdue": Q(closed_at=None, next_due__lt=now),
        "unexcused": Q(state=S.UNEXCUSED),
        "closed": Q(closed_at__isnull=False),
    }
    if state == "mine":
        return rows.filter(pk__in=steps_waiting(user).order_by().values("case"))
    return rows.filter(narrowed.get(state, Q()))

"""当月汇总: the month's statements of a county, sent on in one paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time

from django.db.models import F
from django.utils import timezone

from attendance.absence import cases, chain, words
from attendance.absence.models import CaseStep
from attendance.absence.powers import Rulebook
from attendance.absence.selectors import own_bodies
from attendance.absence.steps import may_do, step_rule
from core import clock
from core.errors import Conflict, NotYours, Refused
from core.months import day_words
from core.verbs import verb
from teams.holders import users_at
from teams.models import User


def summaries_waiting(user: User) -> dict[date, list[CaseStep]]:
    """Due day → the summaries that the user's office has to send by then, with their cases; one query."""
    rows = (
        CaseStep.objects.filter(
            form="summary", body__in=own_bodies(user), round=F("case__round"), started_at__isnull=False,
            done_at=None, dropped_at=None, due__isnull=False,
        )
        .exclude(case__person=user.person_id)
        .select_related("case__person", "case__posting", "case__team__region__parent", "case__unit")
        .order_by("due", "case__team__region__path", "case__unit__pinyin", "case__person__pinyin", "pk")
    )  # fmt: skip
    found: dict[date, list[CaseStep]] = {}
    for row in rows:
        assert row.due is not None
        found.setdefault(timezone.localtime(row.due).date(), []).append(row)
    return found


@verb("absence.summary")
def send_summary(
    *, acting_user: User, due: date, seen: Mapping[int, int] | Iterable[int], text: str = ""
) -> int:
    """Send the month's statements on in one paper: the summary step of every case due on that day.

    ``seen``: the cases the page showed. Gives how many. Raises NotYours where none is the user's, Conflict where others
    have come or gone since.
    """
    first = timezone.make_aware(datetime.combine(due, time.min))
    last = timezone.make_aware(datetime.combine(due, time.max))
    waiting = [row.case_id for row in summaries_waiting(acting_user).get(due, ())]
    if not waiting:
        raise NotYours("not_yours", "没有要报的汇总")
    if set(waiting) != set(seen):
        raise Conflict("stale", "又有新的情况，看过最新的汇总再报")
    text = text.strip()[:500]
    for case_id in sorted(waiting):
        case = cases.locked(acting_user, case_id)
        row = case.steps.filter(
            round=case.round, form="summary", due__range=(first, last), done_at=None, dropped_at=None
        ).first()
        if row is None:
            raise Conflict("stale", "有的已经报过，看过最新的汇总再报")
        by = may_do(acting_user, case, row)
        step = step_rule(case, row.code)
        if by is None or step is None:
            raise Refused("not_entitled", f"汇总由{row.label}报送")
        assert acting_user.person is not None
        begun = chain.finish(
            case,
            row,
            by=acting_user.person,
            capacity=by.capacity,
            text=text or f"已列入{day_words(due)}前的汇总报送",
        )
        cases.record("absence.summary", case, acting_user, by.capacity, step=row.code, late=row.late)
        book = Rulebook(case, clock.today())
        words.tell_sent(case, row, users_at(book.pairs(step.sent_to)) - {acting_user.pk})
        words.tell_begun(case, begun, acting_user)
    return len(waiting)

"""代岗: whom somebody has promised to stand in for, and that he is then away himself.

It stops nobody. He reads it before he asks, who decides reads it on the card, and once it is firm whom he stands in
for is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from core import notices
from core.templatetags.zhubang import cn_date
from leave import steps
from leave.models import LeaveRequest
from policy.days import Span
from teams import away
from teams.models import Person

S = LeaveRequest.State
#: Leave in which the stand-in is, or will be, needed.
STANDING = (S.VOICE, S.PENDING, S.APPROVED)


def promises(persons: Iterable[int], first: date, last: date) -> dict[int, list[LeaveRequest]]:
    """Person → the leave of others, in those days, in which he stands in; one query."""
    found: dict[int, list[LeaveRequest]] = defaultdict(list)
    rows = (
        LeaveRequest.objects.whole()
        .filter(stand_in__in=set(persons), state__in=STANDING, start__lte=last, until__gte=first)
        .select_related("applicant__user")
    )
    for row in sorted(rows.order_by(), key=lambda row: (row.start, row.start_half, row.pk)):
        assert row.stand_in_id is not None
        found[row.stand_in_id].append(row)
    return found


def promised(person_id: int, span: Span) -> list[LeaveRequest]:
    """The leave of others in which the person stands in on a half-day of ``span``; one query."""
    found = promises([person_id], span.start, span.end).get(person_id, [])
    return [row for row in found if row.whole.overlaps(span)]


def tell(*, person: Person, span: Span, what: str, source: str) -> None:
    """Whom ``person`` stands in for hears that he is firmly away then; ``what``: 请假 or 因公外出.

    ``source`` names the cause: nobody hears of one cause twice.
    """
    notices.tell_all(
        notices.Word(
            users=steps.login(row.applicant),
            title=f"您的代岗人{person.name} {stretch(span.start, span.end)} 也不在岗（{what}）",
            body=f"和您编号 {row.number} 的假相重。假还没有开始的，可以办变更另选代岗人；已经开始的，告诉队长。",
            url=row.get_absolute_url(),
            key=f"{steps.KIND}:{row.pk}:stand-in:{source}",
            subject_kind=steps.KIND,
            subject_id=row.pk,
        )
        for row in promised(person.pk, span)
    )


def away_days(request: LeaveRequest) -> list[date]:
    """The days of the leave on which its stand-in is, or asks to be, away himself; no query without a stand-in."""
    if request.stand_in_id is None or request.state not in STANDING:
        return []
    held = away.away_between([request.stand_in_id], request.whole).get(request.stand_in_id, {})
    return sorted({day for day, _ in held})


def stretch(first: date, last: date) -> str:
    """``11月30日`` or ``11月30日至 12月1日``."""
    return (
        cn_date(first, "short") if first == last else f"{cn_date(first, 'short')}至 {cn_date(last, 'short')}"
    )


def promise_words(rows: Iterable[LeaveRequest]) -> str:
    """``洪队友（11月30日至 12月1日）、…``."""
    return "、".join(f"{row.applicant.name}（{stretch(row.start, row.until)}）" for row in rows)

"""How often a document wants a check, and how often one was made."""

from __future__ import annotations

from collections.abc import Iterable

from attendance.inspection.authority import Desk
from attendance.inspection.models import SpotCheck
from core import clock
from policy.basis import cite
from policy.periods import PER_LABELS, period_of
from rules.book import rule_book

_THIS = {"week": "本周", "month": "本月", "quarter": "本季度", "half_year": "这半年", "year": "今年"}


def owed_words(desks: Iterable[Desk]) -> list[str]:
    """本周已查 1 次，文件要求每周 2 次以上; nothing where the document gives no rhythm. One query a rhythm."""
    today, book = clock.today(), rule_book()
    found = []
    for desk in desks:
        for power in desk.check:
            if power.per not in _THIS:
                continue
            period = period_of(power.per, today)
            done = SpotCheck.objects.filter(
                office=desk.office.pk,
                clause=power.clause,
                day__range=(period.first, period.last),
                state=SpotCheck.State.CLOSED,
            ).count()
            found.append(
                f"{_THIS[power.per]}已查 {done} 次。{cite(book, [power.clause])}要求{PER_LABELS[power.per]}"
                f" {power.at_least} 次以上"
            )
    return found

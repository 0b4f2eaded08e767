"""How the outbox stands: for 运行状态, /readyz and the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from core import clock
from core.outbox.models import OutboxMessage
from core.outbox.queue import claimable

S = OutboxMessage.State
#: What is due is sent within a minute or two; past this something is wrong.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Standing:
    """Counts, and since when the longest due message waits (None when nothing is due)."""

    waiting: int
    due: int
    failed: int
    sent_today: int
    oldest: datetime | None

    @property
    def late(self) -> timedelta | None:
        """By how much the oldest is late, where that is worth a word."""
        if self.oldest is None:
            return None
        age = clock.now() - self.oldest
        return age if age > LATE else None


def standing() -> Standing:
    """Two queries. What waits for the morning or for its next try is not due."""
    moment = clock.now()
    midnight = clock.at(moment.date(), 0)
    counts = OutboxMessage.objects.filter(
        Q(state__in=[S.PENDING, S.SENDING, S.FAILED]) | Q(state=S.SENT, settled_at__gte=midnight)
    ).aggregate(
        waiting=Count("pk", filter=Q(state__in=[S.PENDING, S.SENDING])),
        failed=Count("pk", filter=Q(state=S.FAILED)),
        sent=Count("pk", filter=Q(state=S.SENT)),
    )
    due = claimable(moment).aggregate(count=Count("pk"), oldest=Min("due_at"))
    return Standing(counts["waiting"], due["count"], counts["failed"], counts["sent"], due["oldest"])

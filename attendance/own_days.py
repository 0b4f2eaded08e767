"""A person's own present days: asked once, under his lock where he writes, and shown on his card with what he added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from attendance.derive import AWAY, Said, said_of, settled
from attendance.models import Fact, SignIn, Source
from core import clock
from core.months import month_number
from policy.attendance import NOTHING_SAID, Part, PersonDays
from policy.sign_in import evening_of


def present_days(now: datetime) -> list[date]:
    """Today, and the evening whose night it is, where that is another day."""
    today, evening = now.date(), evening_of(now)
    return [today] if evening in (None, today) else [today, evening]


def sign_ins_of(person_id: int, since: date, *, key: str = "") -> list[SignIn]:
    """What came in from him from that day on, the newest first, and the sign-in of this ``key``; at most two queries."""
    asked = Q(sent_at__gte=clock.at(since, 0))
    rows = SignIn.objects.filter(asked | Q(client_key=key) if key else asked, person=person_id)
    # Of most taps there is none before; then nothing is asked of its fact.
    return sorted(rows.prefetch_related("fact").order_by(), key=lambda row: -row.pk)


@dataclass
class OwnDays:
    """What all sources say in the months of some days, and what his sign-ins came with, the newest first."""

    said: list[Said]
    sign_ins: list[SignIn] = field(default_factory=list)

    @classmethod
    def of(cls, person_id: int, days: Iterable[date], sign_ins: Iterable[SignIn] = ()) -> OwnDays:
        """One query."""
        return cls(said_of(person_id, sorted({month_number(day) for day in days})), list(sign_ins))

    @property
    def standing(self) -> PersonDays:
        """What stands of them."""
        return next(iter(settled(self.said).values()), NOTHING_SAID)

    def signed(self, day: date) -> dict[Part, Said]:
        """What his own sign-ins of a day say last, by part."""
        rows = [row for row in self._of(day) if row.source == Source.SIGN_IN]
        return {row.part: row for row in sorted(rows, key=lambda row: row.revision)}

    def away(self, day: date) -> dict[Part, str]:
        """Half → leave or trip, where an approved absence holds it."""
        return {row.part: row.value for row in self._of(day) if row.source == AWAY}

    def add(self, facts: Iterable[Fact], sign_in: SignIn) -> None:
        """What he said just now, under the same lock."""
        self.said += [
            Said(
                fact.person_id, fact.month, fact.part, fact.source, fact.revision, fact.value,
                1 << (fact.day - 1), fact.pk,
            )
            for fact in facts
        ]  # fmt: skip
        self.sign_ins.insert(0, sign_in)

    def _of(self, day: date) -> list[Said]:
        month, bit = month_number(day), 1 << (day.day - 1)
        return [row for row in self.said if row.month == month and row.days & bit]

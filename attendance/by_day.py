"""What counts of the days of a month, summed up by place and day: for boards, which show sums alone.

Days are bits (:mod:`policy.dayset`), so the sums of all days are made at once: adding somebody's month to a place's is
a few machine instructions, never a walk over its days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import CharField
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Substr

from policy import dayset
from policy.attendance import LEAVE, NIGHT, NOTHING_SAID, STAYED, THERE, TRIP, PersonDays
from policy.calendar import ONE_DAY

#: Said to be elsewhere by right: neither on post nor missing from it.
EXCUSED = ("rest", "comp_rest", "training")
_FIELD = {
    **dict.fromkeys(THERE, "there"),
    LEAVE: "leave",
    TRIP: "trip",
    **dict.fromkeys(EXCUSED, "excused"),
}
#: (person, place, first day, last day or None): one posting.
Posted = tuple[int, str, date, date | None]


@dataclass(slots=True)
class DayCount:
    """One place on one day. ``posted``, ``nights``, ``unsaid``: people; everything else in halves of days.

    ``there``: on post or on duty. ``nights``: who stayed, in the village or the town. ``silent``: nothing is said yet,
    and nobody is called absent for it; ``unsaid``: of whom nothing is said of either half.
    """

    posted: int = 0
    nights: int = 0
    unsaid: int = 0
    there: int = 0
    leave: int = 0
    trip: int = 0
    unverified: int = 0
    excused: int = 0
    silent: int = 0

    def join(self, other: DayCount) -> None:
        """Count the other's figures here as well."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def entered(self) -> bool:
        """Has anybody entered anything, or are all away on paper? Leave of one alone says nothing of the others."""
        return bool(self.there or self.unverified or self.excused) or not self.silent

    @property
    def share(self) -> int | None:
        """On post, in percent of those who were to be there and of whom something is said; None where nobody is."""
        wanted = self.there + self.leave + self.trip + self.unverified
        return round(100 * self.there / wanted) if wanted and self.entered else None

    @property
    def share_now(self) -> int | None:
        """The same of a day that is not over: who is not away counts as there until the evening says otherwise."""
        wanted = self.there + self.leave + self.trip + self.unverified + self.silent
        return round(100 * (self.there + self.silent) / wanted) if wanted else None


Counts = dict[str, dict[date, DayCount]]


class _Sum:
    """Sets of days added up: the n-th bit of every day's sum stands in the n-th number."""

    __slots__ = ("planes",)

    def __init__(self) -> None:
        self.planes: list[int] = []

    def add(self, days: int) -> None:
        for at, plane in enumerate(self.planes):
            if not days:
                return
            self.planes[at], days = plane ^ days, plane & days
        if days:
            self.planes.append(days)

    def at(self, place: int) -> int:
        return sum((plane >> place & 1) << weight for weight, plane in enumerate(self.planes))


def place_of(key: str) -> Combinable:
    """What a place is called in :func:`counts_of`: ``body`` (the team, by its number), or ``path:N``, the first N
    digits of the division path of the posting's team."""
    if key == "body":
        return Cast("body_id", CharField(max_length=20))
    return Substr("body__region__path", 1, int(key.removeprefix("path:")))


def counts_of(postings: Iterable[Posted], known: Mapping[int, PersonDays], first: date, last: date) -> Counts:
    """place → day → what counts of it, from the first day to the last. Days outside a posting are not its place's."""
    base = dayset.place(first)
    sums: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    for person, place, since, until in postings:
        inside = dayset.shared(since, until, first, last) >> base
        if not inside:
            continue
        own, days = sums[place], known.get(person, NOTHING_SAID)
        own["posted"].add(inside)
        said = {"am": 0, "pm": 0}
        own["nights"].add(days.having(NIGHT, *STAYED) >> base & inside)
        for (part, value), bits in days.said.items():
            if part != NIGHT and (bits := bits >> base & inside):
                own[_FIELD.get(value, "unverified")].add(bits)
                said[part] |= bits
        # A closed month waits for no entry any more.
        open_days = inside & ~(days.settled >> base)
        for bits in said.values():
            own["silent"].add(open_days & ~bits)
        own["unsaid"].add(open_days & ~(said["am"] | said["pm"]))
    span = range((last - first).days + 1)
    return {
        place: {
            first + at * ONE_DAY: DayCount(**{name: each.at(at) for name, each in own.items()}) for at in span
        }
        for place, own in sums.items()
    }


def totals(counts: Iterable[Mapping[date, DayCount]]) -> dict[date, DayCount]:
    """All places together, by day."""
    found: dict[date, DayCount] = defaultdict(DayCount)
    for days in counts:
        for day, count in days.items():
            found[day].join(count)
    return found

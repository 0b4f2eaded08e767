"""Signing in by oneself: which day a tap belongs to, and what is made of where it came from. Times are Beijing's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from policy.attendance import AM, CLEARED, PM, Part
from policy.calendar import ONE_DAY

#: A night may be signed from this hour of its evening until that hour of the next morning.
EVENING, MORNING = 18, 6
#: A phone that knows its place only to some kilometres must not put everybody inside.
MOST_ACCURACY = 1000
_EARTH = 6_371_000


class Finding(StrEnum):
    """What the place says about a sign-in. The last two leave it 待核."""

    NOT_ASKED = "not_asked"
    NO_POINT = "no_point"
    INSIDE = "inside"
    OUTSIDE = "outside"
    NO_POSITION = "no_position"

    @property
    def verified(self) -> bool:
        return self not in (Finding.OUTSIDE, Finding.NO_POSITION)


@dataclass(frozen=True)
class Position:
    """Where a phone says it is: degrees north and east (WGS 84), and how far off that may be, in metres."""

    latitude: float
    longitude: float
    accuracy: int | None = None


def evening_of(moment: datetime) -> date | None:
    """The day whose night `moment` lies in: that of its evening, until 06:00; None by day."""
    if moment.hour < MORNING:
        return moment.date() - ONE_DAY
    return moment.date() if moment.hour >= EVENING else None


def halves_of(moment: datetime, *, whole: bool) -> tuple[Part, ...]:
    """The halves a tap says something of: the day's both where one tap stands for a day, else the present one."""
    if whole:
        return (AM, PM)
    return (AM,) if moment.hour < 12 else (PM,)


def metres_between(one: Position, other: Position) -> float:
    """The distance along the earth, in metres."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    chord = (
        sin(north / 2) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * _EARTH * asin(min(1.0, sqrt(chord)))


def coarse(degrees: float) -> float:
    """Degrees as they are kept: three places, about 100 metres."""
    return round(degrees, 3)


def find(
    position: Position | None, point: Position | None, *, asked: bool, radius: int
) -> tuple[Finding, int | None]:
    """What the place says, and the distance to the post's point in tens of metres, where both are known.

    A post without a point is nobody's fault who signs in there. What the phone may be off speaks for the person.
    """
    if not asked:
        return Finding.NOT_ASKED, None
    if point is None:
        return Finding.NO_POINT, None
    if position is None:
        return Finding.NO_POSITION, None
    away = metres_between(position, point)
    slack = min(position.accuracy or 0, MOST_ACCURACY)
    return Finding.INSIDE if away - slack <= radius else Finding.OUTSIDE, int(round(away, -1))


def stronger(now: str, said: str) -> bool:
    """Does `said` stand over what the person's own sign-ins say `now`? So their order never matters."""
    rank = {CLEARED: 0, "unverified": 1}
    return rank.get(said, 2) > rank.get(now, 2)

"""The sign-ins of the demonstration: a county that has turned them on, its posts' points, some days of two members."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from attendance.points import set_point
from attendance.signing import sign_in
from core import clock
from core.calendar import statutory_calendar
from core.months import month_number
from overview.demo.world import World
from policy.sign_in import Position
from teams.models import Away

#: What happens on a working day: every so many days something else than two plain taps.
_OUTSIDE, _LATER, _NO_PLACE = 3, 5, 8
#: About 130 metres north of the post, and some four kilometres.
_NEAR, _FAR = 0.0012, 0.036


def load(world: World, rows: list[dict[str, Any]], points: list[dict[str, Any]]) -> None:
    """Record the points, then tap on the days named, in the order in which it would have happened."""
    for row in points:
        set_point(
            acting_user=world.user(row["by"]) if "by" in row else None,
            region_id=world.regions[row["at"]].pk,
            latitude=row["latitude"],
            longitude=row["longitude"],
        )
    spots = {world.regions[row["at"]].path: row for row in points}
    for row in rows:
        posting = world.appointments[row["who"]]
        spot = spots[posting.body.region.path]
        away = set(Away.objects.filter(person=posting.person_id, firm=True).values_list("month", "day"))
        for back in range(row["days"], 0, -1):
            day = world.today - timedelta(days=back)
            known = (month_number(day), day.day) in away
            if statutory_calendar().is_workday(day) and not known:
                _day(world, row["who"], day, back, Position(spot["latitude"], spot["longitude"], 25))


def _day(world: World, who: str, day: date, back: int, post: Position) -> None:
    far = back % 7 == _OUTSIDE
    near = Position(post.latitude + (_FAR if far else _NEAR), post.longitude, 35)
    _tap(
        world,
        who,
        day,
        8,
        "on_post",
        None if back == _NO_PLACE else near,
        "在县城参加产业对接会" if far else "",
    )
    if day.weekday() < 4 and not far:
        _tap(world, who, day, 21, "overnight", near, "", later=back == _LATER)


def _tap(
    world: World,
    who: str,
    day: date,
    hour: int,
    kind: str,
    position: Position | None,
    reason: str,
    *,
    later: bool = False,
) -> None:
    tapped = clock.at(day, hour, 7 + day.day % 20)
    with clock.standing_on(tapped + timedelta(hours=9) if later else tapped):
        sign_in(
            acting_user=world.user(who),
            kind=kind,
            client_key=f"demo-{who}-{day:%m%d}-{kind}",
            device_time=tapped if later else None,
            position=position,
            reason=reason,
        )

"""The registers of the demonstration: what the towns' attendance officers entered, week by week, through the verb."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from attendance.keepers import kept_teams
from attendance.marks import told_apart
from attendance.models import Fact
from attendance.services import Entry, enter
from core import clock
from core.calendar import statutory_calendar
from core.months import beside, month_number
from overview.demo.world import World
from policy.attendance import VISIT
from teams.models import Appointment, Away, Team
from teams.words import REGISTER_POSTS, Post

#: When an officer sits down to it.
HOUR = 17


def load(world: World) -> None:
    """Enter the weeks before today, each on its Friday, the last days on the day before today."""
    writers = (
        Appointment.objects.on(world.today)
        .filter(post__in=[*REGISTER_POSTS, Post.CAPTAIN], acting_for=None)
        .exclude(person__user=None)
        .select_related("person__user")
        .order_by("pk")
    )
    # Who is named for it comes before who may do it too, and a captain after all of the town's.
    posts = [*REGISTER_POSTS, Post.CAPTAIN]
    done: set[int] = set()
    for writer in sorted(writers, key=lambda row: posts.index(Post(row.post))):
        with clock.standing_on(clock.at(world.today, HOUR)):
            teams = list(kept_teams(writer.person.user).exclude(pk__in=done))
        for team in teams:
            done.add(team.pk)
            for evening, days in _weeks(world.today):
                _week(world, writer.person.user.username, team, evening, days)


def _since(today: date) -> date:
    """From the first of last month, so that it can be closed; today is left for whoever looks around to enter."""
    return beside(today)[0]


def _weeks(today: date) -> Iterator[tuple[date, list[date]]]:
    """(the evening of entering, the days entered then), a month never mixed with another."""
    batch: list[date] = []
    for back in range((today - _since(today)).days, 0, -1):
        day = today - timedelta(days=back)
        batch.append(day)
        ends = day.weekday() == 4 or back == 1 or day.day == monthrange(day.year, day.month)[1]
        if ends:
            yield day, batch
            batch = []


def _week(world: World, username: str, team: Team, evening: date, days: list[date]) -> None:
    calendar = statutory_calendar()
    user = next(each for each in world.users.values() if each.username == username)
    rows = Appointment.objects.full_time().filter(body=team.pk, void=False).exclude(person=user.person_id)
    away = set(
        Away.objects.filter(firm=True, person__in=rows.values("person"), half="am").values_list(
            "person", "month", "day"
        )
    )
    # Who signed in himself need not be entered.
    signed = Fact.objects.filter(person__in=rows.values("person"))
    away |= set(signed.values_list("person", "month", "day"))
    visits = VISIT in told_apart([team], days[0])[team.pk]
    with clock.standing_on(clock.at(evening, HOUR, 40)):
        entries = [
            Entry(posting_id=row.pk, day=day, mark=mark)
            for row in rows.order_by("pk")
            for day in days
            if row.holds(day)
            and (row.person_id, month_number(day), day.day) not in away
            and (mark := _mark(row.pk, day, workday=calendar.is_workday(day), visits=visits))
        ]
        if entries:
            enter(
                acting_user=world.user(_key(world, username)),
                team_id=team.pk,
                month=days[0].replace(day=1),
                entries=entries,
            )


def _key(world: World, username: str) -> str:
    return next(key for key, each in world.users.items() if each.username == username)


def _mark(number: int, day: date, *, workday: bool, visits: bool) -> str:
    """What happened on that day: mostly there, four nights a week in the village; sometimes something else.

    ``visits``: where a document tells 下组入户 apart, on two days of five.
    """
    chance = (number * 7 + day.toordinal() * 5) % 41
    if not workday:
        return {0: "duty", 1: "village"}.get(chance, "")
    rare = {3: "training", 9: "morning", 17: "unverified", 25: "comp_rest", 33: "town"}
    if chance in rare:
        return rare[chance]
    stays = day.weekday() != 4
    if visits and (number + day.weekday()) % 5 < 2:
        return "visit_stay" if stays else "visit"
    return "village" if stays else "on_post"

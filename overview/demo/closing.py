"""Last month in the demonstration: closed in one county, in another still with the captains; this month is open."""

from __future__ import annotations

from datetime import date, timedelta

from approvals import services as sign_offs
from approvals.models import SignOff
from approvals.selectors import waiting_for
from attendance import closing
from attendance.reports import building
from attendance.sheets import MonthSheet
from core import clock
from core.months import beside
from core.web import form_key
from overview.demo.world import World
from teams.models import Appointment, Team, User
from teams.words import REGISTER_POSTS, Post

#: Where everything is closed, and where one team's captain has still to check.
CLOSED, CHECKING = "puning", "xinfeng"
#: The working hour at which people sit down to it.
HOUR = 10


def load(world: World) -> None:
    """Send last month, check and close it, on the first days of this one that lie before today."""
    month = beside(world.today)[0]
    day = min(world.today.replace(day=1) + timedelta(days=1), world.today)
    with clock.standing_on(clock.at(world.today.replace(day=1), 1, 10)):
        building.begin_month(month)
        building.build_due()
    for county in (CLOSED, CHECKING):
        path = world.regions[county].path
        for number, team in enumerate(Team.objects.filter(region__path__startswith=path).order_by("pk")):
            with clock.standing_on(clock.at(day, HOUR, number)):
                sheet = _send(world, team, month)
            if sheet is not None and county == CLOSED:
                _sign(world, sheet, day)
    with clock.standing_on(clock.at(day, HOUR + 6)):
        building.build_due()


def _send(world: World, team: Team, month: date) -> MonthSheet | None:
    """By whoever keeps the register of the team's town, else by its captain."""
    posts = [*REGISTER_POSTS, Post.CAPTAIN]
    rows = Appointment.objects.on(world.today).filter(post__in=posts, acting_for=None)
    for row in sorted(rows.exclude(person__user=None), key=lambda row: posts.index(Post(row.post))):
        user = User.objects.get(person=row.person_id)
        if closing.may_send(user, team) and closing.postings_of([team.pk], month):
            return closing.send(acting_user=user, team_id=team.pk, month=month)
    return None


def _sign(world: World, sheet: MonthSheet, day: date) -> None:
    for minute, hour in enumerate((HOUR + 1, HOUR + 5)):
        with clock.standing_on(clock.at(day, hour, minute)):
            sign_off = SignOff.objects.filter(
                subject_kind=closing.KIND, subject_id=sheet.pk, state="open"
            ).first()
            signer = next((user for user in world.users.values() if _may(user, sign_off)), None)
            if sign_off is None or signer is None:
                return
            sign_offs.sign(
                sign_off_id=sign_off.pk,
                acting_user=User.objects.get(pk=signer.pk),
                decision="agree",
                page_hash=sign_off.content_hash,
                request_key=form_key(),
            )


def _may(user: User, sign_off: SignOff | None) -> bool:
    if sign_off is None:
        return False
    fresh = User.objects.select_related("person").get(pk=user.pk)
    return any(task.sign_off.pk == sign_off.pk for task in waiting_for(fresh))

"""What can be wrong with the people and posts of an installation."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.doctor import examines
from teams.models import Appointment, Person, Team
from teams.models.dated import in_force
from teams.words import Post


@examines("账号的任职")
def _users_without_post() -> Iterable[str]:
    serving = Appointment.objects.on(clock.today()).values("person")
    idle = Person.objects.filter(user__is_active=True).exclude(pk__in=serving).order_by("pinyin", "pk")
    for person in idle:
        yield f"{person.name} 有账号，但今天没有任职，登录后什么也看不到：登记任职，或停用账号"


@examines("工作队的队长")
def _teams_without_captain() -> Iterable[str]:
    today = clock.today()
    led = Appointment.objects.on(today).filter(post=Post.CAPTAIN).values("body")
    manned = Appointment.objects.on(today).postings().values("body")
    for team in Team.objects.filter(in_force(today), pk__in=manned).exclude(pk__in=led):
        yield f"{team} 有队员，没有队长"

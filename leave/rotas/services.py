"""The verbs of 轮值表: save a whole plan, cancel it. Below what its place wants on duty a plan is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused, Several, say
from core.months import day_words
from core.texts import written
from core.verbs import check_key, verb
from leave.models import HolidayRota, RotaDay, RotaDuty
from leave.steps import users
from policy.days import Half, Span
from rules.settings import setting
from teams.away import away_between
from teams.models import Appointment, Body, Person, Team, User
from teams.models.dated import in_force
from teams.scope import scope_of
from teams.words import REGISTER_POSTS, AwayKind

KIND = "rota"
LEAST = "leave.least_on_duty"
#: The longest span of one plan, in days: 春节 with what some counties add.
LONGEST = 16
#: A plan may be written down so many days after it began.
LATE = timedelta(days=7)

say(
    RotaDay,
    "one_rota_per_team_and_day",
    code="planned",
    sentence="这几天里有一天已经排进另一张轮值表，改那一张",
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a captain fills in; ``duty`` is every (person, day) on duty."""

    name: str
    first: date
    last: date
    duty: frozenset[tuple[int, date]]

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True)
class Member:
    """One of the team in the days of a plan: when he serves there, and on which of them he is away."""

    posting: Appointment
    away: dict[date, str]

    def serves(self, day: date) -> bool:
        return self.posting.holds(day)

    def may_stay(self, day: date) -> bool:
        return self.serves(day) and day not in self.away


def arranged_by(user: User) -> list[Team]:
    """The teams whose rota the user may make: the one he leads, and those of the town whose register he keeps."""
    scope = scope_of(user)
    towns = [
        row.body.region.path
        for row in scope.appointments
        if row.post in REGISTER_POSTS and row.body.region.path in scope.paths
    ]
    if not (scope.team_ids or towns):
        return []
    found = Team.objects.visible_to(user).filter(in_force(clock.today()))
    teams = found.select_related("region").order_by("region__path", "pk")
    return [
        team
        for team in teams
        if team.pk in scope.team_ids or any(team.region.path.startswith(path) for path in towns)
    ]


def members_of(team: Team, first: date, last: date) -> list[Member]:
    """Who serves full-time in the team in these days, by pinyin, and who of them is away when; two queries."""
    rows = (
        Appointment.objects.full_time()
        .filter(body=team.pk, void=False, valid_from__lte=last)
        .exclude(valid_to__lt=first)
        .select_related("person")
        .order_by("person__pinyin", "pk")
    )
    span = Span(first, Half.AM, last, Half.PM)
    taken = away_between([row.person_id for row in rows], span)
    away: dict[int, dict[date, str]] = defaultdict(dict)
    for person, halves in taken.items():
        for (day, _), kind in halves.items():
            away[person][day] = AwayKind(kind).label
    return [Member(row, away[row.person_id]) for row in rows]


@verb("rota.save")
def save_rota(
    *,
    acting_user: User,
    team_id: int,
    plan: Plan,
    form_key: str,
    rota_id: int | None = None,
    revision: int | None = None,
) -> HolidayRota:
    """Make a plan, or change one, whole: its days, who is on duty on each. The same ``form_key`` makes one plan.

    Raises NotYours for a team the user does not arrange, Conflict when another page changed the plan or another plan
    has one of its days, Several with every day on which too few would stay and who could.
    """
    check_key(form_key)
    team = next((each for each in arranged_by(acting_user) if each.pk == team_id), None)
    person = acting_user.person
    if team is None or person is None:
        raise NotYours("not_yours", "没有这支工作队")
    # The team's row is the mutex of its plans.
    Body.objects.select_for_update(no_key=True).get(pk=team.pk)
    rota = _to_change(team, rota_id, revision) if rota_id is not None else None
    if rota is None:
        made = HolidayRota.objects.filter(form_key=form_key, team=team, made_by=person).first()
        if made is not None:
            return made
    least = setting(team.region, LEAST)
    _check(team, plan, least, rota)
    if rota is None:
        rota = HolidayRota(form_key=form_key, team=team, made_by=person, made_at=clock.now(), revision=0)
    else:
        rota.days.all().delete()
    rota.name, rota.first, rota.last, rota.least = plan.name.strip(), plan.first, plan.last, least
    rota.revision += 1
    rota.save()
    days = RotaDay.objects.bulk_create(RotaDay(rota=rota, team=team, day=day) for day in plan.days)
    by_day = {row.day: row for row in days}
    RotaDuty.objects.bulk_create(
        RotaDuty(day=by_day[day], person_id=who)
        for who, day in sorted(plan.duty, key=lambda each: each[::-1])
    )
    _tell(rota, plan, acting_user)
    audit.record(
        action="rota.save",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=rota.pk,
        after={
            "name": rota.name,
            "from": rota.first.isoformat(),
            "to": rota.last.isoformat(),
            "revision": rota.revision,
            "duties": [f"{day.isoformat()} {who}" for who, day in sorted(plan.duty, key=lambda e: e[::-1])],
        },
        place=team.region.path,
    )
    return rota


@verb("rota.cancel")
def cancel_rota(*, rota_id: int, acting_user: User, why: str) -> HolidayRota:
    """The plan no longer holds; its row stays with the reason. Cancelled twice is cancelled once."""
    found = HolidayRota.objects.visible_to(acting_user).filter(pk=rota_id).first()
    if found is None:
        raise NotYours("not_yours", "没有这张轮值表")
    if found.team_id not in {team.pk for team in arranged_by(acting_user)}:
        raise Refused("not_arranger", "轮值表由队长或驻地乡镇的考勤员安排")
    Body.objects.select_for_update(no_key=True).get(pk=found.team_id)
    rota = HolidayRota.objects.select_for_update(of=("self",)).select_related("team__region").get(pk=rota_id)
    if rota.cancelled_at is not None:
        return rota
    why = why.strip()
    if not why:
        raise Refused("why", "写一句为什么作废", field="why")
    people = set(RotaDuty.objects.filter(day__rota=rota).values_list("person", flat=True))
    rota.days.all().delete()
    rota.cancelled_at, rota.cancelled_why = clock.now(), why[:120]
    rota.revision += 1
    rota.save()
    notices.tell(
        users=set(users(sorted(people))) - {acting_user.pk},
        title=f"{rota.name}的轮值表已作废：{rota.cancelled_why}",
        url=rota.get_absolute_url(),
        key=f"rota:{rota.pk}:cancelled",
        subject_kind=KIND,
        subject_id=rota.pk,
    )
    audit.record(
        action="rota.cancel",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=rota.pk,
        after={"why": rota.cancelled_why},
        place=rota.team.region.path,
    )
    return rota


def _to_change(team: Team, rota_id: int, revision: int | None) -> HolidayRota:
    rota = HolidayRota.objects.select_for_update(of=("self",)).filter(pk=rota_id, team=team).first()
    if rota is None:
        raise NotYours("not_yours", "没有这张轮值表")
    if rota.cancelled_at is not None:
        raise Conflict("cancelled", "这张轮值表已作废，另排一张")
    if rota.revision != revision:
        raise Conflict("stale", "另一个页面刚改过这张轮值表，看过最新的再改")
    return rota


def _check(team: Team, plan: Plan, least: int, rota: HolidayRota | None) -> None:
    """Everything at once: name, dates, other plans, people, and whether enough stay on each day."""
    written(plan.name, field="name", most=30, missing="写上是哪个节假日，如：国庆节", label="名称")
    if plan.last < plan.first:
        raise Refused("dates", "结束日期不能早于开始日期", field="last")
    if len(plan.days) > LONGEST:
        raise Refused("too_long", f"一张轮值表最多排 {LONGEST} 天，分成几张", field="last")
    if rota is None and plan.last < clock.today() - LATE:
        raise Refused("past", f"这几天已过去 {LATE.days} 天以上，不用再排", field="first")
    taken = RotaDay.objects.filter(team=team, day__in=plan.days).exclude(rota=rota).select_related("rota")
    for row in taken[:1]:
        raise Conflict(
            "planned", f"{day_words(row.day)}已经排进“{row.rota.name}”的轮值表，改那一张", field="first"
        )
    found = list(_people(team, plan, least))
    if found:
        raise Several(found)


def _people(team: Team, plan: Plan, least: int) -> Iterable[Refused]:
    members = {member.posting.person_id: member for member in members_of(team, plan.first, plan.last)}
    on_duty: dict[date, set[int]] = defaultdict(set)
    for who, day in sorted(plan.duty, key=lambda each: each[::-1]):
        member = members.get(who)
        if member is None or not plan.first <= day <= plan.last or not member.serves(day):
            raise Refused("not_in_team", "值班的人从本队这几天在任的人里选", field="duty")
        if day in member.away:
            yield Refused(
                "away",
                f"{member.posting.person}{day_words(day)}{member.away[day]}，换一个人值班",
                field="duty",
            )
        on_duty[day].add(who)
    if not plan.duty:
        yield Refused("nobody", "勾出每天谁值班，没有勾的轮休", field="duty")
    for day in plan.days:
        missing = least - len(on_duty[day])
        if missing <= 0:
            continue
        could = [
            str(member.posting.person)
            for who, member in members.items()
            if member.may_stay(day) and who not in on_duty[day]
        ]
        words = f"{day_words(day)}只排了 {len(on_duty[day])} 人值班，至少要留 {least} 人"
        if len(could) < missing:
            yield Refused("too_few", f"{words}；没有请假的人都留下也不够，先调整请假", field="duty")
        else:
            verb_ = "都要留下" if len(could) == missing else f"里再留 {missing} 人"
            yield Refused("too_few", f"{words}；{'、'.join(could)}{verb_}", field="duty")


def _tell(rota: HolidayRota, plan: Plan, by: User) -> None:
    """Everybody of the team hears which days are his, or that he rests."""
    members = {member.posting.person_id for member in members_of(rota.team, plan.first, plan.last)}
    logins = Person.objects.filter(pk__in=members, user__is_active=True).exclude(user=by)
    told: dict[str, list[int]] = defaultdict(list)
    for who, user in logins.values_list("pk", "user__pk"):
        days = sorted(day for person, day in plan.duty if person == who)
        told[f"您 {'、'.join(day_words(day) for day in days)}值班" if days else "您轮休"].append(user)
    changed = "改过" if rota.revision > 1 else "排好"
    for words, users_told in told.items():
        notices.tell(
            users=users_told,
            title=f"{rota.name}的轮值表已{changed}：{words}",
            url=rota.get_absolute_url(),
            key=f"rota:{rota.pk}:{rota.revision}",
            subject_kind=KIND,
            subject_id=rota.pk,
        )

"""The verbs before a check: plan it, fix its seed, draw, call it off.

The list of who may be drawn is frozen with the plan, and for a published figure the plan says which one it will be:
so nobody can choose a seed after he has seen whom it draws.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from attendance.inspection.authority import Desk, desk_at
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices, when_words
from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.models import Sequence
from core.texts import written
from core.verbs import check_key, verb
from policy.inspection import Candidate, pool_hash, tickets
from teams.models import Appointment, Body, Person, Region, User
from teams.models.dated import in_force
from teams.models.places import path_range
from teams.selectors import region_lookup
from teams.words import Level

KIND = "spot_check"
#: So far ahead a check may be planned; so many people one may look for.
AHEAD, MOST = timedelta(days=62), 500
S = SpotCheck.State
From = SpotCheck.SeedFrom


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a plan says. ``how_many`` None checks everybody; ``place_ids`` empty means all the office's places."""

    clause: str
    method: str
    day: date
    time: str
    place_ids: tuple[int, ...] = ()
    checker_ids: tuple[int, ...] = ()
    others: str = ""
    how_many: int | None = None
    by_town: bool = False
    seed_from: str = From.SYSTEM
    seed_basis: str = ""


def checkers_of(office: Body) -> QuerySet[Person]:
    """Who may be sent: the people who serve in the office today."""
    rows = Appointment.objects.on(clock.today()).filter(body=office.pk, acting_for=None, void=False)
    return Person.objects.filter(pk__in=rows.values("person")).order_by("pinyin", "pk")


def places_of(office: Body) -> list[Region]:
    """The counties and towns below the office's place, in the order of the tree."""
    low, high = office.region.subtree()
    rows = Region.objects.filter(in_force(clock.today()), path__gt=low, path__lt=high)
    return list(
        rows.filter(level__in=(Level.COUNTY, Level.TOWN)).select_related("parent").order_by("path", "pk")
    )


def code_of(posting_id: int) -> str:
    """The stable code under which a posting is drawn: P000123."""
    return f"P{posting_id:06d}"


@verb("spot_check.plan")
def plan(*, acting_user: User, office_id: int, wish: Wish, form_key: str) -> SpotCheck:
    """Make a plan; the same ``form_key`` makes one. With ``how_many`` None the list stands at once.

    Raises NotYours for who does not serve in an office that may check, Refused with ``field`` for what is wrong.
    """
    check_key(form_key)
    desk = desk_at(acting_user, office_id, "check")
    # The office's row is the mutex of its plans: their numbers have no gaps.
    Body.objects.select_for_update(no_key=True).get(pk=office_id)
    made = SpotCheck.objects.filter(form_key=form_key, office=office_id).first()
    if made is not None:
        return made
    _check(desk, wish)
    people = list(checkers_of(desk.office).filter(pk__in=wish.checker_ids))
    if not people or len(people) != len(set(wish.checker_ids)):
        raise Refused("checkers", "从本单位的人里选查岗人，至少一位", field="checkers")
    places = [each for each in places_of(desk.office) if each.pk in set(wish.place_ids)]
    if len(places) != len(set(wish.place_ids)):
        raise Refused("places", "从列出的地方里选", field="places")
    pool = _pool(desk, places, wish.day, people)
    if not pool:
        raise Refused("nobody", "这些地方那一天没有专职队员，换个范围", field="places")
    if wish.how_many is None and len(pool) > MOST:
        raise Refused(
            "too_many",
            f"这个范围有 {len(pool)} 人，一次最多查 {MOST} 人，缩小范围或改为抽取",
            field="how_many",
        )
    assert acting_user.person is not None
    now = clock.now()
    seed = secrets.token_hex(16) if wish.seed_from == From.SYSTEM and wish.how_many else ""
    check = SpotCheck.objects.create(
        form_key=form_key,
        office_id=office_id,
        year=wish.day.year,
        serial=Sequence.next(f"{KIND}:{office_id}:{wish.day.year}"),
        clause=wish.clause,
        method=wish.method,
        day=wish.day,
        time=wish.time,
        others=wish.others.strip(),
        how_many=wish.how_many,
        by_town=wish.by_town and wish.how_many is not None,
        seed_from=wish.seed_from if wish.how_many is not None else From.NONE,
        seed_basis=wish.seed_basis.strip() if wish.seed_from == From.PUBLISHED and wish.how_many else "",
        seed=seed,
        seeded_at=now if seed else None,
        pool=[[each.group, each.code] for each in pool],
        pool_hash=pool_hash(pool),
        planned_by=acting_user.person,
        planned_at=now,
    )
    check.places.set(places)
    check.checkers.set(people)
    record("spot_check.plan", check, acting_user, pool=len(pool), pool_hash=check.pool_hash, seed=seed)
    if wish.how_many is None:
        _make_targets(check, {code: "" for _, code in check.pool}, acting_user)
    return check


@verb("spot_check.seed")
def fix_seed(*, acting_user: User, check_id: int, seed: str) -> SpotCheck:
    """Write the published figure down, once, before the draw. Raises Conflict where one stands already."""
    check = locked(acting_user, check_id)
    if check.seed:
        raise Conflict("seeded", "种子已经填过，不能再改")
    if check.state != S.PLANNED or check.seed_from != From.PUBLISHED:
        raise Conflict("wrong_state", f"这次查岗现在是“{check.get_state_display()}”，不用填种子")
    seed = written(
        " ".join(seed.split()), field="seed", most=64, missing=f"照公布的填：{check.seed_basis}", label="种子"
    )
    check.seed, check.seeded_at = seed, clock.now()
    check.save(update_fields=["seed", "seeded_at"])
    record("spot_check.seed", check, acting_user, seed=seed)
    return check


@verb("spot_check.draw")
def draw(*, acting_user: User, check_id: int) -> SpotCheck:
    """Draw from the frozen list under the fixed seed. Before the day, once.

    Raises Refused without a seed and on the day itself, Conflict where it is drawn already.
    """
    check = locked(acting_user, check_id)
    if check.state != S.PLANNED:
        raise Conflict("wrong_state", f"这次查岗现在是“{check.get_state_display()}”，不用再抽")
    if not check.seed or check.how_many is None:
        raise Refused("seed", f"先填种子：{check.seed_basis}", field="seed")
    if clock.today() >= check.day:
        raise Refused("too_late", "名单要在查岗前一天抽好，这一次取消以后另排")
    drawn = tickets(check.seed, check.candidates, check.how_many, by_group=check.by_town)
    _make_targets(check, {each.candidate.code: each.digest for each in drawn if each.drawn}, acting_user)
    return check


@verb("spot_check.cancel")
def cancel(*, acting_user: User, check_id: int, why: str) -> SpotCheck:
    """Call a check off before it is closed, with a reason. Nothing of it reaches the register."""
    check = locked(acting_user, check_id)
    if check.state not in (S.PLANNED, S.DRAWN):
        raise Conflict("wrong_state", f"这次查岗现在是“{check.get_state_display()}”，不能取消")
    why = written(why, field="why", most=120, missing="写一句为什么取消", label="原因")
    check.state, check.cancelled_why = S.CANCELLED, why
    check.cancelled_by, check.cancelled_at = acting_user.person, clock.now()
    check.save(update_fields=["state", "cancelled_why", "cancelled_by", "cancelled_at"])
    record("spot_check.cancel", check, acting_user, why=why)
    tell_checkers(check, f"已取消：{when_words(check)}查岗", acting_user, body=why)
    return check


def locked(user: User, check_id: int) -> SpotCheck:
    """The check under its lock, for the people of its office while the office may check; NotYours otherwise."""
    rows = SpotCheck.objects.select_for_update(of=("self",)).select_related("office__region")
    check = rows.filter(pk=check_id, office__in=own_offices(user)).first()
    if check is None:
        raise NotYours("not_yours", "没有这一件")
    desk_at(user, check.office_id, "check")
    return check


def tell_checkers(check: SpotCheck, title: str, by: User, *, body: str = "") -> None:
    """A message to those who go; it names nobody who is to be checked."""
    users = check.checkers.filter(user__is_active=True).values_list("user", flat=True)
    notices.tell(
        users=set(users) - {by.pk},
        title=title,
        body=body,
        url=check.get_absolute_url(),
        key=f"{KIND}:{check.pk}:{check.state}",
        subject_kind=KIND,
        subject_id=check.pk,
    )


def _check(desk: Desk, wish: Wish) -> None:
    today = clock.today()
    if desk.power("check", wish.clause) is None:
        raise Refused("clause", "从列出的条款里选", field="clause")
    if wish.method not in SpotCheck.Method.values:
        raise Refused("method", "选线上或线下", field="method")
    if wish.time not in SpotCheck.Time.values:
        raise Refused("time", "选上午、下午或夜间", field="time")
    if len(wish.others) > 80 or len(wish.seed_basis) > 80:
        raise Refused("long", "最多 80 字", field="others" if len(wish.others) > 80 else "seed_basis")
    if wish.day > today + AHEAD:
        raise Refused("day", f"最多提前 {AHEAD.days} 天安排", field="day")
    if wish.how_many is None:
        if wish.day < today:
            raise Refused("day", "这一天已经过去，从今天起选", field="day")
        return
    if not 1 <= wish.how_many <= MOST:
        raise Refused("how_many", f"抽 1 到 {MOST} 人", field="how_many")
    if wish.day <= today:
        raise Refused(
            "day", "名单要在前一天抽好，日期最早选明天；当天去的不填抽几个人，范围里的人都查", field="day"
        )
    if wish.seed_from not in (From.SYSTEM, From.PUBLISHED):
        raise Refused("seed_from", "选种子从哪里来", field="seed_from")
    if wish.seed_from == From.PUBLISHED and not wish.seed_basis.strip():
        raise Refused("seed_basis", "写明用哪个公开的数字，如：11月26日上证指数收盘点位", field="seed_basis")


def _pool(desk: Desk, places: list[Region], day: date, checkers: Iterable[Person]) -> list[Candidate]:
    """Everybody posted full-time there on that day but those who check; two queries."""
    within = Q(pk__in=[])
    for path in [place.path for place in places] or [desk.office.region.path]:
        low, high = path_range(path)
        within |= Q(body__region__path__gte=low, body__region__path__lt=high)
    rows = (
        Appointment.objects.on(day)
        .full_time()
        .filter(within, void=False, body__team__team_kind__in=desk.kinds)
        .exclude(person__in=list(checkers))
    )
    found = list(rows.order_by("pk").values_list("pk", "body__region__path"))
    above = region_lookup(path for _, path in found)
    groups = {}
    for _, path in found:
        town = above.at(path, Level.TOWN)
        groups[path] = town.rule_code if town else path
    return [Candidate(groups[path], code_of(pk)) for pk, path in found]


def _make_targets(check: SpotCheck, digests: dict[str, str], user: User) -> None:
    SpotTarget.objects.bulk_create(
        SpotTarget(check_of=check, posting_id=int(code[1:]), code=code, digest=digest)
        for code, digest in sorted(digests.items())
    )
    check.state, check.drawn_at = S.DRAWN, clock.now()
    check.save(update_fields=["state", "drawn_at"])
    record("spot_check.draw", check, user, drawn=len(digests))
    tell_checkers(check, f"{when_words(check)}查岗：名单已定，{len(digests)} 人", user)


def record(action: str, check: SpotCheck, user: User, **said: object) -> None:
    """An event of a check, in its verb. Numbers and checksums alone: the trail names nobody who is to be checked."""
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=check.pk,
        after={"year": check.year, "serial": check.serial, "state": check.state, **said},
        place=check.office.region.path,
    )

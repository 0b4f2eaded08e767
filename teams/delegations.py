"""Verbs on delegations: the holder of a deciding post says who decides in his place on which days, and ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NoReturn

from django.db.models import Q, QuerySet
from django.urls import reverse

from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.templatetags.zhubang import cn_date
from core.verbs import verb
from teams.away import lock_person
from teams.models import Appointment, Delegation, User
from teams.scope import Scope
from teams.words import ACTED_FOR, HELPERS, BodyKind

#: Who is away longer needs an acting holder with a written basis.
LONGEST_DAYS = 90


@dataclass(frozen=True)
class Candidates:
    """Who may take on a post: people of the same body, or, where there is nobody else, of the place's other offices."""

    rows: list[Appointment]
    elsewhere: bool


def own_posts(user: User, on: date) -> list[Appointment]:
    """The posts a person may delegate on a day: those that decide, held in his own right."""
    if user.person_id is None:
        return []
    rows = Appointment.objects.on(on).filter(person=user.person_id, post__in=ACTED_FOR, acting_for=None)
    return list(rows.select_related("body__region", "person").order_by("pk"))


def candidates(of: Appointment, on: date) -> Candidates:
    """Who may be named for ``of`` on a day, each person once, by pinyin."""
    here = _once(_able(on).filter(body=of.body_id).exclude(person=of.person_id))
    if here:
        return Candidates(here, elsewhere=False)
    near = _able(on).filter(body__kind=BodyKind.OFFICE, body__region__path=of.body.region.path)
    return Candidates(_once(near.exclude(person=of.person_id)), elsewhere=True)


def _able(on: date) -> QuerySet[Appointment]:
    """Appointments in their own right, of people who can sign in. Who came to help decides nothing for others."""
    rows = Appointment.objects.on(on).filter(acting_for=None, person__user__is_active=True)
    rows = rows.exclude(post__in=HELPERS).select_related("person", "body")
    return rows.order_by("person__pinyin", "pk")


def _once(rows: QuerySet[Appointment]) -> list[Appointment]:
    return list({row.person_id: row for row in reversed(rows)}.values())[::-1]


@verb("delegation.give")
def delegate(
    *, of_id: int, to_id: int, valid_from: date, valid_to: date, why: str, acting_user: User
) -> Delegation:
    """Let the person of appointment ``to_id`` decide in the place of the holder of ``of_id``, on these days.

    Raises NotYours for somebody else's post; Refused with a sentence: a post that is only acted for or decides
    nothing, days out of order, past or more than 90, nobody who may take it on, a second one for the same days.
    """
    of = Appointment.objects.select_related("body__region", "person").filter(pk=of_id).first()
    if of is None or not _is_his(of, acting_user):
        raise NotYours("not_yours", "没有这个职务")
    lock_person(of.person_id)
    of.refresh_from_db(fields=["valid_from", "valid_to", "void"])
    why = why.strip()
    if of.acting_for_id is not None:
        raise Refused("only_acting", "这个职务是您代行的，代行的职务不能再委托别人", field="of")
    if of.post not in ACTED_FOR:
        raise Refused("not_delegable", "这个职务不批事项，不用委托", field="of")
    _check_days(of, valid_from, valid_to)
    if not why:
        raise Refused("no_why", "写一句为什么委托", field="why")
    to = _taker(of, to_id, valid_from)
    earlier = (
        Delegation.objects.unspent(clock.today())
        .for_pages()
        .filter(of=of, valid_from__lte=valid_to, valid_to__gte=valid_from)
        .first()
    )
    if earlier is not None:
        raise Refused(
            "delegated_already",
            f"{span_words(earlier)}已委托{earlier.to.person}，要换人或改日期，先结束那一项",
            field="valid_from",
        )
    found = Delegation.objects.create(
        of=of, to=to, valid_from=valid_from, valid_to=valid_to, why=why, given_at=clock.now()
    )
    _tell(found, f"{of.person}委托您代办：{span_words(found)}，{of.capacity}", "given")
    audit.record(
        action="delegation.give",
        actor=acting_user,
        subject_kind="delegation",
        subject_id=found.pk,
        after={
            "appointment": of.pk,
            "delegate": to.person_id,
            "from": valid_from.isoformat(),
            "to": valid_to.isoformat(),
            "why": why,
        },
    )
    return found


@verb("delegation.end")
def end_delegation(*, delegation_id: int, acting_user: User) -> Delegation:
    """The holder ends it from this moment, also before it has begun."""
    found = Delegation.objects.for_pages().filter(pk=delegation_id).first()
    if found is None or not _is_his(found.of, acting_user):
        raise NotYours("not_yours", "没有这一项委托")
    lock_person(found.of.person_id)
    found.refresh_from_db(fields=["ended_at"])
    if found.ended_at is not None or (found.valid_to or date.max) < clock.today():
        raise Conflict("over", "这项委托已经结束，不用再办")
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    _tell(found, f"{found.of.person}已收回委托，您不再代办（{found.of.capacity}）", "ended")
    audit.record(
        action="delegation.end",
        actor=acting_user,
        subject_kind="delegation",
        subject_id=found.pk,
        before={"to": found.valid_to.isoformat() if found.valid_to else None},
        after={"delegate": found.to.person_id},
    )
    return found


def carry_delegations(follows: Mapping[int, Appointment], first_day: date) -> None:
    """Appointments went on as new rows (a body was renamed, or merged): what was delegated goes on with them.

    Part of the verb that moved them. ``follows``: old appointment → the row that goes on.
    """
    rows = Delegation.objects.unspent(first_day).filter(Q(of__in=follows) | Q(to__in=follows)).order_by("pk")
    for old in list(rows.select_related("of", "to")):
        of, to = follows.get(old.of_id, old.of), follows.get(old.to_id, old.to)
        until = old.valid_to
        if old.valid_from < first_day:
            old.valid_to = first_day - timedelta(days=1)
        else:
            old.ended_at = clock.now()
        old.save(update_fields=["valid_to", "ended_at"])
        if of.person_id != to.person_id:
            Delegation.objects.create(
                of=of,
                to=to,
                valid_from=max(old.valid_from, first_day),
                valid_to=until,
                why=old.why,
                given_at=old.given_at,
            )


def span_words(row: Delegation) -> str:
    """``10月1日（周四）至 10月7日（周三）``."""
    first, last = cn_date(row.valid_from), cn_date(row.valid_to)
    return first if row.valid_from == row.valid_to else f"{first}至 {last}"


def _is_his(of: Appointment, user: User) -> bool:
    return user.is_active and user.person_id is not None and of.person_id == user.person_id


def _check_days(of: Appointment, first: date, last: date) -> None:
    if last < first:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    if first < clock.today():
        raise Refused("past", "委托从今天或以后开始，已经过去的日子不能补", field="valid_from")
    if (last - first).days >= LONGEST_DAYS:
        raise Refused(
            "too_long",
            f"一次最多委托 {LONGEST_DAYS} 天，更久的由县管理员登记代行，附书面依据",
            field="valid_to",
        )
    if not of.holds(first):
        raise Refused("not_held", "从那一天起您还没有或不再任这个职务，改日期", field="valid_from")
    if of.valid_to is not None and last > of.valid_to:
        raise Refused("not_held", f"您任这个职务到 {of.valid_to} 为止，止期不能更晚", field="valid_to")


def _taker(of: Appointment, to_id: int, on: date) -> Appointment:
    """The appointment by which somebody takes the post on; Refused with the reason where he may not."""
    able = candidates(of, on)
    found = next((row for row in able.rows if row.pk == to_id), None)
    if found is None:
        _refuse_taker(of, to_id, on, able)
    return found


def _refuse_taker(of: Appointment, to_id: int, on: date, able: Candidates) -> NoReturn:
    asked = Appointment.objects.select_related("person", "body").filter(pk=to_id).first()
    if asked is None:
        raise Refused("no_taker", "选一个代办的人", field="to")
    if asked.person_id == of.person_id:
        raise Refused("oneself", "不能委托给自己，选别人", field="to")
    if any(row.person_id == asked.person_id for row in able.rows):
        raise Refused("only_acting", "选他自己的职务，代行的职务不算", field="to")
    if not able.rows:
        raise Refused(
            "nobody",
            f"{of.body}和同一地方的部门里没有别的人有账号，请县管理员先开通账号或登记代行",
            field="to",
        )
    if asked.body_id != of.body_id:
        where = "同一地方的部门" if able.elsewhere else str(of.body)
        raise Refused("other_body", f"只能委托{where}的人，{asked.person}不在其中", field="to")
    if asked.acting_for_id is not None:
        raise Refused("only_acting", f"{asked.person}在这里只是代行职务，不能再接受委托", field="to")
    if not asked.holds(on):
        raise Refused("not_serving", f"{asked.person}那一天不在任，改日期或选别人", field="to")
    raise Refused("no_login", f"{asked.person}没有账号或已停用，办不了，选别人", field="to")


def _tell(found: Delegation, title: str, key: str) -> None:
    user = found.to.person.user
    notices.tell(
        users=[user.pk] if user.is_active else [],
        title=title,
        url=reverse("teams:delegations"),
        key=f"delegation:{found.pk}:{key}",
        subject_kind="delegation",
        subject_id=found.pk,
    )


def may_delegate(scope: Scope) -> bool:
    """Has the person a post he could delegate today?"""
    return any(row.post in ACTED_FOR and row.acting_for_id is None for row in scope.appointments)


def running_words(scope: Scope) -> list[str]:
    """What both are told while it runs: ``… 您代刘海峰（…）办理``, ``… 由李敏代您（…）办理，您也可以自己办``."""
    taken = [f"{span_words(each)}您{each.words}办理" for each in scope.taken_on]
    handed = [
        f"{span_words(each)}由{each.to.person}代您（{each.of.capacity}）办理，您也可以自己办"
        for each in scope.handed_on
    ]
    return taken + handed

"""The verbs of 调度: record that a week or a month was looked at, void a record that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from attendance import checks
from attendance.checks import Concerned
from attendance.clauses import CHECKED
from attendance.held import HeldCheck
from attendance.selectors import teams_between
from attendance.tallies import FIGURES, total
from attendance.totals.reading import totals
from core import audit, clock
from core.errors import Conflict, NotYours, Refused
from core.texts import written
from core.verbs import check_key, verb
from policy.carries import carries
from policy.periods import Period
from teams.models import Region, User
from teams.scope import scope_of
from teams.words import REGISTER_POSTS, BodyKind, Post

KIND = "held_check"
#: Who of an office may record that it was held; helpers kept there are none of it.
RECORDING_POSTS = (Post.PARTY_SECRETARY, Post.LEADER, Post.SIGNER, Post.STAFF, *REGISTER_POSTS)
LIMITS = {"chair": 60, "decided": 500}
WHY_LENGTH = 120


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is recorded: when, who presided, what was decided, if anything."""

    held_on: date
    chair: str
    decided: str = ""


def may_record(user: User, path: str) -> bool:
    """Does the user serve in an office of that place which looks after its people? A leading group has no office of
    its own: each of the county's may write down that it met. No query."""
    scope = scope_of(user)
    return path in scope.paths and any(
        row.body.kind == BodyKind.OFFICE
        and row.body.region.path == path
        and (row.acting_for or row).post in RECORDING_POSTS
        for row in scope.appointments
    )


def concerned(user: User, path: str, period: Period) -> Concerned:
    """The place whose period the user may record, and the clause that asks for it.

    Raises NotYours for a place whose office he does not serve in or whose document asks for no such look.
    """
    assert period.last is not None
    if not may_record(user, path):
        raise NotYours("not_yours", "没有这个地方")
    place = checks.places(checks.asked_per(teams_between(user, period.first, period.last), period)).get(path)
    if place is None:
        raise NotYours("not_asked", "本地文件没有规定这样的调度")
    return place


@verb("held_check.record")
@carries(*CHECKED)
def record(*, acting_user: User, path: str, period: Period, held: Held, form_key: str) -> HeldCheck:
    """Record that the place's period was looked at; the same ``form_key`` records one.

    The figures of the moment are kept with it. Raises NotYours as :func:`concerned`, Refused with ``field``.
    """
    check_key(form_key)
    assert period.last is not None
    place = concerned(acting_user, path, period)
    list(Region.objects.select_for_update(no_key=True).filter(pk=place.region.pk).values_list("pk"))
    made = HeldCheck.objects.filter(form_key=form_key, region=place.region).first()
    if made is not None:
        return made
    if held.held_on > clock.today():
        raise Refused("held_on", "调度以后再登记，日期不能晚于今天", field="held_on")
    if held.held_on < period.first:
        raise Refused("held_on", f"调度的是{period.label}，日期不能在它以前", field="held_on")
    chair = written(held.chair, field="chair", most=LIMITS["chair"], missing="写主持人", label="主持人")
    decided = written(held.decided, field="decided", most=LIMITS["decided"], label="议定的事")
    found = totals(acting_user, period, by="town", town=path)
    whole = total(found.lines)
    assert acting_user.person is not None
    row = HeldCheck.objects.create(
        form_key=form_key,
        region=place.region,
        clause=place.clause,
        period=period.key,
        first=period.first,
        last=period.last,
        held_on=held.held_on,
        chair=chair,
        decided=decided,
        figures={name: getattr(whole, name) for name in FIGURES},
        as_of=found.as_of or clock.now(),
        recorded_by=acting_user.person,
        recorded_at=clock.now(),
    )
    _record("held_check.record", row, acting_user, period=row.period, held_on=row.held_on.isoformat())
    return row


@verb("held_check.void")
def void(*, acting_user: User, held_id: int, why: str) -> HeldCheck:
    """A record was wrong: its row stays with the reason, and no longer counts."""
    rows = HeldCheck.objects.select_for_update(of=("self",)).visible_to(acting_user).for_pages()
    row = rows.filter(pk=held_id).first()
    if row is None or not may_record(acting_user, row.region.path):
        raise NotYours("not_yours", "没有这一条")
    if row.voided_at is not None:
        raise Conflict("voided", "这次调度的登记已经作废")
    why = written(why, field="why", most=WHY_LENGTH, missing="写一句哪里登记错了", label="原因")
    row.voided_by, row.voided_at, row.void_why = acting_user.person, clock.now(), why
    row.save(update_fields=["voided_by", "voided_at", "void_why"])
    _record("held_check.void", row, acting_user, why=why)
    return row


def _record(action: str, row: HeldCheck, user: User, **said: Any) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=row.pk,
        after={"clause": row.clause, **said},
        place=row.region.path,
    )

"""约谈派出单位: recorded once, with what it was about; a wrong record is voided with a reason and another one made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from approvals.selectors import my_pairs
from attendance.absence.models import AbsenceCase
from attendance.inspection.authority import Desk, desk_at
from attendance.inspection.models import own_offices
from attendance.inspection.papers import TALK, UnitTalk
from attendance.inspection.texts import fitting
from core import attachments, audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.months import day_words
from core.texts import written
from core.verbs import check_key, verb
from teams.holders import users_at
from teams.models import Appointment, Body, DispatchingUnit, User
from teams.models.places import path_range
from teams.scope import scope_of
from teams.words import Post

LIMITS = {"talker": 60, "with_whom": 60, "why": 300, "outcome": 500}
FIELDS = {"talker": "谈话人", "with_whom": "谈话对象", "why": "事由", "outcome": "结果"}


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What is recorded. ``case_ids``: the cases that the talk was about."""

    unit_id: int
    clause: str
    held_on: date
    talker: str
    with_whom: str
    why: str
    outcome: str
    case_ids: tuple[int, ...] = ()


def units_of(desk: Desk) -> QuerySet[DispatchingUnit]:
    """The units that have people posted in the office's places today."""
    low, high = path_range(desk.office.region.path)
    rows = (
        Appointment.objects.on(clock.today())
        .full_time()
        .filter(body__region__path__gte=low, body__region__path__lt=high, void=False)
    )
    return DispatchingUnit.objects.filter(pk__in=rows.values("unit")).order_by("pinyin", "pk")


def cases_for(desk: Desk) -> QuerySet[AbsenceCase]:
    """What was found of people away without cause in the office's places, the newest first."""
    low, high = path_range(desk.office.region.path)
    rows = AbsenceCase.objects.for_lists().filter(team__region__path__gte=low, team__region__path__lt=high)
    return rows.filter(state=AbsenceCase.State.UNEXCUSED).order_by("-day", "pk")


@verb("unit_talk.record")
def record(
    *, acting_user: User, office_id: int, talk: Talk, form_key: str, files: Iterable[UploadedFile] = ()
) -> UnitTalk:
    """Record a talk that was held; the same ``form_key`` records one. The unit's head is told.

    Raises NotYours for who is not of an office that may talk, Refused with ``field``.
    """
    check_key(form_key)
    desk = desk_at(acting_user, office_id, "talk")
    Body.objects.select_for_update(no_key=True).get(pk=office_id)
    made = UnitTalk.objects.filter(form_key=form_key, office=office_id).first()
    if made is not None:
        return made
    if desk.power("talk", talk.clause) is None:
        raise Refused("clause", "从列出的条款里选", field="clause")
    unit = units_of(desk).filter(pk=talk.unit_id).first()
    if unit is None:
        raise Refused("unit", "从列出的派出单位里选", field="unit")
    if talk.held_on > clock.today():
        raise Refused("held_on", "约谈以后再登记，日期不能晚于今天", field="held_on")
    said = fitting(talk, LIMITS, FIELDS)
    cases = list(cases_for(desk).filter(pk__in=talk.case_ids, unit=unit.pk))
    if len(cases) != len(set(talk.case_ids)):
        raise Refused("cases", "只能选这个单位的人", field="cases")
    assert acting_user.person is not None
    row = UnitTalk.objects.create(
        form_key=form_key,
        office_id=office_id,
        unit=unit,
        clause=talk.clause,
        held_on=talk.held_on,
        recorded_by=acting_user.person,
        recorded_at=clock.now(),
        **said,
    )
    row.cases.set(cases)
    attachments.add(subject_kind=TALK, subject_id=row.pk, files=files, acting_user=acting_user)
    _record("unit_talk.record", row, acting_user, cases=len(cases))
    _tell(row, f"{day_words(row.held_on)}的约谈已登记", acting_user)
    return row


def waiting_for(user: User) -> QuerySet[UnitTalk]:
    """The records that the user, as head of the unit or in his place, has still to confirm, the oldest first."""
    scope = scope_of(user)
    units = {body for post, body in my_pairs(scope) if post == Post.LEADER and body in scope.unit_ids}
    return UnitTalk.objects.filter(unit__in=units, seen_at=None, voided_at=None).order_by("held_on", "pk")


@verb("unit_talk.acknowledge")
def acknowledge(*, acting_user: User, talk_id: int) -> UnitTalk:
    """The unit's head confirms that he knows the record; once is enough, and who recorded it is told.

    Raises NotYours for outsiders, Refused for who does not head the unit, Conflict where the record was voided.
    """
    rows = UnitTalk.objects.select_for_update(of=("self",)).for_pages()
    row = rows.filter(pk=talk_id, pk__in=UnitTalk.objects.visible_to(acting_user).values("pk")).first()
    if row is None:
        raise NotYours("not_yours", "没有这一件")
    if row.voided_at is not None:
        raise Conflict("voided", "这次约谈的登记已经作废，不用确认")
    if (Post.LEADER, row.unit_id) not in my_pairs(scope_of(acting_user)):
        raise Refused("not_told", f"由{row.unit}主要负责人确认")
    if row.seen_at is not None:
        return row
    row.seen_by, row.seen_at = acting_user.person, clock.now()
    row.save(update_fields=["seen_by", "seen_at"])
    _record("unit_talk.acknowledge", row, acting_user)
    user = getattr(row.recorded_by, "user", None)
    if user is not None and user.is_active:
        notices.tell(
            users={user.pk} - {acting_user.pk},
            title=f"{row.unit}已知悉{day_words(row.held_on)}的约谈",
            url=row.get_absolute_url(),
            key=f"{TALK}:{row.pk}:seen",
            subject_kind=TALK,
            subject_id=row.pk,
        )
    return row


@verb("unit_talk.void")
def void(*, acting_user: User, talk_id: int, why: str) -> UnitTalk:
    """A talk was recorded wrongly: its row stays with the reason. Voided twice is voided once."""
    rows = UnitTalk.objects.select_for_update(of=("self",)).for_pages()
    row = rows.filter(pk=talk_id, office__in=own_offices(acting_user)).first()
    if row is None:
        raise NotYours("not_yours", "没有这一件")
    desk_at(acting_user, row.office_id, "talk")
    if row.voided_at is not None:
        raise Conflict("voided", "这次约谈的登记已经作废")
    why = written(why, field="why", most=120, missing="写一句哪里登记错了", label="原因")
    row.voided_by, row.voided_at, row.void_why = acting_user.person, clock.now(), why
    row.save(update_fields=["voided_by", "voided_at", "void_why"])
    _record("unit_talk.void", row, acting_user, why=why)
    _tell(row, f"{day_words(row.held_on)}约谈的登记已作废", acting_user)
    return row


def _tell(row: UnitTalk, title: str, by: User) -> None:
    notices.tell(
        users=users_at([(Post.LEADER, row.unit_id)]) - {by.pk},
        title=title,
        body=row.void_why or row.why,
        url=row.get_absolute_url(),
        key=f"{TALK}:{row.pk}:{'void' if row.void_why else 'recorded'}",
        subject_kind=TALK,
        subject_id=row.pk,
    )


def _record(action: str, row: UnitTalk, user: User, **said: object) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind=TALK,
        subject_id=row.pk,
        after={"unit": str(row.unit), "held_on": row.held_on.isoformat(), **said},
        place=row.office.region.path,
    )

"""提出异议: a member says once what is not right in his month, and who keeps the town's register answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attendance.derive import people_of
from attendance.keepers import kept_teams
from attendance.sheets import MonthObjection, standing_sheets
from core import audit, clock, notices
from core.errors import Conflict, NotYours, Refused
from core.months import bounds, month_number, month_words
from core.texts import written
from core.verbs import verb
from teams.away import lock_people
from teams.holders import users_at
from teams.models import Appointment, User
from teams.words import REGISTER_POSTS, BodyKind, Post

LENGTH = 200


def postings_in(person_id: int, month: date) -> list[Appointment]:
    """The person's full-time postings that touch the month, in order."""
    first, last = bounds(month)
    rows = Appointment.objects.full_time().filter(person=person_id, void=False, valid_from__lte=last)
    return list(
        rows.exclude(valid_to__lt=first).select_related("body__region__parent", "body__team").order_by("pk")
    )


def version_of(postings: list[Appointment], month: date) -> int:
    """The closing under which the month stands now; 0 while it is open or being closed."""
    held = standing_sheets({row.body_id for row in postings}, month_number(month))
    return max((sheet.version for sheet in held.values() if sheet.state == "closed"), default=0)


def unanswered(postings: Iterable[Appointment], month: date) -> list[MonthObjection]:
    """What these people say against the month and nobody has answered yet, the oldest first; one query."""
    waiting = MonthObjection.objects.filter(month=month_number(month), answered_at=None)
    rows = waiting.filter(person__in=people_of(postings))
    return list(rows.select_related("person").order_by("at", "pk"))


@verb("attendance.object")
def object_to(*, acting_user: User, month: date, text: str, day: int | None = None) -> MonthObjection:
    """Say what is not right in one's own month: once while it is open, and once for each closing.

    Raises NotYours without a posting in the month, Refused without words, Conflict where it was said already.
    """
    person_id = acting_user.person_id
    postings = postings_in(person_id, month) if person_id is not None else []
    if not postings or person_id is None or month > clock.today():
        raise NotYours("not_yours", "这个月没有您的考勤")
    text = written(text, field="text", most=LENGTH, missing="写明哪一天、怎么不对", label="异议")
    if day is not None and not 1 <= day <= bounds(month)[1].day:
        raise Refused("day", "日期从列表里选", field="day")
    # Two taps come one after the other.
    lock_people([person_id])
    number, version = month_number(month), version_of(postings, month)
    if MonthObjection.objects.filter(person=person_id, month=number, version=version).exists():
        raise Conflict("said_already", "异议已提出过，等乡镇答复")
    made = MonthObjection.objects.create(
        person_id=person_id, month=number, version=version, day=day, text=text, at=clock.now()
    )
    team = postings[-1].body
    _record("attendance.object", made, acting_user, team.region.path, text=text, day=day)
    town = team.team.region.town
    kept = Appointment.objects.on(clock.today()).filter(
        post__in=REGISTER_POSTS, body__kind=BodyKind.OFFICE, body__region__path=town.path
    )
    pairs = [*kept.values_list("post", "body").distinct(), (Post.CAPTAIN.value, team.pk)]
    notices.tell(
        users=users_at(pairs) - {acting_user.pk},
        title=f"考勤异议：{acting_user.person} {month_words(month)}",
        body=text,
        url=made.get_absolute_url(),
        key=f"objection:{made.pk}",
    )
    return made


@verb("attendance.answer")
def answer(*, acting_user: User, objection_id: int, text: str) -> MonthObjection:
    """Answer an objection, as who keeps the register of the person's team in that month; never one's own.

    Raises NotYours for everybody else, Conflict where it is answered already.
    """
    rows = MonthObjection.objects.select_for_update(of=("self",)).select_related("person__user")
    found = rows.filter(pk=objection_id).first()
    if found is None or not may_answer(acting_user, found):
        raise NotYours("not_yours", "没有这一件")
    if found.answered_at is not None:
        raise Conflict("answered", f"{found.answered_by} 已答复，您不用再办")
    text = written(text, field="answer", most=LENGTH, missing="写明核实的结果，本人会看到", label="答复")
    found.answer, found.answered_at, found.answered_by = text, clock.now(), acting_user.person
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    place = postings_in(found.person_id, found.first)[-1].body.region.path
    _record("attendance.answer", found, acting_user, place, answer=text)
    user = getattr(found.person, "user", None)
    if user is not None:
        notices.tell(
            users=[user.pk],
            title=f"您对{month_words(found.month)}考勤的异议已答复",
            body=text,
            url=found.own_url,
            key=f"objection-answer:{found.pk}",
        )
    return found


def may_answer(user: User, objection: MonthObjection) -> bool:
    """Does the user keep the register of one of the person's teams of that month?"""
    if user.person_id is None or user.person_id == objection.person_id:
        return False
    teams = [row.body_id for row in postings_in(objection.person_id, objection.first)]
    return kept_teams(user).filter(pk__in=teams).exists()


def _record(action: str, made: MonthObjection, user: User, place: str, **said: object) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind="month_objection",
        subject_id=made.pk,
        after={"month": made.month, "version": made.version, **said},
        place=place,
    )

"""Verbs on appointments: make one, correct one that has not begun, end one on a day or at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from core import audit, clock
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import insist, insist_on_person
from teams.away import lock_person
from teams.delegations import carry_delegations
from teams.models import Appointment, Body, Person
from teams.words import ACTED_FOR, FULL_TIME_POSTS, POSTS_OF, BodyKind, Post

FAR = date.max
#: What may be corrected before an appointment begins. Another body or person is another appointment.
CORRECTABLE = ("post", "title", "unit", "home_post", "stationed_at", "valid_from", "valid_to", "basis")


@verb("appointment.make")
def appoint(
    *, person: Person, post: str, body: Body, valid_from: date, acting_user: Any, **fields: Any
) -> Appointment:
    """Appoint a person to a post in a body, or (``acting_for``, ``basis``) to act for its holder.

    Refused with a sentence: dates out of order, a post the body does not have, a body that has ended, a posting
    without its unit, acting without written basis, a second full-time posting at any time of the first.
    """
    insist(acting_user, body.region.path)
    insist_on_person(acting_user, person)
    lock_person(person.pk)
    appointment = Appointment(person=person, post=post, body_id=body.pk, valid_from=valid_from, **fields)
    check(appointment)
    appointment.save(force_insert=True)
    audit.record(
        action="appointment.make",
        actor=acting_user,
        subject_kind="appointment",
        subject_id=appointment.pk,
        after={"person": person.pk, "body": body.pk, **_plain(appointment)},
    )
    return appointment


@verb("appointment.correct")
def correct_appointment(*, appointment_id: int, acting_user: Any, **changes: Any) -> Appointment:
    """Correct an appointment that has not begun. Later it can only be ended: what it gave has been used."""
    appointment = _locked(appointment_id, acting_user)
    if appointment.void:
        raise Conflict("called_off", "这项任职已撤销，不能再改")
    if appointment.valid_from <= clock.today():
        raise Refused("begun", f"任职从 {appointment.valid_from} 起已生效，只能结束，不能再改")
    before = _plain(appointment)
    for key in CORRECTABLE:
        if key in changes:
            setattr(appointment, key, changes[key])
    check(appointment)
    appointment.save(update_fields=[key for key in CORRECTABLE if key in changes])
    audit.record(
        action="appointment.correct",
        actor=acting_user,
        subject_kind="appointment",
        subject_id=appointment.pk,
        before=before,
        after=_plain(appointment),
    )
    return appointment


@verb("appointment.end")
def end_appointment(*, appointment_id: int, last_day: date, acting_user: Any) -> Appointment:
    """End an appointment; what it gave is gone the day after ``last_day``."""
    appointment = _locked(appointment_id, acting_user)
    if appointment.void:
        raise Conflict("called_off", "这项任职已撤销")
    if last_day < appointment.valid_from:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    if appointment.valid_to is not None and appointment.valid_to < last_day:
        raise Refused(
            "ends_earlier", f"这项任职到 {appointment.valid_to} 就结束，止期不能更晚", field="valid_to"
        )
    return _end(appointment, last_day, acting_user)


@verb("appointment.end_now")
def end_at_once(*, appointment_id: int, acting_user: Any) -> Appointment:
    """End an appointment from this moment: today it gives nothing any more.

    One that begins today or later is called off: it never held, and its row says so.
    """
    appointment = _locked(appointment_id, acting_user)
    yesterday = clock.today() - timedelta(days=1)
    if appointment.void or (appointment.valid_to is not None and appointment.valid_to <= yesterday):
        raise Conflict("over", "这项任职已经结束，不用再办")
    if appointment.valid_from > yesterday:
        appointment.void = True
        return _end(appointment, appointment.valid_from - timedelta(days=1), acting_user)
    return _end(appointment, yesterday, acting_user)


def check(appointment: Appointment) -> None:
    """Raise Refused where the appointment, unsaved or changed, may not stand; under the person's lock."""
    body = appointment.body
    if appointment.valid_to is not None and appointment.valid_to < appointment.valid_from:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    if body.valid_to is not None and (appointment.valid_to or FAR) > body.valid_to:
        raise Refused("body_ended", f"{body}到 {body.valid_to} 止，不能任到那以后", field="valid_to")
    if appointment.post not in POSTS_OF[body.kind]:
        label = Post(appointment.post).label
        raise Refused("post_of_kind", f"{BodyKind(body.kind).label}里没有“{label}”这个职务", field="post")
    if appointment.acting_for is not None:
        _check_acting(appointment, appointment.acting_for)
    elif appointment.post in FULL_TIME_POSTS and appointment.unit_id is None:
        raise Refused("no_unit", "队长和队员要写明派出单位", field="unit")
    _check_overlap(appointment)


def _check_acting(appointment: Appointment, held: Appointment) -> None:
    if not appointment.basis.strip():
        raise Refused("no_basis", "代行职务要写明书面依据", field="basis")
    if held.person_id == appointment.person_id:
        raise Refused("own_post", "不能代行自己的职务", field="acting_for")
    if held.acting_for_id is not None or held.post not in ACTED_FOR:
        raise Refused("not_acted_for", "这个职务不能由人代行", field="acting_for")
    if (held.post, held.body_id) != (appointment.post, appointment.body_id):
        raise Refused("other_post", "代行的职务要和被代行的一致", field="acting_for")
    if held.void or (held.valid_to is not None and held.valid_to < appointment.valid_from):
        raise Refused("over", f"{held}的任职已经结束，不用代行", field="acting_for")


def _check_overlap(appointment: Appointment) -> None:
    """One full-time posting at a time, and no post twice at a time."""
    others = overlapping(appointment.person_id, appointment.valid_from, appointment.valid_to)
    others = others.exclude(pk=appointment.pk).select_related("body", "person")
    if appointment.acting_for is None and appointment.post in FULL_TIME_POSTS:
        found = others.full_time().order_by("valid_from").first()
        if found is not None:
            until = f"到 {found.valid_to}" if found.valid_to else "起"
            raise Refused(
                "second_posting",
                f"{found.person}从 {found.valid_from} {until}已有一个专职驻点（{found.body}），先结束那一个",
                field="valid_from",
            )
    same = others.filter(post=appointment.post, body=appointment.body_id)
    if same.filter(acting_for=appointment.acting_for).exists():
        raise Refused("same_post", "这段时间里他已在任这个职务", field="valid_from")


def overlapping(person_id: int, first: date, last: date | None) -> Any:
    """A person's appointments that hold on any day from ``first`` to ``last`` (None: without end)."""
    return Appointment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=first),
        person=person_id,
        void=False,
        valid_from__lte=last or FAR,
    )


def carry_over(rows: Iterable[Appointment], *, first_day: date, change: Any) -> list[Appointment]:
    """End these appointments the day before ``first_day`` and go on with new ones, changed by ``change(row)``.

    Postings keep their history: old papers point to the row that held on their day. ``change`` returns the new
    values, or None where the appointment simply ends. What has not begun by then is changed in place.
    """
    last_day = first_day - timedelta(days=1)
    fresh: list[Appointment] = []
    follows: dict[int, Appointment] = {}
    for row in sorted(rows, key=lambda row: (row.acting_for_id is not None, row.pk)):
        values, until = change(row), row.valid_to
        begun = row.valid_from <= last_day
        if begun:
            row.valid_to = last_day
            row.save(update_fields=["valid_to"])
        elif values is None:
            row.void, row.valid_to = True, row.valid_from - timedelta(days=1)
            row.save(update_fields=["void", "valid_to"])
        if values is None:
            continue
        if begun:
            old = row.pk
            copy = Appointment.objects.get(pk=old)
            copy.pk, copy.valid_from, copy.valid_to = None, first_day, until
            copy._state.adding = True
            follows[old] = copy
        else:
            copy = row
        if copy.acting_for_id in follows:
            copy.acting_for = follows[copy.acting_for_id]
        for key, value in values.items():
            setattr(copy, key, value)
        copy.save()
        fresh.append(copy)
    carry_delegations(follows, first_day)
    return fresh


def _locked(appointment_id: int, acting_user: Any) -> Appointment:
    appointment = Appointment.objects.select_related("body__region", "person").get(pk=appointment_id)
    insist(acting_user, appointment.body.region.path)
    lock_person(appointment.person_id)
    appointment.refresh_from_db(fields=["valid_from", "valid_to", "void", "post"])
    return appointment


def _end(appointment: Appointment, last_day: date, acting_user: Any) -> Appointment:
    before = Appointment.objects.values_list("valid_to", flat=True).get(pk=appointment.pk)
    appointment.valid_to = last_day
    appointment.save(update_fields=["valid_to", "void"])
    audit.record(
        action="appointment.end",
        actor=acting_user,
        subject_kind="appointment",
        subject_id=appointment.pk,
        before={"to": before.isoformat() if before else None},
        after={"to": last_day.isoformat(), **({"called_off": True} if appointment.void else {})},
    )
    return appointment


def _plain(appointment: Appointment) -> dict[str, Any]:
    """What the trail keeps of an appointment."""
    return {
        "post": appointment.post,
        "from": appointment.valid_from.isoformat(),
        "to": appointment.valid_to.isoformat() if appointment.valid_to else None,
        "unit": appointment.unit_id,
        "stationed_at": appointment.stationed_at_id,
        "acting_for": appointment.acting_for_id,
        "basis": appointment.basis,
    }

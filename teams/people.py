"""Verbs on places, bodies, people and appointments. Every one locks, checks, writes and records."""

from __future__ import annotations

from datetime import date
from typing import Any

from pypinyin import Style, lazy_pinyin

from core import audit
from core.crypto import fingerprint
from core.errors import Refused
from core.verbs import verb
from teams.models import Appointment, Body, DispatchingUnit, Office, OfficeFunction, Person, Region, User
from teams.models.places import STEP
from teams.words import BodyKind


def pinyin_of(text: str) -> str:
    """Full pinyin without tones, for sorting: ``王建国`` → ``wang jian guo``."""
    return " ".join(lazy_pinyin(text)).lower()


def initials_of(text: str) -> str:
    """First letters, for quick search: ``王建国`` → ``wjg``."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()


@verb("region.add")
def add_region(*, parent: Region | None, acting_user: Any, **fields: Any) -> Region:
    """Add a region below ``parent`` (or a root). Its path is given here and never typed."""
    siblings = Region.objects.select_for_update().filter(parent=parent).order_by("-path")
    last = siblings.values_list("path", flat=True).first()
    ordinal = int(last[-STEP:]) + 1 if last else 1
    if ordinal >= 10**STEP - 1:
        raise Refused("region_full", "下级区划已满，先在上级建立分组")
    path = f"{parent.path if parent else ''}{ordinal:0{STEP}d}"
    region = Region.objects.create(parent=parent, path=path, **fields)
    audit.record(
        action="region.add",
        actor=acting_user,
        subject_kind="region",
        subject_id=region.pk,
        after={"name": region.name, "code": region.code},
    )
    return region


@verb("body.add")
def add_body(*, model: type[Body], functions: tuple[str, ...] = (), acting_user: Any, **fields: Any) -> Any:
    """Add an office (with its functions), a dispatching unit or a team."""
    kind = {"Office": BodyKind.OFFICE, "DispatchingUnit": BodyKind.UNIT, "Team": BodyKind.TEAM}[
        model.__name__
    ]
    if model is DispatchingUnit:
        fields["pinyin"] = pinyin_of(fields["name"])
    body = model.objects.create(kind=kind, **fields)
    if isinstance(body, Office):
        OfficeFunction.objects.bulk_create(
            OfficeFunction(office=body, function=function, valid_from=body.valid_from)
            for function in functions
        )
    audit.record(
        action="body.add",
        actor=acting_user,
        subject_kind="body",
        subject_id=body.pk,
        after={"name": body.name, "kind": kind, "functions": list(functions)},
    )
    return body


@verb("person.add")
def add_person(*, name: str, acting_user: Any, phone: str = "", identity: str = "", **fields: Any) -> Person:
    """Add a person; pinyin and the keyed hashes of the identifiers are computed here."""
    person = Person.objects.create(
        name=name,
        pinyin=pinyin_of(name),
        initials=initials_of(name),
        phone=phone,
        phone_hash=fingerprint(phone) if phone else "",
        identity=identity,
        identity_hash=fingerprint(identity) if identity else "",
        **fields,
    )
    audit.record(
        action="person.add",
        actor=acting_user,
        subject_kind="person",
        subject_id=person.pk,
        after={"name": name},
    )
    return person


@verb("user.add")
def add_user(
    *, person: Person | None, username: str, password: str | None, acting_user: Any, temporary: bool = True
) -> User:
    """Give a person a login. The first password must be changed unless ``temporary`` is False (demo only).

    Without a ``password`` nobody can sign in yet.
    """
    user = User.objects.create_user(username, password, person=person, password_is_temporary=temporary)
    audit.record(
        action="user.add",
        actor=acting_user,
        subject_kind="user",
        subject_id=user.pk,
        after={"username": username},
    )
    return user


@verb("appointment.make")
def appoint(
    *, person: Person, post: str, body: Body, valid_from: date, acting_user: Any, **fields: Any
) -> Appointment:
    """Appoint a person to a post in a body. A second open full-time posting is refused with a sentence."""
    appointment = Appointment(person=person, post=post, body_id=body.pk, valid_from=valid_from, **fields)
    if appointment.valid_to is not None and appointment.valid_to < valid_from:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    appointment.save(force_insert=True)
    audit.record(
        action="appointment.make",
        actor=acting_user,
        subject_kind="appointment",
        subject_id=appointment.pk,
        after={"person": person.pk, "post": post, "body": body.pk, "from": valid_from.isoformat()},
    )
    return appointment


@verb("appointment.end")
def end_appointment(*, appointment_id: int, last_day: date, acting_user: Any) -> Appointment:
    """End an appointment; what it gave is gone the day after ``last_day``."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
    if last_day < appointment.valid_from:
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    before = appointment.valid_to
    appointment.valid_to = last_day
    appointment.save(update_fields=["valid_to"])
    audit.record(
        action="appointment.end",
        actor=acting_user,
        subject_kind="appointment",
        subject_id=appointment.pk,
        before={"to": before.isoformat() if before else None},
        after={"to": last_day.isoformat()},
    )
    return appointment

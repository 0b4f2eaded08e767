"""Verbs that add places, bodies and people, and correct people. Every one locks, checks, writes and records."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from core import audit
from core.crypto import fingerprint, fingerprints
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import above, insist, insist_on_person
from teams.appointing import appoint, end_appointment
from teams.duplicates import likely_same
from teams.models import Body, DispatchingUnit, Office, OfficeFunction, Person, Region, User
from teams.names import person_words, pinyin_of, place_words, unit_words
from teams.paths import next_path
from teams.words import LEVELS, BodyKind

#: Names of the whole register of people stand here, wherever each is written.
__all__ = [
    "add_body",
    "add_person",
    "add_region",
    "add_user",
    "appoint",
    "edit_person",
    "end_appointment",
    "identity_fields",
    "name_fields",
    "phone_fields",
    "pinyin_of",
]


def not_registered_before(identity: str, but: Person | None = None) -> None:
    """Conflict where somebody else has the number under an older key: the constraint sees the present key's alone."""
    older = fingerprints(identity)[1:] if identity else []
    if not older:
        return
    others = Person.objects.filter(identity_hash__in=older)
    if (others.exclude(pk=but.pk) if but is not None else others).exists():
        raise Conflict("same_identity", "这个身份证号已登记在另一个人名下")


@verb("region.add")
def add_region(*, parent: Region | None, acting_user: Any, **fields: Any) -> Region:
    """Add a region below ``parent`` (or a root). Its path is given here and never typed.

    Refused where a living one of that name lies there already, or the level does not lie below the parent's.
    """
    insist(acting_user, parent.path if parent else "")
    if parent is not None:
        if parent.valid_to is not None:
            raise Refused("ended", f"{parent.name}已撤并，不能再加下级")
        if LEVELS.index(fields["level"]) <= LEVELS.index(parent.level):
            raise Refused("level", f"{parent.name}下面不能是这一级", field="level")
    if Region.objects.filter(parent=parent, name=fields["name"], valid_to=None).exists():
        where = parent.name if parent else "这里"
        raise Refused("same_name", f"{where}已有“{fields['name']}”", field="name")
    path = next_path(parent)
    region = Region.objects.create(parent=parent, path=path, **place_words(fields["name"]), **fields)
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
    """Add an office (with its functions), a dispatching unit or a team.

    A unit may also belong to a level above the administrator's own: those send people here too.
    """
    region = fields["region"]
    upper = acting_user is not None and model is DispatchingUnit
    if not (upper and Region.objects.filter(above(acting_user), pk=region.pk).exists()):
        insist(acting_user, region.path)
    same = model.objects.filter(name=fields["name"], region__path=region.path, valid_to=None)
    if same.exists():
        raise Refused("same_name", f"{region.name}已登记过“{fields['name']}”", field="name")
    kind = {"Office": BodyKind.OFFICE, "DispatchingUnit": BodyKind.UNIT, "Team": BodyKind.TEAM}[
        model.__name__
    ]
    if model is DispatchingUnit:
        fields |= unit_words(fields["name"])
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


def phone_fields(phone: str) -> dict[str, str]:
    """The columns that keep a telephone number: itself, encrypted, and what finds it again."""
    return {"phone": phone, "phone_hash": fingerprint(phone) if phone else ""}


def identity_fields(identity: str) -> dict[str, str]:
    """The columns that keep an identity number."""
    return {"identity": identity, "identity_hash": fingerprint(identity) if identity else ""}


def name_fields(name: str) -> dict[str, str]:
    """The columns that keep a name: itself, and its pinyin for sorting and search."""
    return {"name": name, **person_words(name)}


@verb("person.add")
def add_person(
    *,
    name: str,
    acting_user: Any,
    phone: str = "",
    identity: str = "",
    told_apart: Collection[int] | None = None,
    **fields: Any,
) -> Person:
    """Add a person; pinyin and the keyed hashes of the identifiers are computed here.

    ``told_apart``: ids of the people of whom the clerk has said that they are somebody else; Refused with
    ``maybe_same`` where anybody else might be meant. None: the caller has compared by himself.
    """
    place = fields.get("registered_in")
    insist(acting_user, place.path if place else "")
    not_registered_before(identity)
    if told_apart is not None:
        alike = [
            each.person
            for each in likely_same(acting_user, name=name, phone=phone, identity=identity)
            if each.person.pk not in told_apart
        ]
        if alike:
            raise Refused(
                "maybe_same", f"可能已登记过：{'、'.join(each.name for each in alike)}", field="name"
            )
    person = Person.objects.create(
        **name_fields(name), **phone_fields(phone), **identity_fields(identity), **fields
    )
    audit.record(
        action="person.add",
        actor=acting_user,
        subject_kind="person",
        subject_id=person.pk,
        after={"name": name},
    )
    return person


#: What of a person may be read in the audit trail; of the identifiers only that they changed.
_PLAIN = ("name", "gender", "born")


@verb("person.edit")
def edit_person(
    *,
    person_id: int,
    acting_user: Any,
    name: str,
    gender: str,
    born: str,
    registered_in: Region,
    phone: str | None = None,
    identity: str | None = None,
) -> Person:
    """Correct what is registered of a person; ``phone`` and ``identity`` None stay as they are."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    insist_on_person(acting_user, person)
    insist(acting_user, registered_in.path)
    not_registered_before(identity or "", but=person)
    before = {key: getattr(person, key) for key in _PLAIN}
    hidden = (person.phone_hash, person.identity_hash)
    fields: dict[str, Any] = {
        **name_fields(name),
        "gender": gender,
        "born": born,
        "registered_in": registered_in,
    }
    if phone is not None:
        fields |= phone_fields(phone)
    if identity is not None:
        fields |= identity_fields(identity)
    moved = person.registered_in_id != registered_in.pk
    for key, value in fields.items():
        setattr(person, key, value)
    person.save(update_fields=list(fields))
    audit.record(
        action="person.edit",
        actor=acting_user,
        subject_kind="person",
        subject_id=person.pk,
        before=before,
        after={
            **{key: getattr(person, key) for key in _PLAIN},
            "phone_changed": person.phone_hash != hidden[0],
            "identity_changed": person.identity_hash != hidden[1],
            **({"registered_in": registered_in.pk} if moved else {}),
        },
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

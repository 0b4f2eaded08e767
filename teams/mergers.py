"""Institutions are renamed, merged and dissolved. The old row ends with its successor and document.

Old papers keep the old name, because they point to the old row; appointments go on in new dated rows, so postings
keep their history. What waited for a post in the old body finds the same post in the new one (:mod:`teams.holders`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from core import audit, clock
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import insist
from teams.appointing import carry_over
from teams.models import Appointment, Body, DispatchingUnit, Office, OfficeFunction, Pairing, Team
from teams.names import unit_words
from teams.words import HELPERS, BodyKind, Post

ONE_DAY = timedelta(days=1)
#: Whoever does this work in an absorbed body goes on doing it; other posts are given anew.
MOVES_ALONG = frozenset({Post.STAFF.value, *(post.value for post in HELPERS)})
Change = Callable[[Appointment], dict[str, Any] | None]


@verb("office.absorb")
def absorb_office(
    *, office_id: int, into_id: int, last_day: date, acting_user: Any, document: str = ""
) -> Office:
    """Close an office on ``last_day``; from the next day its functions are held by the office it goes into.

    Its staff move along; other posts end with the office. Refused when it has already ended or goes into itself.
    """
    office = Office.objects.select_for_update(of=("self",)).select_related("region").get(pk=office_id)
    into = Office.objects.select_related("region").get(pk=into_id)
    first_day = last_day + ONE_DAY
    _may_go(office, into, first_day, acting_user)
    held = list(office.functions.select_for_update().filter(valid_to=None).values_list("function", flat=True))
    _hand_over_functions(office, into, first_day)
    moved = carry_over(_appointments(office, first_day), first_day=first_day, change=_absorbed(into))
    DispatchingUnit.objects.filter(institution=office, valid_to=None).update(institution=into)
    _close(office, into, last_day, document)
    audit.record(
        action="office.absorb",
        actor=acting_user,
        subject_kind="body",
        subject_id=office.pk,
        after={
            "into": into.pk,
            "last_day": last_day.isoformat(),
            "functions": held,
            "appointments": len(moved),
        },
    )
    return office


@verb("body.merge")
def merge_body(*, body_id: int, into_id: int, first_day: date, document: str, acting_user: Any) -> Body:
    """Merge a dispatching unit or a team into another one from ``first_day`` on; gives the one that ended.

    The people it sends, or its members, go on in the successor. A captain becomes a member where the successor has
    a captain; a head whose post is taken there ends.
    """
    body = Body.objects.select_for_update(of=("self",)).select_related("region").get(pk=body_id)
    into = Body.objects.select_related("region").get(pk=into_id)
    if body.kind == BodyKind.OFFICE:
        raise Refused("office", "部门并入部门时，职能一起转入，按“并入部门”办理")
    _may_go(body, into, first_day, acting_user)
    change = _joined(into, first_day) if body.kind == BodyKind.TEAM else _merged_unit(body, into, first_day)
    moved = carry_over(_appointments(body, first_day), first_day=first_day, change=change)
    _hand_over_pairings(body, into, first_day)
    _close(body, into, first_day - ONE_DAY, document)
    audit.record(
        action="body.merge",
        actor=acting_user,
        subject_kind="body",
        subject_id=body.pk,
        after={"into": into.pk, "from": first_day.isoformat(), "appointments": len(moved)},
    )
    return body


@verb("body.rename")
def rename_body(
    *, body_id: int, name: str, first_day: date, acting_user: Any, short_name: str = "", document: str = ""
) -> Body:
    """Give a body a new name from ``first_day`` on: the old row ends, the successor takes over everything."""
    body = Body.objects.select_for_update(of=("self",)).select_related("region").get(pk=body_id)
    insist(acting_user, body.region.path)
    _check_going(body, first_day)
    if name == body.name:
        raise Refused("same_name", "新名称和现在的一样", field="name")
    fresh = _copy(body, name=name, short_name=short_name, first_day=first_day)
    if isinstance(fresh, Office):
        _hand_over_functions(Office.objects.get(pk=body.pk), fresh, first_day)
        DispatchingUnit.objects.filter(institution=body.pk, valid_to=None).update(institution=fresh)

    def change(row: Appointment) -> dict[str, Any]:
        return {
            column: fresh.pk
            for column in ("body_id", "unit_id")
            if getattr(row, column) == body.pk and not (column == "unit_id" and body.kind != BodyKind.UNIT)
        }

    moved = carry_over(_appointments(body, first_day), first_day=first_day, change=change)
    _hand_over_pairings(body, fresh, first_day)
    _close(body, fresh, first_day - ONE_DAY, document)
    audit.record(
        action="body.rename",
        actor=acting_user,
        subject_kind="body",
        subject_id=body.pk,
        before={"name": body.name},
        after={
            "name": name,
            "successor": fresh.pk,
            "from": first_day.isoformat(),
            "appointments": len(moved),
        },
    )
    return fresh


@verb("body.end")
def end_body(*, body_id: int, last_day: date, document: str, acting_user: Any) -> Body:
    """Dissolve a body without a successor. Refused while anybody still serves in it or is sent by it."""
    body = Body.objects.select_for_update(of=("self",)).select_related("region").get(pk=body_id)
    insist(acting_user, body.region.path)
    _check_going(body, last_day + ONE_DAY)
    left = _appointments(body, last_day + ONE_DAY)
    if left:
        names = "、".join(dict.fromkeys(row.person.name for row in left[:3]))
        many = f"等 {len(left)} 项" if len(left) > 3 else ""
        raise Refused("peopled", f"{names}{many}任职还在，先结束这些任职，或把{body}并入别处")
    OfficeFunction.objects.filter(office=body.pk, valid_to=None).update(valid_to=last_day)
    _pairings(body, last_day + ONE_DAY).update(valid_to=last_day)
    _close(body, None, last_day, document)
    audit.record(
        action="body.end",
        actor=acting_user,
        subject_kind="body",
        subject_id=body.pk,
        after={"last_day": last_day.isoformat()},
    )
    return body


def _may_go(body: Body, into: Body, first_day: date, acting_user: Any) -> None:
    insist(acting_user, body.region.path)
    insist(acting_user, into.region.path)
    if body.pk == into.pk:
        raise Refused("same_office", "并入的部门不能是它自己", field="into")
    if body.kind != into.kind:
        raise Refused("other_kind", "只能并入同一类机构", field="into")
    _check_going(body, first_day)
    if into.valid_to is not None:
        raise Refused("ended", f"{into}已撤并，选接着办的那一个", field="into")


def _check_going(body: Body, first_day: date) -> None:
    if body.valid_to is not None:
        raise Conflict("ended", f"{body}已于 {body.valid_to} 撤并，不用再办")
    if first_day <= body.valid_from:
        raise Refused("dates", "止期不能早于起期", field="first_day")
    if first_day > clock.today() + ONE_DAY:
        raise Refused("later", "日期最晚填明天，以后的变动到时再登记", field="first_day")


def _close(body: Body, successor: Body | None, last_day: date, document: str) -> None:
    body.valid_to, body.document = last_day, document
    body.successor_id = successor.pk if successor is not None else None
    body.save(update_fields=["valid_to", "successor", "document"])


def _appointments(body: Body, first_day: date) -> list[Appointment]:
    """Those in the body, and of a unit those it sends, that hold on ``first_day`` or later."""
    where = Q(body=body.pk) | Q(unit=body.pk) if body.kind == BodyKind.UNIT else Q(body=body.pk)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=first_day)
    rows = Appointment.objects.filter(where, lasting, void=False)
    return list(rows.select_related("person").select_for_update(of=("self",)).order_by("pk"))


def _taken(into: Body, first_day: date) -> set[tuple[str, int]]:
    """(post, person) pairs the successor has from ``first_day`` on."""
    rows = _appointments(into, first_day)
    return {(row.post, row.person_id) for row in rows if row.body_id == into.pk and row.acting_for_id is None}


def _absorbed(into: Body) -> Change:
    def change(row: Appointment) -> dict[str, Any] | None:
        return {"body_id": into.pk} if row.post in MOVES_ALONG and row.acting_for_id is None else None

    return change


def _joined(into: Body, first_day: date) -> Change:
    """Members of a team that is merged into another one."""
    taken = _taken(into, first_day)
    led = any(post == Post.CAPTAIN for post, _ in taken)

    def change(row: Appointment) -> dict[str, Any] | None:
        if row.acting_for_id is not None or (row.post, row.person_id) in taken:
            return None
        second = {"post": Post.MEMBER, "title": ""} if led and row.post == Post.CAPTAIN else {}
        return {"body_id": into.pk, **second}

    return change


def _merged_unit(body: Body, into: Body, first_day: date) -> Change:
    """Those a merged unit sends go on in the name of the successor; so do its own people, as far as posts are free."""
    posts = {post for post, _ in _taken(into, first_day)}

    def change(row: Appointment) -> dict[str, Any] | None:
        if row.body_id != body.pk:
            return {"unit_id": into.pk}
        free = row.post in MOVES_ALONG or row.post not in posts
        return {"body_id": into.pk} if free and row.acting_for_id is None else None

    return change


def _hand_over_functions(office: Office, into: Office, first_day: date) -> None:
    rows = office.functions.filter(valid_to=None)
    held = list(rows.values_list("function", flat=True))
    rows.update(valid_to=first_day - ONE_DAY)
    already = set(into.functions.filter(valid_to=None).values_list("function", flat=True))
    OfficeFunction.objects.bulk_create(
        OfficeFunction(office=into, function=function, valid_from=first_day)
        for function in held
        if function not in already
    )


def _pairings(body: Body, first_day: date) -> QuerySet[Pairing]:
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gte=first_day)
    return Pairing.objects.filter(lasting, Q(team=body.pk) | Q(unit=body.pk))


def _hand_over_pairings(body: Body, into: Body, first_day: date) -> None:
    for row in list(_pairings(body, first_day)):
        until, row.valid_to = row.valid_to, first_day - ONE_DAY
        row.save(update_fields=["valid_to"])
        fields: dict[str, Any] = {"role": row.role, "note": row.note, "document": row.document}
        team = into.pk if row.team_id == body.pk else row.team_id
        unit = into.pk if row.unit_id == body.pk else row.unit_id
        Pairing.objects.get_or_create(
            team_id=team,
            unit_id=unit,
            valid_from=first_day,
            role=row.role,
            defaults={**fields, "valid_to": until},
        )


def _copy(body: Body, *, name: str, short_name: str, first_day: date) -> Body:
    """A new row of the same kind under a new name."""
    known = {"kind": body.kind, "name": name, "short_name": short_name, "region": body.region}
    if body.kind == BodyKind.OFFICE:
        return Office.objects.create(**known, valid_from=first_day)
    if body.kind == BodyKind.TEAM:
        team = Team.objects.get(pk=body.pk)
        return Team.objects.create(**known, valid_from=first_day, team_kind=team.team_kind, task=team.task)
    unit = DispatchingUnit.objects.get(pk=body.pk)
    return DispatchingUnit.objects.create(
        **known,
        valid_from=first_day,
        code=unit.code,
        **unit_words(name),
        origin=unit.origin,
        institution=unit.institution,
    )

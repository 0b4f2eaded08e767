"""任职 and 代办委托 on a person's 时间线."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from core import timeline
from core.timeline import Moment, Source
from teams.models import Appointment, Delegation, Person, User
from teams.scope import scope_of
from teams.seen import appointments_shown

FROM, TO = "from", "to"
Key = tuple[str, int]


def _begun_and_ended(user: User, person: Person) -> Iterable[tuple[date, Key]]:
    rows = appointments_shown(user).filter(person=person).order_by()
    for pk, first, last in rows.values_list("pk", "valid_from", "valid_to"):
        yield first, (FROM, pk)
        if last is not None:
            yield last, (TO, pk)


def _posts(user: User, person: Person, keys: Sequence[Key]) -> Mapping[Key, Moment]:
    rows = Appointment.objects.select_related("body", "unit", "acting_for__person").in_bulk(
        [pk for _, pk in keys]
    )
    return {key: _post(rows[key[1]], begins=key[0] == FROM) for key in keys}


def _post(row: Appointment, *, begins: bool) -> Moment:
    acting = f"代{row.acting_for.person}行" if row.acting_for else ""
    notes = [acting, f"{row.unit}派出" if row.unit and begins else "", row.document if begins else ""]
    return Moment(
        title=f"{'任' if begins else '不再担任'}{row.capacity}", note="，".join(filter(None, notes))
    )


def delegations_shown(user: User, person: Person) -> QuerySet[Delegation]:
    """Those the person gave or took: for himself, the other side, and who looks after the place of the post."""
    scope = scope_of(user)
    mine = Q(of__person=scope.person_id) | Q(to__person=scope.person_id)
    return Delegation.objects.filter(Q(of__person=person) | Q(to__person=person)).filter(
        mine | scope.places_q("of__body__region__path")
    )


def _delegated(user: User, person: Person) -> Iterable[tuple[date, int]]:
    for pk, first in delegations_shown(user, person).order_by().values_list("pk", "valid_from"):
        yield first, pk


def _delegations(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    rows = Delegation.objects.for_pages().filter(pk__in=keys)
    return {row.pk: _delegation(row, person) for row in rows}


def _delegation(row: Delegation, person: Person) -> Moment:
    gave = row.of.person_id == person.pk
    title = f"委托{row.to.person}代办{row.of.capacity}" if gave else f"代{row.of.person}办{row.of.capacity}"
    until = f"到 {row.valid_to:%Y-%m-%d}" if row.valid_to else ""
    return Moment(
        title=title,
        note=until,
        status_kind="later" if row.ended_at else "",
        status_label="提前结束" if row.ended_at else "",
    )


timeline.register(Source(kind="post", label="任职", dates=_begun_and_ended, moments=_posts))
timeline.register(Source(kind="delegation", label="代办委托", dates=_delegated, moments=_delegations))

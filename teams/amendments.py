"""Small corrections to what is registered: a code, a telephone number, a last day. Names and places have their own verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from core import audit
from core.errors import Refused
from core.verbs import verb
from teams.administered import insist, insist_on_person
from teams.models import Appointment, DispatchingUnit, Pairing, Person, Region, Team
from teams.people import identity_fields, name_fields, not_registered_before, phone_fields

#: What may be corrected, by table, and how the trail names the table.
AMENDABLE: dict[type[models.Model], tuple[str, frozenset[str]]] = {
    Region: ("region", frozenset({"code", "support_class"})),
    DispatchingUnit: ("body", frozenset({"short_name", "code", "origin"})),
    Team: ("body", frozenset({"short_name", "task"})),
    Person: (
        "person",
        frozenset(
            {"name", "gender", "born", "phone", "identity", "ethnicity", "education", "political_status"}
            | {"joined_party_on", "full_member_on", "working_since", "staffing"}
        ),
    ),
    Appointment: (
        "appointment",
        frozenset(
            {"unit", "home_post", "stationed_at", "valid_to", "document"}
            | {"party_relation", "insured_until", "remark"}
        ),
    ),
    Pairing: ("pairing", frozenset({"note", "document", "valid_to"})),
}
#: Never written into the trail; that they changed is.
SECRET = frozenset({"phone", "identity"})


@verb("record.amend")
def amend(*, row: models.Model, changes: Mapping[str, Any], acting_user: Any) -> None:
    """Set some columns of a row registered where the administrator administers; NotYours elsewhere.

    Raises Refused where an end would lie before its beginning. A column that is not in :data:`AMENDABLE` is a mistake of the caller.
    """
    kind, allowed = AMENDABLE[type(row)]
    if unknown := set(changes) - allowed:
        raise ValueError(f"{kind}: {', '.join(sorted(unknown))} has a verb of its own")
    now = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    _insist(acting_user, now)
    before = {name: _told(name, getattr(now, name)) for name in changes}
    for name, value in changes.items():
        setattr(now, name, value)
    last_day = changes.get("valid_to")
    if last_day is not None and last_day < now.valid_from:  # type: ignore[attr-defined]
        raise Refused("dates", "止期不能早于起期", field="valid_to")
    now.save(update_fields=[*changes, *_follow(now, changes)])
    audit.record(
        action="record.amend",
        actor=acting_user,
        subject_kind=kind,
        subject_id=now.pk,
        before=before,
        after={name: _told(name, value) for name, value in changes.items()},
    )


def _insist(acting_user: Any, row: Any) -> None:
    """The row is the administrator's to correct."""
    if isinstance(row, Person):
        insist_on_person(acting_user, row)
        return
    owner = {Appointment: "body", Pairing: "team"}.get(type(row))
    place = getattr(row, owner) if owner else row
    insist(acting_user, place.path if isinstance(place, Region) else place.region.path)


#: Columns that are kept with others computed from them.
_KEPT_WITH = {"name": name_fields, "phone": phone_fields, "identity": identity_fields}


def _follow(row: Any, changes: Mapping[str, Any]) -> list[str]:
    """Columns that are computed from the changed ones."""
    if not isinstance(row, Person):
        return []
    if "identity" in changes:
        not_registered_before(changes["identity"], but=row)
    computed: dict[str, str] = {}
    for name in _KEPT_WITH.keys() & changes.keys():
        computed |= _KEPT_WITH[name](changes[name])
    for name, value in computed.items():
        setattr(row, name, value)
    return [name for name in computed if name not in changes]


def _told(name: str, value: Any) -> Any:
    if name in SECRET:
        return "已登记" if value else ""
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, str | int | bool) else str(value)

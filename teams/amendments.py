"""Small corrections to what is registered: a code, a telephone number, a last day. Names and places have their own verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from core import audit
from core.crypto import fingerprint
from core.errors import Refused
from core.verbs import verb
from teams.models import Appointment, DispatchingUnit, Pairing, Person, Region, Team
from teams.people import initials_of, not_registered_before, pinyin_of

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
    """Set some columns of a registered row. Raises Refused where an end would lie before its beginning.

    A column that is not in :data:`AMENDABLE` is a mistake of the caller.
    """
    kind, allowed = AMENDABLE[type(row)]
    if unknown := set(changes) - allowed:
        raise ValueError(f"{kind}: {', '.join(sorted(unknown))} has a verb of its own")
    now = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
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


def _follow(row: Any, changes: Mapping[str, Any]) -> list[str]:
    """Columns that are computed from the changed ones."""
    computed = {}
    if isinstance(row, Person) and "identity" in changes:
        not_registered_before(changes["identity"], but=row)
    for name in SECRET & set(changes):
        computed[f"{name}_hash"] = fingerprint(changes[name]) if changes[name] else ""
    if isinstance(row, Person) and "name" in changes:
        computed |= {"pinyin": pinyin_of(row.name), "initials": initials_of(row.name)}
    for name, value in computed.items():
        setattr(row, name, value)
    return list(computed)


def _told(name: str, value: Any) -> Any:
    if name in SECRET:
        return "已登记" if value else ""
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, str | int | bool) else str(value)

"""组团结对: which unit sends what to which team (新丰 附件 1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from core import audit
from core.errors import Refused
from core.verbs import verb
from teams.models import DispatchingUnit, Pairing, Team


@verb("pairing.add")
def pair(
    *,
    team: Team,
    role: str,
    valid_from: date,
    acting_user: Any,
    unit: DispatchingUnit | None = None,
    note: str = "",
    document: str = "",
    valid_to: date | None = None,
) -> Pairing:
    """Pair a unit with a team in one role; where the paper names no unit, ``note`` quotes it.

    Raises Refused when there is neither a unit nor a quotation.
    """
    if unit is None and not note.strip():
        raise Refused("nothing", "写明单位，或照抄文件原文", field="unit")
    pairing = Pairing.objects.create(
        team=team,
        role=role,
        unit=unit,
        note=note.strip(),
        document=document,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    audit.record(
        action="pairing.add",
        actor=acting_user,
        subject_kind="body",
        subject_id=team.pk,
        after={"role": role, "unit": unit.pk if unit else None},
    )
    return pairing

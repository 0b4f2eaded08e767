"""Institutions merge: the old row ends with its successor and document, and its functions go on there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core import audit
from core.errors import Refused
from core.verbs import verb
from teams.models import Office, OfficeFunction


@verb("office.absorb")
def absorb_office(
    *, office_id: int, into_id: int, last_day: date, acting_user: Any, document: str = ""
) -> Office:
    """Close an office on ``last_day``; from the next day its functions are held by the office it goes into.

    Old papers keep the old name. Raises Refused when the office has already ended or goes into itself.
    """
    office = Office.objects.select_for_update().get(pk=office_id)
    into = Office.objects.get(pk=into_id)
    if office.pk == into.pk:
        raise Refused("same_office", "并入的部门不能是它自己", field="into")
    if office.valid_to is not None:
        raise Refused("ended", f"{office}已于 {office.valid_to} 撤并，不用再办")
    if last_day < office.valid_from:
        raise Refused("dates", "止期不能早于起期", field="last_day")
    held = list(office.functions.select_for_update().filter(valid_to=None).values_list("function", flat=True))
    office.functions.filter(valid_to=None).update(valid_to=last_day)
    already = set(into.functions.filter(valid_to=None).values_list("function", flat=True))
    OfficeFunction.objects.bulk_create(
        OfficeFunction(office=into, function=function, valid_from=last_day + timedelta(days=1))
        for function in held
        if function not in already
    )
    office.valid_to, office.successor, office.document = last_day, into, document
    office.save(update_fields=["valid_to", "successor", "document"])
    audit.record(
        action="office.absorb",
        actor=acting_user,
        subject_kind="body",
        subject_id=office.pk,
        after={"into": into.pk, "last_day": last_day.isoformat(), "functions": held},
    )
    return office

"""Verbs on what an office answers for, from one day to another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from core import audit
from core.errors import Conflict, Refused
from core.verbs import verb
from teams.administered import insist
from teams.models import Office, OfficeFunction
from teams.words import Function


@verb("function.add")
def add_function(*, office_id: int, function: str, valid_from: date, acting_user: Any) -> OfficeFunction:
    """Give an office a function from a day on. Refused while another office of the place still holds it."""
    office = Office.objects.select_for_update(of=("self",)).select_related("region").get(pk=office_id)
    insist(acting_user, office.region.path)
    if function not in Function.values:
        raise Refused("function", "从列出的职能里选一个", field="function")
    if office.valid_to is not None:
        raise Conflict("ended", f"{office}已于 {office.valid_to} 撤并，不能再增加职能")
    if valid_from < office.valid_from:
        raise Refused("dates", f"{office}从 {office.valid_from} 起才有，日期不能更早", field="valid_from")
    held = OfficeFunction.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from),
        function=function,
        office__region__path=office.region.path,
    ).select_related("office")
    other = held.order_by("pk").first()
    if other is not None:
        raise Refused(
            "held",
            f"“{other.get_function_display()}”职能现在由{other.office}承担，先结束它的",
            field="function",
        )
    row = OfficeFunction.objects.create(office=office, function=function, valid_from=valid_from)
    audit.record(
        action="function.add",
        actor=acting_user,
        subject_kind="body",
        subject_id=office.pk,
        after={"function": function, "from": valid_from.isoformat()},
    )
    return row


@verb("function.end")
def end_function(*, function_id: int, last_day: date, acting_user: Any) -> OfficeFunction:
    """End a function of an office on a day."""
    row = (
        OfficeFunction.objects.select_for_update(of=("self",))
        .select_related("office__region")
        .get(pk=function_id)
    )
    insist(acting_user, row.office.region.path)
    if row.valid_to is not None:
        raise Conflict("over", f"这项职能已到 {row.valid_to} 止，不用再办")
    if last_day < row.valid_from:
        raise Refused("dates", "止期不能早于起期", field="last_day")
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    audit.record(
        action="function.end",
        actor=acting_user,
        subject_kind="body",
        subject_id=row.office_id,
        after={"function": row.function, "to": last_day.isoformat()},
    )
    return row

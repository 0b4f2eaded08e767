"""Whether something waits for nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from approvals.desk import Desk
from approvals.models import Seat, SignOff
from core import subjects
from core.doctor import examines


@examines("没有人能办的签批")
def _stuck() -> Iterable[str]:
    open_seats = (
        Seat.objects.filter(
            sign_off__state=SignOff.State.OPEN, step=F("sign_off__step"), signature__isnull=True
        )
        .exclude(need=Seat.Need.ANY, sign_off__signatures__step=F("step"))
        .select_related("sign_off", "body")
        .prefetch_related("upward")
        .order_by("sign_off__opened_at", "pk")
    )
    seats = list(open_seats)
    desk = Desk(seats)
    for seat in seats:
        if not desk.actors(seat):
            name = subjects.subject(seat.sign_off.subject_kind).name
            yield (
                f"{name}（系统编号 {seat.sign_off.subject_id}）等“{seat.label}”办理，"
                f"但{seat.body}现在没有人能办：登记任职或代行职务的人"
            )

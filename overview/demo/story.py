"""What people of the demonstration do with leave and trips, day by day and through the verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals import services as sign_offs
from approvals.models import SignOff
from core import clock
from leave import consents, endings, links, trips
from leave import services as leave
from leave.checks import Wish
from leave.models import LeaveRequest
from overview.demo.world import FIRST_HOUR, MINUTES_APART, Act, World
from policy.days import Half, Span

#: What stands for the photograph of a paper form: one empty page.
SCAN = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def live(world: World, rows: list[dict[str, Any]], trips_: list[dict[str, Any]]) -> None:
    """Let all requests and trips take their course, day by day."""
    acts = sorted(
        [act for number, row in enumerate(rows) for act in _course(world, row, number * 100)]
        + [
            act
            for number, row in enumerate(trips_)
            for act in _journey(world, row, (len(rows) + number) * 100)
        ]
    )
    day, nth = None, 0
    for act in acts:
        nth = nth + 1 if act.on == day else 0
        day = act.on
        moment = clock.at(world.today + timedelta(days=act.on), FIRST_HOUR)
        with clock.standing_on(moment + timedelta(minutes=MINUTES_APART * (nth + 1))):
            act.do()


def _course(world: World, row: dict[str, Any], rank: int) -> Iterator[Act]:
    """One request: asked on its day, then what people did with it."""
    made: list[int] = []

    def ask() -> None:
        made.append(_ask(world, row))
        if "key" in row:
            world.requests[row["key"]] = made[0]

    yield Act(row["asked"], rank, ask)
    for number, step in enumerate(row["then"], start=1):
        yield Act(step["on"], rank + number, lambda step=step: _STEPS[step["do"]](world, made[0], step))


def _journey(world: World, row: dict[str, Any], rank: int) -> Iterator[Act]:
    """One official trip: reported on its day, then what people did with it."""
    made: list[int] = []
    yield Act(row["reported"], rank, lambda: made.append(_report(world, row)))
    for number, step in enumerate(row["then"], start=1):
        yield Act(step["on"], rank + number, lambda step=step: _TRIP_STEPS[step["do"]](world, made[0], step))


def _report(world: World, row: dict[str, Any]) -> int:
    span = Span.of_halves(world.today + timedelta(days=row["start"]), int(row["days"] * 2))
    trip = trips.report_trip(
        acting_user=world.user(row.get("by", row["who"])),
        person_id=world.users[row["who"]].person_id,
        journey=trips.Journey(
            start=span.start,
            start_half=str(span.start_half),
            end=span.end,
            end_half=str(span.end_half),
            sent_by=row["sent_by"],
            document=row.get("document", ""),
            purpose=row["why"],
            going=row.get("going", LeaveRequest.Going.COUNTY),
            destination=row["to"],
        ),
        form_key=uuid4().hex,
    )
    return trip.pk


def _know(world: World, trip_id: int, step: dict[str, Any]) -> None:
    trips.acknowledge_trip(trip_id=trip_id, acting_user=world.user(step["by"]))


def _back_from_trip(world: World, trip_id: int, step: dict[str, Any]) -> None:
    trips.back_from_trip(
        trip_id=trip_id,
        acting_user=world.user(step["by"]),
        returned_on=world.today + timedelta(days=step["on"]),
        returned_half=step["half"],
        note=step["note"],
    )


_TRIP_STEPS: dict[str, Callable[[World, int, dict[str, Any]], None]] = {
    "know": _know,
    "back": _back_from_trip,
}


def _ask(world: World, row: dict[str, Any]) -> int:
    """One request; an extension (``extends``) and a change (``replaces``) name the row they concern by its ``key``."""
    user = world.user(row["who"])
    first = LeaveRequest.objects.get(pk=world.requests[row["extends"]]) if "extends" in row else None
    start, half = (
        links.next_half(first)
        if first
        else (world.today + timedelta(days=row["start"]), Half(row.get("half", "am")))
    )
    span = Span.of_halves(start, int(row["days"] * 2), half)
    stand_in = world.users[row["stand_in"]].person if "stand_in" in row else None
    wish = Wish(
        type=row["type"],
        start=span.start,
        start_half=str(span.start_half),
        end=span.end,
        end_half=str(span.end_half),
        going=row.get("going", LeaveRequest.Going.COUNTY),
        destination=row["to"],
        reason=row["why"],
        stand_in_id=stand_in.pk if stand_in else None,
        contact=user.person.phone,
        extends_id=first.pk if first else None,
        replaces_id=world.requests[row["replaces"]] if "replaces" in row else None,
    )
    if "agreed" in row:
        return _agreed_outside(world, row, wish)
    request = leave.save_draft(acting_user=user, wish=wish, form_key=uuid4().hex)
    if not row.get("draft"):
        leave.submit(
            request_id=request.pk, acting_user=user, revision=request.revision, submit_key=uuid4().hex
        )
    return request.pk


def _agreed_outside(world: World, row: dict[str, Any], wish: Wish) -> int:
    """Agreed by voice, or decided on paper and written down by the clerk ``by``; ``back`` makes it a 补录."""
    said = row["agreed"]
    given = consents.Given(
        by=said["by"],
        post=said["post"],
        on=world.today + timedelta(days=said["on"]),
        time=said.get("at"),
    )
    common: dict[str, Any] = {
        "acting_user": world.user(row.get("by", row["who"])),
        "person_id": world.users[row["who"]].person_id,
        "wish": wish,
        "given": given,
        "form_key": uuid4().hex,
    }
    if given.time is not None:
        return consents.record_voice(**common).pk
    back = world.today + timedelta(days=said["back"]) if "back" in said else None
    scan = SimpleUploadedFile("纸质审批单.pdf", SCAN, "application/pdf")
    return consents.record_paper(
        **common, files=[scan], past=back is not None, returned=(back, "am") if back else None
    ).pk


def _round(request_id: int) -> SignOff:
    return SignOff.objects.filter(subject_kind=leave.KIND, subject_id=request_id).latest("round")


def _sign(world: World, request_id: int, step: dict[str, Any]) -> None:
    sign_off = _round(request_id)
    sign_offs.sign(
        sign_off_id=sign_off.pk,
        acting_user=world.user(step["by"]),
        decision=step["do"],
        page_hash=sign_off.content_hash,
        request_key=uuid4().hex,
        note=step.get("note", ""),
    )


def _assign(world: World, request_id: int, step: dict[str, Any]) -> None:
    leave.assign_deciders(
        request_id=request_id,
        acting_user=world.user(step["by"]),
        parties=step["parties"],
        together=step.get("together", False),
        reason=step["note"],
        page_hash=_round(request_id).content_hash,
        request_key=uuid4().hex,
    )


def _back(world: World, request_id: int, step: dict[str, Any]) -> None:
    endings.report_back(
        request_id=request_id,
        acting_user=world.user(step["by"]),
        returned_on=world.today + timedelta(days=step["on"]),
        returned_half=step["half"],
        note=step.get("note", ""),
    )


def _withdraw(world: World, request_id: int, step: dict[str, Any]) -> None:
    leave.withdraw(request_id=request_id, acting_user=world.user(step["by"]))


def _cancel(world: World, request_id: int, step: dict[str, Any]) -> None:
    endings.cancel(request_id=request_id, acting_user=world.user(step["by"]))


_STEPS: dict[str, Callable[[World, int, dict[str, Any]], None]] = {
    "agree": _sign,
    "refuse": _sign,
    "return": _sign,
    "assign": _assign,
    "back": _back,
    "withdraw": _withdraw,
    "cancel": _cancel,
}

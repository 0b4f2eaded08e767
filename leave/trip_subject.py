"""Trips as the shared machinery knows them: files, notices and lists come through here. Nobody signs a trip."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from core import attachments, subjects
from leave import selectors, trips
from leave.finding import found
from leave.models import OfficialTrip
from leave.views.trip_card import show_trip
from teams.models import User

S = OfficialTrip.State


def summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per trip, one query for all."""
    rows = OfficialTrip.objects.for_lists().filter(pk__in=set(ids))
    found = {}
    for row in rows:
        kind, label = selectors.trip_tag(row.phase)
        found[row.pk] = {
            "object": row,
            "kind": "因公外出",
            "person": row.traveller.name,
            "post": f"{row.posting.body} {row.posting.post_name}",
            "what": f"因公外出 {row.days} 天",
            "span": row.span,
            "number": row.number,
            "phase": row.phase,
            "status_kind": kind,
            "status_label": label,
            "url": row.get_absolute_url(),
        }
    return found


def never_signed(**_: Any) -> NoReturn:
    """A trip has no sign-off to settle: who sent the person has decided it."""
    raise LookupError("trips are reported, not decided")


def may_attach(trip: OfficialTrip, user: User) -> bool:
    """The person, or who reported for him, while the trip is not over."""
    return user.pk == trip.reported_by_id or (
        user.person_id == trip.traveller_id and trip.state in OfficialTrip.RUNNING
    )


def content(trip: OfficialTrip) -> dict[str, Any]:
    return {**trip.content, "files": attachments.fingerprint(trips.KIND, trip.pk)}


subjects.register(
    subjects.Subject(
        kind=trips.KIND,
        name="因公外出",
        model=OfficialTrip,
        label=str,
        url=lambda trip: trip.get_absolute_url(),
        visible_to=lambda user: OfficialTrip.objects.visible_to(user),
        content=content,
        recused=lambda trip: [trip.traveller_id],
        settle=never_signed,
        card=show_trip,
        summary=summary,
        may_attach=may_attach,
        # A notice of a meeting is no secret among those who see the trip.
        sees_files=lambda trip, user: OfficialTrip.objects.visible_to(user).filter(pk=trip.pk).exists(),
        found=lambda rows, text, user: found(rows, text, "traveller"),
        related=("traveller__user",),
    )
)

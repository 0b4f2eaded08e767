"""What was said of one day, newest first: by whom, when, from which source, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from attendance.evidence import evidence_of
from attendance.models import Fact, Part, Source
from attendance.photos import photos_of
from core.months import month_number
from leave.whereabouts.lines import url_of
from leave.whereabouts.seen import opened
from policy.attendance import CLEARED, NIGHT, said
from teams.models import Away, User
from teams.words import AwayKind, Half


@dataclass(frozen=True)
class Saying:
    """What somebody said at one moment."""

    words: str
    source: str
    who: str
    at: datetime
    note: str
    place: str = ""
    photo: int = 0


@dataclass(frozen=True)
class Absence:
    """A firm absence of the day; ``url`` where the viewer may open what stands behind it."""

    words: str
    url: str


def sayings(user: User, person_id: int, day: date) -> list[Saying]:
    """Everything said of a day, newest first; one query, four more where the person signed in himself."""
    rows = (
        Fact.objects.filter(person=person_id, month=month_number(day), day=day.day)
        .select_related("entered_by__person", "entered_by__holder")
        .order_by("-pk")
    )
    groups: dict[tuple[object, ...], list[Fact]] = {}
    for fact in rows:
        groups.setdefault((fact.entered_at, fact.source, fact.entered_by_id, fact.note), []).append(fact)
    signed = [fact.pk for fact in rows if fact.source == Source.SIGN_IN]
    places = evidence_of(user, person_id, day, signed)
    photos = photos_of(user, signed) if signed else {}
    return [
        replace(
            _saying(group),
            place=next(filter(None, (places.get(fact.pk) for fact in group)), ""),
            photo=next(filter(None, (photos.get(fact.pk) for fact in group)), 0),
        )
        for group in groups.values()
    ]


def _saying(facts: Iterable[Fact]) -> Saying:
    facts = list(facts)
    values = {fact.part: fact.value for fact in facts}
    words = [said(values.get("am", ""), values.get("pm", ""), values.get(NIGHT, ""))]
    gone = [Part(part).label for part in Part.values if values.get(part) == CLEARED]
    if gone:
        words.append(f"取消{'、'.join(gone)}的登记")
    first = facts[0]
    return Saying(
        words="，".join(filter(None, words)),
        source=Source(first.source).label,
        who=str(first.entered_by) if first.entered_by else "系统",
        at=first.entered_at,
        note=first.note,
    )


def absences(user: User, person_id: int, day: date) -> list[Absence]:
    """The firm absences of a day; at most two queries."""
    rows = list(
        Away.objects.filter(person=person_id, month=month_number(day), day=day.day, firm=True).order_by(
            "half"
        )
    )
    may_open = opened(user, {(row.kind, row.source_id) for row in rows})
    found: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        found.setdefault((row.kind, row.source_id), []).append(row.half)
    return [
        Absence(
            f"{'全天' if len(halves) == 2 else Half(halves[0]).label}{AwayKind(source[0]).label}，已批准，不用登记",
            url_of(source) if source in may_open else "",
        )
        for source, halves in found.items()
    ]

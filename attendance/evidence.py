"""What a sign-in came with, in words: how far from the post, never where. And its removal after the region's days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from attendance import photos
from attendance.keepers import postings_between
from attendance.models import SignIn
from core import audit, clock
from core.verbs import verb
from policy.sign_in import Finding
from rules.settings import InForce
from teams.models import User
from teams.scope import scope_of

DAYS = "attendance.position_days"
#: A phone that knows its place better than this need not say how well.
FINE = 100


def place_words(row: SignIn) -> str:
    """距驻点 120 米, 没有定位 …; empty where no place was asked for."""
    if row.finding == Finding.NOT_ASKED:
        return ""
    if row.distance is None:
        return row.get_finding_display()
    far = f"距驻点 {_length(row.distance)}"
    off = f"，定位误差约 {_length(row.accuracy)}" if row.accuracy and row.accuracy > FINE else ""
    return f"{far}{off}{'，在范围外' if row.finding == Finding.OUTSIDE else ''}"


def _length(metres: int) -> str:
    return f"{metres} 米" if metres < 1000 else f"{metres / 1000:.1f} 公里"


def evidence_of(user: User, person_id: int, day: date, facts: Iterable[int]) -> dict[int, str]:
    """Fact → what its sign-in came with, for the person, his captain and the places above; not for his unit.

    No query where no fact is a sign-in's.
    """
    facts = list(facts)
    if not facts:
        return {}
    scope = scope_of(user)
    if person_id != scope.person_id:
        near = scope.places_q("body__region__path") | Q(body__in=scope.seen_team_ids)
        if not postings_between(user, day, day).filter(near, person=person_id).exists():
            return {}
    return {row.fact_id: place_words(row) for row in SignIn.objects.filter(fact__in=facts)}


@verb("attendance.forget_positions")
def forget(*, acting_user: User | None) -> int:
    """Remove what sign-ins came with once the region's days are over; returns how many. The facts stay."""
    settings, now = InForce(), clock.now()
    paths = set(SignIn.objects.order_by().values_list("posting__body__region__path", flat=True).distinct())
    days: dict[int, list[str]] = {}
    for path in paths:
        days.setdefault(settings.at(path, DAYS), []).append(path)
    gone = 0
    for kept, places in days.items():
        old = SignIn.objects.filter(
            posting__body__region__path__in=places, sent_at__lt=now - timedelta(days=kept)
        )
        photos.forget(old.values_list("pk", flat=True))
        gone += old.delete()[0] if old.exists() else 0
    if gone:
        audit.record(action="attendance.forget_positions", actor=acting_user, after={"entries": gone})
    return gone

"""Who holds a post in a body on a day, who acts for an absent holder, and who is away. Set-based."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from teams.models import Appointment, Away
from teams.words import HEADS, Post

Pair = tuple[str, int]


class Holders:
    """The holders of many (post, body) pairs at once, and which of them are away: one query.

    A 签批人 seat is filled by the signers the body has named, or by its head where it has named none.
    """

    def __init__(self, pairs: Iterable[Pair], on: date, half: str) -> None:
        pairs = set(pairs)
        posts = {post for post, _ in pairs}
        if Post.SIGNER in posts:
            posts |= set(HEADS)
        # Not everybody who serves there: a team or a bureau may have hundreds of other people.
        rows = (
            Appointment.objects.on(on)
            .filter(Q(post__in=posts) | Q(acting_for__isnull=False), body__in={body for _, body in pairs})
            .select_related("person__user", "body", "acting_for__person", "acting_for__body")
            .annotate(is_away=Exists(_away(on, half).filter(person=OuterRef("person"))))
            .order_by("pk")
        )
        self._own: dict[Pair, list[Appointment]] = defaultdict(list)
        self._acting: dict[Pair, list[Appointment]] = defaultdict(list)
        for row in rows:
            if row.acting_for is None:
                self._own[row.post, row.body_id].append(row)
            else:
                self._acting[row.acting_for.post, row.acting_for.body_id].append(row)

    def own(self, pair: Pair) -> list[Appointment]:
        """Those who hold the post in their own right."""
        post, body = pair
        rows = self._own[pair]
        if not rows and post == Post.SIGNER:
            rows = [row for head in HEADS for row in self._own[head, body]]
        return rows

    def acting(self, pair: Pair) -> list[Appointment]:
        """Those who act for it by written basis, whether or not it is needed today."""
        post, body = pair
        rows = list(self._acting[pair])
        if post == Post.SIGNER and not self._own[pair]:
            rows += [row for head in HEADS for row in self._acting[head, body]]
        return rows

    def is_away(self, row: Appointment) -> bool:
        """Is the holder firmly away on that half-day?"""
        return row.is_away  # type: ignore[attr-defined]

    def users(self, pairs: Iterable[Pair]) -> set[int]:
        """Ids of the active users who hold any of these posts, acting holders included."""
        return {
            row.person.user.pk
            for pair in pairs
            for row in [*self.own(pair), *self.acting(pair)]
            if getattr(row.person, "user", None) is not None and row.person.user.is_active
        }


def _away(on: date, half: str) -> QuerySet[Away]:
    """Who is firmly away on that half-day."""
    return Away.objects.filter(month=on.year * 100 + on.month, day=on.day, half=half, firm=True)


def users_at(pairs: Iterable[Pair], on: date | None = None) -> set[int]:
    """Ids of the active users who hold any of these posts today, acting holders included: whom a notice reaches."""
    pairs = set(pairs)
    if not pairs:
        return set()
    return Holders(pairs, on or clock.today(), clock.half_now()).users(pairs)

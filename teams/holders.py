"""Who holds a post in a body on a day, who may act for him by whose word, and who is away. Set-based."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import clock
from core.months import month_number
from teams.models import Appointment, Away, Body, Delegation
from teams.words import HEADS, Post

Pair = tuple[str, int]


class Holders:
    """The holders of many (post, body) pairs at once, and which of them are away: one query, and
    one for what they have delegated where they have.

    A 签批人 seat is filled by the signers the body has named, or by its head where it has named none. Where a
    body has nobody any more because it was merged or renamed, its successor's people hold its posts: asked in
    further queries, and only then.
    """

    def __init__(self, pairs: Iterable[Pair], on: date, half: str) -> None:
        pairs = set(pairs)
        posts = {post for post, _ in pairs}
        if Post.SIGNER in posts:
            posts |= set(HEADS)
        self._own: dict[Pair, list[Appointment]] = defaultdict(list)
        self._acting: dict[Pair, list[Appointment]] = defaultdict(list)
        self._delegations: dict[int, list[Delegation]] = defaultdict(list)
        #: A body that has ended → the body that took over its affairs.
        self._heirs: dict[int, int] = {}
        known: set[int] = set()
        asked = {body for _, body in pairs}
        while asked:
            known |= asked
            empty = asked - self._sit(self._serving(posts, asked, on, half))
            heirs = _heirs(empty, on) if empty else {}
            self._heirs |= heirs
            asked = set(heirs.values()) - known
        self._read_delegations(on, half)

    @staticmethod
    def _serving(posts: set[str], bodies: set[int], on: date, half: str) -> QuerySet[Appointment]:
        """Not everybody who serves there: a team or a bureau may have hundreds of other people."""
        return (
            Appointment.objects.on(on)
            .filter(Q(post__in=posts) | Q(acting_for__isnull=False), body__in=bodies)
            .select_related("person__user", "body", "acting_for__person", "acting_for__body")
            .annotate(
                is_away=Exists(_away(on, half).filter(person=OuterRef("person"))),
                delegates=Exists(Delegation.objects.live(on).filter(of=OuterRef("pk"))),
            )
            # Put in order by the database, Django would compare each of a hundred columns before it asks.
            .order_by()
        )

    def _sit(self, rows: Iterable[Appointment]) -> set[int]:
        """Keep the rows under their posts; gives the bodies that have somebody."""
        found = set()
        for row in sorted(rows, key=lambda row: row.pk):
            if row.acting_for is None:
                self._own[row.post, row.body_id].append(row)
                found.add(row.body_id)
            else:
                self._acting[row.acting_for.post, row.acting_for.body_id].append(row)
                found.add(row.acting_for.body_id)
        return found

    def _read_delegations(self, on: date, half: str) -> None:
        given = [row.pk for rows in self._own.values() for row in rows if row.delegates]  # type: ignore[attr-defined]
        if not given:
            return
        found = Delegation.objects.live(on).filter(of__in=given).for_pages().order_by()
        away = Exists(_away(on, half).filter(person=OuterRef("to__person")))
        for each in sorted(found.annotate(is_away=away), key=lambda each: each.pk):
            self._delegations[each.of_id].append(each)

    def _now(self, pair: Pair) -> Pair:
        """The pair with the body that answers for it today."""
        post, body = pair
        while body in self._heirs:
            body = self._heirs[body]
        return post, body

    def own(self, pair: Pair) -> list[Appointment]:
        """Those who hold the post in their own right."""
        post, body = pair = self._now(pair)
        rows = self._own[pair]
        if not rows and post == Post.SIGNER:
            rows = [row for head in HEADS for row in self._own[head, body]]
        return rows

    def acting(self, pair: Pair) -> list[Appointment]:
        """Those who act for it by written basis, whether or not it is needed today."""
        post, body = pair = self._now(pair)
        rows = list(self._acting[pair])
        if post == Post.SIGNER and not self._own[pair]:
            rows += [row for head in HEADS for row in self._acting[head, body]]
        return rows

    def delegations(self, pair: Pair) -> list[Delegation]:
        """What those who hold the post have set up themselves for these days."""
        return [each for row in self.own(pair) for each in self._delegations.get(row.pk, ())]

    def is_away(self, row: Appointment | Delegation) -> bool:
        """Is the holder, or of a delegation who decides in his place, firmly away on that half-day?"""
        return row.is_away  # type: ignore[attr-defined]

    def speaking(self, pair: Pair) -> list[Appointment]:
        """Who speaks for the post now: its holders, and where all of them are away, or there is none, who acts for it."""
        own = self.own(pair)
        return [*own, *self.acting(pair)] if all(map(self.is_away, own)) else own

    def users(self, pairs: Iterable[Pair]) -> set[int]:
        """Ids of the active users who hold any of these posts, acting holders included."""
        return {
            row.person.user.pk
            for pair in pairs
            for row in [*self.own(pair), *self.acting(pair)]
            if getattr(row.person, "user", None) is not None and row.person.user.is_active
        }


def _heirs(bodies: set[int], on: date) -> dict[int, int]:
    """Those of the bodies that have ended → what took over their affairs."""
    rows = Body.objects.filter(pk__in=bodies, successor__isnull=False, valid_to__lt=on)
    return dict(rows.values_list("pk", "successor"))


def _away(on: date, half: str) -> QuerySet[Away]:
    """Who is firmly away on that half-day."""
    return Away.objects.filter(month=month_number(on), day=on.day, half=half, firm=True)


def users_at(pairs: Iterable[Pair], on: date | None = None) -> set[int]:
    """Ids of the active users who hold any of these posts today, acting holders included: whom a notice reaches."""
    pairs = set(pairs)
    if not pairs:
        return set()
    return Holders(pairs, on or clock.today(), clock.half_now()).users(pairs)

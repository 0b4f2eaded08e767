"""Who may act in a seat right now: the holder, whom he or his organization named, or the next tier. Read-only, set-based."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approvals.models import Recusal, Seat, Signature
from core import clock
from teams.holders import Holders, Pair
from teams.models import Appointment, Delegation

#: By which right somebody signs, the first the better, and how a row of 待办 says it.
RIGHTS = {"own": "", "delegated": "代办", "acting": "代行", "upward": "上一级办理"}


@dataclass(frozen=True)
class Authority:
    """A person's right to act in a seat: by own post, delegated by its holder, acting for him, or as the next tier.

    ``appointment``: the person's own row behind it, also where a ``delegation`` gives the right.
    """

    seat: Seat
    appointment: Appointment
    via: str
    delegation: Delegation | None = None

    @property
    def person_id(self) -> int:
        return self.appointment.person_id

    @property
    def capacity(self) -> str:
        """The words the record keeps, e.g. ``代刘海峰（回龙镇党委 书记）``."""
        words = self._place_of
        return f"{words}（{self.seat.label}不在，上一级办理）" if self.via == "upward" else words

    @property
    def _place_of(self) -> str:
        row = self.appointment
        if self.delegation is not None:
            return self.delegation.words
        if row.acting_for is not None:
            return f"代{row.acting_for.person.name}（{row.acting_for.capacity}）"
        return row.capacity

    @property
    def label(self) -> str:
        """What a row of 待办 says: ``代刘海峰办``, ``代行``, ``上一级办理``; nothing for one's own post."""
        if self.delegation is not None:
            return f"代{self.delegation.of.person.name}办"
        return RIGHTS[self.via]


class Desk:
    """Loads everything needed to answer for many seats in at most six queries; what is handed in is not read."""

    def __init__(
        self,
        seats: Iterable[Seat],
        *,
        also: Iterable[Pair] = (),
        upward: Mapping[int, list[Pair]] | None = None,
        recused: Iterable[tuple[int, int]] | None = None,
        signers: Iterable[tuple[int, int]] | None = None,
    ) -> None:
        """``also``: further pairs to know the holders of. ``upward``: next tiers by seat id.

        ``recused``, ``signers``: (sign-off id, person id) of those who must not, or need not, act any more.
        """
        self.seats = list(seats)
        rounds = {seat.sign_off_id for seat in self.seats}
        if upward is None:
            upward = {seat.pk: [(row.post, row.body_id) for row in seat.upward.all()] for seat in self.seats}
        self._upward = upward
        pairs = {seat.pair for seat in self.seats} | {pair for row in upward.values() for pair in row}
        self._holders = Holders(pairs | set(also), clock.today(), clock.half_now())
        if recused is None:
            recused = Recusal.objects.filter(sign_off__in=rounds).values_list("sign_off", "person")
        if signers is None:
            signers = Signature.objects.filter(sign_off__in=rounds).values_list("sign_off", "signer")
        self._barred: dict[int, set[int]] = defaultdict(set)
        self._recused: dict[int, set[int]] = defaultdict(set)
        for sign_off, person in recused:
            self._barred[sign_off].add(person)
            self._recused[sign_off].add(person)
        for sign_off, person in signers:
            self._barred[sign_off].add(person)

    def bar(self, sign_off_id: int, person_id: int) -> None:
        """The person has just signed: he does not act in that sign-off again."""
        self._barred[sign_off_id].add(person_id)

    def users_at(self, pairs: Iterable[Pair]) -> set[int]:
        """Active users who hold any of these posts, acting holders included."""
        return self._holders.users(pairs)

    def recused(self, sign_off_id: int) -> set[int]:
        return self._recused[sign_off_id]

    def actors(self, seat: Seat) -> list[Authority]:
        """Everybody who may act in the seat now, the holders first.

        A holder who is away may still sign from his phone, and whom he named for these days may sign beside him; only
        when no holder is at his post do others step in.
        """
        barred = self._barred[seat.sign_off_id]
        own = [row for row in self._holders.own(seat.pair) if row.person_id not in barred]
        found = [Authority(seat, row, "own") for row in own]
        if seat.fallback == Seat.Fallback.NONE:
            return found
        found += self._delegated(seat, seat.pair, "delegated", barred)
        if any(not self._holders.is_away(row) for row in own):
            return _once(found)
        acting = self._present(self._holders.acting(seat.pair), barred)
        found += [Authority(seat, row, "acting") for row in acting]
        if len(found) > len(own) or seat.fallback != Seat.Fallback.UPWARD:
            return _once(found)
        return found + self._next_tier(seat, barred)

    def behind(self, seat: Seat) -> list[Authority]:
        """Who could help when the seat is slow: whoever acts for its holder, needed today or not, and the next tier."""
        barred = self._barred[seat.sign_off_id]
        acting = self._present(self._holders.acting(seat.pair), barred)
        found = (
            [Authority(seat, row, "acting") for row in acting] if seat.fallback != Seat.Fallback.NONE else []
        )
        return _once(found + self._next_tier(seat, barred))

    def _next_tier(self, seat: Seat, barred: set[int]) -> list[Authority]:
        """The people of the nearest tier above that has any; none where the seat waits for its own."""
        if seat.fallback != Seat.Fallback.UPWARD:
            return []
        for pair in self._upward[seat.pk]:
            rows = self._present([*self._holders.own(pair), *self._holders.acting(pair)], barred)
            found = [Authority(seat, row, "upward") for row in rows]
            found += self._delegated(seat, pair, "upward", barred)
            if found:
                return _once(found)
        return []

    def _delegated(self, seat: Seat, pair: Pair, via: str, barred: set[int]) -> list[Authority]:
        """Whom the holders named. Whoever may not decide himself has nobody decide for him either."""
        return [
            Authority(seat, each.to, via, each)
            for each in self._holders.delegations(pair)
            if not {each.of.person_id, each.to.person_id} & barred and not self._holders.is_away(each)
        ]

    def authority(self, seat: Seat, person_id: int) -> Authority | None:
        return next((item for item in self.actors(seat) if item.person_id == person_id), None)

    def best(self, seats: Iterable[Seat], person_id: int) -> Authority | None:
        """The seat in which the person should sign: his own before an acting one before the next tier."""
        found = [item for seat in seats if (item := self.authority(seat, person_id))]
        order = list(RIGHTS)
        return min(found, key=lambda item: order.index(item.via), default=None)

    def names(self, seat: Seat) -> str:
        """The holders by name and post, for “现在由谁办理”; the seat's label where it stands empty."""
        rows = self._holders.own(seat.pair)
        words = "、".join(f"{row.person.name}（{row.post_name}）" for row in rows)
        beside = self._delegated(seat, seat.pair, "delegated", self._barred[seat.sign_off_id])
        if beside and seat.fallback != Seat.Fallback.NONE:
            words += f"，可由{'、'.join(each.appointment.person.name for each in beside)}代办"
        return words or f"{seat.label}（暂无人任职）"

    def users(self, seat: Seat) -> set[int]:
        """Active users a notice about this seat should reach."""
        people = [item.appointment.person for item in self.actors(seat)]
        return {person.user.pk for person in people if hasattr(person, "user") and person.user.is_active}

    def _present(self, rows: list[Appointment], barred: set[int]) -> list[Appointment]:
        return [row for row in rows if row.person_id not in barred and not self._holders.is_away(row)]


def _once(found: list[Authority]) -> list[Authority]:
    """Each person once, by the best of his rights: the list begins with it."""
    return list({item.person_id: item for item in reversed(found)}.values())[::-1]

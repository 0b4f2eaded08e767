"""The list: who is away on these days, from when until when, who stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from core.months import day_of
from core.templatetags.zhubang import cn_span
from leave.whereabouts import seen
from leave.whereabouts.seen import Source
from teams.models import Appointment, Away, User
from teams.words import AwayKind, Half

#: How far before and after the days in question a stretch is followed.
REACH = timedelta(days=120)
#: A half-day by its number: two a day, so that those which follow one another differ by one.
Place = int


@dataclass(frozen=True)
class Stretch:
    """Half-days away of one kind that follow one another; ``firm``: nothing of it waits for a decision any more."""

    kind: str
    firm: bool
    first: Place
    last: Place
    source: Source
    sources: frozenset[Source]

    @property
    def words(self) -> str:
        """``11月24日（周二）至 27日（周五）``."""
        start, end = _day(self.first), _day(self.last)
        return cn_span(start, _half(self.first), end, _half(self.last))

    def touches(self, first: date, last: date) -> bool:
        return _day(self.first) <= last and _day(self.last) >= first


@dataclass(frozen=True)
class Entry:
    """One stretch of one person as a row shows it; ``url`` is empty where the viewer may not open it."""

    stretch: Stretch
    stand_in: str
    url: str

    @property
    def label(self) -> str:
        """``请假`` or ``因公外出``: never the type, never the reason."""
        return AwayKind(self.stretch.kind).label


@dataclass(frozen=True)
class Line:
    posting: Appointment
    entries: list[Entry]


def _place(day: date, half: str) -> Place:
    return day.toordinal() * 2 + (half == Half.PM)


def _day(place: Place) -> date:
    return date.fromordinal(place // 2)


def _half(place: Place) -> str:
    return Half.PM.value if place % 2 else Half.AM.value


def stretches(rows: Iterable[Away]) -> dict[int, list[Stretch]]:
    """Person → his stretches in order. ``rows`` come by person and half-day."""
    found: dict[int, list[Stretch]] = defaultdict(list)
    for row in rows:
        place = _place(day_of(row.month, row.day), row.half)
        source = (row.kind, row.source_id)
        mine = found[row.person_id]
        before = mine[-1] if mine else None
        if before and (before.kind, before.firm, before.last) == (row.kind, row.firm, place - 1):
            mine[-1] = Stretch(
                before.kind, before.firm, before.first, place, before.source, before.sources | {source}
            )
        else:
            mine.append(Stretch(row.kind, row.firm, place, place, source, frozenset({source})))
    return found


def lines(rows: Sequence[Appointment], user: User, first: date, last: date) -> list[Line]:
    """What the list shows of these postings between two days, each stretch whole; three queries."""
    people = {row.person_id for row in rows}
    by_person = stretches(seen.halves(people, first - REACH, last + REACH)) if people else {}
    shown = {person: [each for each in own if each.touches(first, last)] for person, own in by_person.items()}
    sources = {source for own in shown.values() for each in own for source in each.sources}
    return lined(rows, shown, seen.opened(user, sources), seen.stand_ins(sources))


def lined(
    rows: Iterable[Appointment],
    by_person: Mapping[int, list[Stretch]],
    may_open: Collection[Source],
    standing_in: Mapping[int, str],
) -> list[Line]:
    """Each posting with its person's stretches while he serves there; no query."""

    def entry(stretch: Stretch) -> Entry:
        leave = sorted(pk for kind, pk in stretch.sources if kind == AwayKind.LEAVE)
        return Entry(
            stretch,
            "、".join(dict.fromkeys(standing_in[pk] for pk in leave if pk in standing_in)),
            url_of(stretch.source) if stretch.source in may_open else "",
        )

    return [
        Line(
            row,
            [
                entry(each)
                for each in by_person.get(row.person_id, [])
                # What he does after he has left, or did before he came, is another team's.
                if each.touches(row.valid_from, row.valid_to or date.max)
            ],
        )
        for row in rows
    ]


def url_of(source: Source) -> str:
    """The page of the leave or trip behind a half-day."""
    kind, pk = source
    return reverse("leave:card" if kind == AwayKind.LEAVE else "leave:trip", args=[pk])

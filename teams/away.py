"""Claiming, firming and freeing half-days. Leave and trips come here, nobody writes Away by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from core.months import day_of, month_number
from policy.days import Span
from teams.models import Away, Person


def lock_person(person_id: int) -> Person:
    """Lock a person's row: the mutex under which his half-days are claimed.

    The weaker lock, because every row that points to the person would otherwise wait for it too.
    """
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def lock_people(person_ids: Iterable[int]) -> None:
    """The same lock for several, always in one order: what concerns their days is written one after the other."""
    several = set(person_ids)
    rows = Person.objects.select_for_update(no_key=True).values_list("pk")
    if len(several) == 1:
        list(rows.filter(pk=several.pop()).order_by())
    else:
        list(rows.filter(pk__in=several).order_by("pk"))


def held(person_id: int, first: date, last: date) -> list[Away]:
    """What the person holds in the months from one day to another, in order; one query."""
    rows = Away.objects.filter(
        person=person_id,
        month__gte=month_number(first),
        month__lte=month_number(last),
    )
    return sorted(rows.order_by(), key=lambda row: (row.month, row.day, row.half))


def taken(
    person_id: int,
    span: Span,
    *,
    kind: str = "",
    leaving_out: Collection[int] = (),
    known: Iterable[Away] | None = None,
) -> Away | None:
    """The first half-day in ``span`` that is already claimed, or None.

    ``leaving_out``: ids of causes of ``kind`` that do not count, e.g. the request itself. ``known``: what he holds
    in these months, where the caller has read it under the person's lock.
    """
    wanted = {(month_number(day), day.day, str(half)) for day, half in span}
    rows = held(person_id, span.start, span.end) if known is None else known
    return next(
        (
            row
            for row in rows
            if (row.month, row.day, row.half) in wanted
            and not (row.kind == kind and row.source_id in leaving_out)
        ),
        None,
    )


def claim(
    *,
    person_id: int,
    span: Span,
    kind: str,
    source_id: int,
    firm: bool = False,
    beside: Collection[int] = (),
) -> None:
    """Claim every half-day of ``span``. The unique constraint refuses a second cause even in a race.

    What the causes ``beside`` (of the same kind) hold already stays theirs: a change of plan claims only what is new.
    """
    held = Away.objects.filter(kind=kind, source_id__in=beside) if beside else Away.objects.none()
    there = set(held.values_list("month", "day", "half"))
    Away.objects.bulk_create(
        Away(
            person_id=person_id,
            month=month_number(day),
            day=day.day,
            half=str(half),
            kind=kind,
            source_id=source_id,
            firm=firm,
        )
        for day, half in span
        if (month_number(day), day.day, str(half)) not in there
    )


def firm_up(*, kind: str, source_id: int) -> None:
    """The cause was approved: its half-days stand."""
    Away.objects.filter(kind=kind, source_id=source_id).update(firm=True)


def take_over(*, person_id: int, span: Span, kind: str, source_id: int, instead_of: Collection[int]) -> None:
    """One cause takes the place of others: theirs are free, and all of ``span`` is firmly its own."""
    Away.objects.filter(kind=kind, source_id__in=[*instead_of, source_id]).delete()
    claim(person_id=person_id, span=span, kind=kind, source_id=source_id, firm=True)


def free(*, kind: str, source_id: int) -> None:
    """The cause fell away: all its half-days are free again."""
    Away.objects.filter(kind=kind, source_id=source_id).delete()


def free_after(*, kind: str, source_id: int, day: date, half: str) -> None:
    """Back earlier than planned: free the half-days from ``(day, half)`` on, that half included."""
    rows = Away.objects.filter(kind=kind, source_id=source_id)
    drop = [row.pk for row in rows if (row.month, row.day, row.half) >= (month_number(day), day.day, half)]
    Away.objects.filter(pk__in=drop).delete()


def away_between(person_ids: Iterable[int], span: Span) -> dict[int, dict[tuple[date, str], str]]:
    """Claimed half-days of those persons inside ``span``: person id → {(day, half): kind}; one query."""
    wanted = {(day, str(half)) for day, half in span}
    claimed = claimed_between(person_ids, span.start, span.end)
    inside = {
        person: {when: kind for when, kind in halves.items() if when in wanted}
        for person, halves in claimed.items()
    }
    return {person: halves for person, halves in inside.items() if halves}


def claimed_between(
    person_ids: Iterable[int], first: date, last: date
) -> dict[int, dict[tuple[date, str], str]]:
    """Claimed half-days of those persons from one day to another, for many spans at once; one query."""
    found: dict[int, dict[tuple[date, str], str]] = {}
    rows = Away.objects.filter(
        person__in=set(person_ids),
        month__gte=month_number(first),
        month__lte=month_number(last),
    )
    for person, month, day, half, kind in rows.values_list("person", "month", "day", "half", "kind"):
        when = day_of(month, day)
        if first <= when <= last:
            found.setdefault(person, {})[when, half] = kind
    return found


def firm_halves(person_id: int | None, year: int, kind: str, *, leaving_out: Collection[int] = ()) -> int:
    """Half-days on which the person was, or will be, firmly away in a year for causes of ``kind``."""
    rows = Away.objects.filter(
        person=person_id, kind=kind, firm=True, month__gte=year * 100, month__lt=(year + 1) * 100
    )
    return rows.exclude(source_id__in=leaving_out).count()

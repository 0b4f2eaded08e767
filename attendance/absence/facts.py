"""What a finding writes into the register: facts of its own rank, above what a town entered of the day."""

from __future__ import annotations

from attendance.absence.models import AbsenceCase
from attendance.models import Fact
from core import clock
from core.months import month_number
from policy.attendance import NIGHT, Mark
from teams.models import User

NOTE = 120


def write(
    *, case: AbsenceCase, source: int, value: str, note: str, user: User, mark: Mark | None = None
) -> None:
    """Say ``value``, or what ``mark`` says, of the case's parts of the day; an empty value takes it back.

    Under the lock of the person, as every fact is entered.
    """
    parts = list(case.parts)
    if mark is not None and mark.night:
        parts.append(NIGHT)
    known = Fact.objects.filter(
        person=case.person_id, month=month_number(case.day), day=case.day.day, source=source, part__in=parts
    )
    last: dict[str, int] = {}
    for part, revision in known.values_list("part", "revision"):
        last[part] = max(last.get(part, 0), revision)
    Fact.objects.bulk_create(
        Fact(
            person_id=case.person_id,
            month=month_number(case.day),
            day=case.day.day,
            part=part,
            source=source,
            revision=last.get(part, 0) + 1,
            value=mark.value(part) if mark is not None else value,
            note=note if len(note) <= NOTE else f"{note[: NOTE - 1]}…",
            entered_by=user,
            entered_at=clock.now(),
        )
        for part in parts
    )


def take_back(*, case: AbsenceCase, source: int, note: str, user: User) -> None:
    """Take back everything the source says of that day: the next lower source stands again."""
    said = Fact.objects.filter(
        person=case.person_id, month=month_number(case.day), day=case.day.day, source=source
    )
    newest: dict[str, Fact] = {}
    for fact in said.order_by("revision"):
        newest[fact.part] = fact
    Fact.objects.bulk_create(
        Fact(
            person_id=case.person_id,
            month=fact.month,
            day=fact.day,
            part=part,
            source=source,
            revision=fact.revision + 1,
            value="",
            note=note if len(note) <= NOTE else f"{note[: NOTE - 1]}…",
            entered_by=user,
            entered_at=clock.now(),
        )
        for part, fact in newest.items()
        if fact.value
    )

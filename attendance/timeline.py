"""考勤异议 and 缺勤处置 on a person's 时间线: for himself and for whoever looks after him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from attendance.absence import chain
from attendance.absence.models import AbsenceCase
from attendance.keepers import postings_between
from attendance.models import MonthObjection
from core import subjects, timeline
from core.months import bounds, month_words
from core.timeline import Moment, Source
from teams.models import Person, User
from teams.scope import scope_of


def _said(user: User, person: Person) -> Iterable[tuple[date, int]]:
    rows = list(MonthObjection.objects.filter(person=person).only("month", "at"))
    own = scope_of(user).person_id == person.pk
    postings = [] if own or not rows else list(
        postings_between(user, date.min, date.max).filter(person=person)
    )  # fmt: skip
    for row in rows:
        first, last = bounds(row.first)
        seen = any(
            each.valid_from <= last and (each.valid_to is None or each.valid_to >= first) for each in postings
        )
        if own or seen:
            yield timezone.localtime(row.at).date(), row.pk


def _words(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    own = scope_of(user).person_id == person.pk
    return {
        row.pk: Moment(
            title=f"对{month_words(row.month)}考勤提出异议",
            note=row.text,
            url=row.own_url if own else row.get_absolute_url(),
            status_kind="done" if row.answered_at else "now",
            status_label="已答复" if row.answered_at else "等答复",
        )
        for row in MonthObjection.objects.filter(pk__in=keys)
    }


timeline.register(Source(kind="objection", label="考勤异议", dates=_said, moments=_words))


def _missed(user: User, person: Person) -> Iterable[tuple[date, int]]:
    rows = AbsenceCase.objects.visible_to(user).filter(person=person)
    return ((day, pk) for pk, day in rows.order_by().values_list("pk", "day"))


def _cases(user: User, person: Person, keys: Sequence[int]) -> Mapping[int, Moment]:
    found = {}
    for pk, said in subjects.subject(chain.KIND).summary(keys).items():
        found[pk] = Moment(
            title=said["what"],
            url=said["url"],
            status_kind=said["status_kind"],
            status_label=said["status_label"],
        )
    return found


timeline.register(Source(kind="absence", label="缺勤处置", dates=_missed, moments=_cases))

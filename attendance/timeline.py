"""考勤异议 on a person's 时间线: for himself and for who sees that month of his."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from attendance.keepers import postings_between
from attendance.models import MonthObjection
from core import timeline
from core.months import bounds
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
            title=f"对{row.month // 100}年{row.month % 100}月考勤提出异议",
            note=row.text,
            url=row.own_url if own else row.get_absolute_url(),
            status_kind="done" if row.answered_at else "now",
            status_label="已答复" if row.answered_at else "等答复",
        )
        for row in MonthObjection.objects.filter(pk__in=keys)
    }


timeline.register(Source(kind="objection", label="考勤异议", dates=_said, moments=_words))

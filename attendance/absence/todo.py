"""The steps of chains in 待办: each in the list of whoever may do it now, with its clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from approvals import chores
from approvals.chores import Chore
from approvals.selectors import my_pairs
from attendance.absence.chain import KIND, SELF
from attendance.absence.models import AbsenceCase, AbsenceStatement, CaseStep
from attendance.absence.selectors import own_bodies
from attendance.absence.steps import CLERICAL
from core import clock
from core.months import day_words
from policy.chains import FORM_LABELS
from teams.holders import Holders, Pair
from teams.models import User
from teams.scope import scope_of

#: Where the document says 及时 and gives no number.
UNCLOCKED = "文件没有写几天"


def steps_to_do(user: User) -> list[CaseStep]:
    """The open steps the user may do now: by his post, for its holder who is away, as his office's clerk, as himself.

    One query where there are none, as mostly; so what a line says of its case is read only for those there are.
    """
    scope = scope_of(user)
    if scope.person_id is None:
        return []
    bodies = own_bodies(user)
    written = AbsenceStatement.objects.filter(step=OuterRef("pk"), state__in=AbsenceStatement.STANDING)
    own = Q(party=SELF, form="statement", case__person=scope.person_id) & ~Exists(written)
    clerical = Q(form__in=CLERICAL) & (Q(body__in=bodies) | Q(joint_body__in=bodies))
    held = Q(pk__in=[])
    for post, body in my_pairs(scope):
        held |= Q(post=post) & (Q(body=body) | Q(joint_body=body))
    rows = (
        CaseStep.objects.filter(
            own | (~Q(party=SELF) & ~Q(case__person=scope.person_id) & (clerical | held)),
            started_at__isnull=False, done_at=None, dropped_at=None, round=F("case__round"),
            case__in=AbsenceCase.objects.visible_to(user).order_by().values("pk"), case__closed_at=None,
        )
        .prefetch_related("case__person", "case__team")
        .order_by(F("due").asc(nulls_last=True), "started_at", "pk")
    )  # fmt: skip
    found = list(rows)
    asked = {pair for row in found if not _by_office(row, bodies) for pair in row.pairs}
    mine = _spoken_for(asked, scope.person_id) if asked else set()
    return [row for row in found if _by_office(row, bodies) or not mine.isdisjoint(row.pairs)]


def _by_office(row: CaseStep, bodies: set[int]) -> bool:
    """Is the step the person's own, or a paper that anybody of the office sends on?"""
    if row.party == SELF:
        return True
    return row.form in CLERICAL and any(body in bodies for _, body in row.pairs)


def _spoken_for(pairs: Iterable[Pair], person_id: int) -> set[Pair]:
    """Those of the posts for which the person speaks now, as ``powers.speaking`` decides it for one."""
    holders = Holders(pairs, clock.today(), clock.half_now())
    return {pair for pair in pairs if any(row.person_id == person_id for row in holders.speaking(pair))}


def chores_of(user: User) -> list[Chore]:
    """The same as lines of 待办; the summaries due on one day are one paper and one line."""
    found: list[Chore] = []
    summaries: dict[date, list[CaseStep]] = {}
    for row in steps_to_do(user):
        if row.form == "summary" and row.due is not None:
            summaries.setdefault(timezone.localtime(row.due).date(), []).append(row)
        else:
            found.append(_chore(row))
    return found + [_summary(day, rows) for day, rows in summaries.items()]


def _chore(row: CaseStep) -> Chore:
    case = row.case
    own = row.form == "statement"
    summary: dict[str, Any] = {
        "person": case.person.name,
        "post": str(case.team),
        "what": f"{case.short}无故不在岗",
        "url": reverse("attendance:absence_state", args=[case.pk]) if own else case.get_absolute_url(),
    }
    label = "写情况说明" if own else FORM_LABELS[row.form]
    note = "" if row.due else UNCLOCKED
    return Chore(summary=summary, label=label, due=row.due, note=note, about=((KIND, case.pk),))


def _summary(day: date, rows: list[CaseStep]) -> Chore:
    summary = {
        "person": "情况说明汇总",
        "post": f"{day_words(day)}前报送",
        "what": f"{len(rows)} 件",
        "url": f"{reverse('attendance:absence_summary')}?due={day}",
    }
    about = tuple((KIND, row.case_id) for row in rows)
    return Chore(summary=summary, label=FORM_LABELS["summary"], due=rows[0].due, about=about)


chores.register(KIND, chores_of)

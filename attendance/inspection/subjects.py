"""Checks and whom they looked for, as the shared machinery knows them: photos and notices come through here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from attendance.inspection.finding import checks_found
from attendance.inspection.models import SpotCheck, SpotTarget, own_offices, when_words
from attendance.inspection.planning import KIND
from attendance.inspection.results import TARGET_KIND
from attendance.inspection.views.checks import TAGS, show_check
from core import subjects
from teams.models import User


def check_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per check, one query for all."""
    return {
        row.pk: {
            "object": row,
            "kind": "查岗",
            "person": str(row.office),
            "post": f"{row.year}年第 {row.serial} 次",
            "what": f"{when_words(row)}{row.get_method_display()}查岗",
            "span": None,
            "number": f"第 {row.serial} 次",
            "status_kind": TAGS[row.state],
            "status_label": row.get_state_display(),
            "url": row.get_absolute_url(),
        }
        for row in SpotCheck.objects.for_pages().filter(pk__in=set(ids))
    }


def target_summary(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The words of one list row per person looked for, one query for all."""
    rows = SpotTarget.objects.select_related("posting__person", "check_of__office").filter(pk__in=set(ids))
    return {
        row.pk: {
            "object": row,
            "kind": "查岗",
            "person": row.posting.person.name,
            "post": str(row.posting.post_name),
            "what": f"{when_words(row.check_of)}查岗",
            "span": None,
            "status_kind": "done",
            "status_label": row.get_outcome_display(),
            "url": row.get_absolute_url(),
        }
        for row in rows
    }


def never_signed(**_: Any) -> NoReturn:
    """A check has no sign-off to settle."""
    raise LookupError("checks are made, not decided")


subjects.register(
    subjects.Subject(
        kind=KIND,
        name="查岗",
        model=SpotCheck,
        label=str,
        url=lambda check: check.get_absolute_url(),
        visible_to=lambda user: SpotCheck.objects.visible_to(user),
        content=lambda check: {"seed": check.seed, "pool": check.pool_hash},
        recused=lambda check: [],
        settle=never_signed,
        card=show_check,
        summary=check_summary,
        may_attach=lambda check, user: False,
        sees_files=lambda check, user: False,
        place=lambda check: check.office.region.path,
        found=checks_found,
        related=("office__region",),
    )
)


def _sees_photos(target: SpotTarget, user: User) -> bool:
    """The office that checked, and the person himself once it is over: nobody else needs a picture of him."""
    return target.check_of.office_id in own_offices(user) or target.posting.person_id == user.person_id


subjects.register(
    subjects.Subject(
        kind=TARGET_KIND,
        name="查岗对象",
        model=SpotTarget,
        label=lambda target: f"{when_words(target.check_of)}查岗",
        url=lambda target: target.get_absolute_url(),
        visible_to=lambda user: SpotTarget.objects.visible_to(user),
        content=lambda target: {"outcome": target.outcome, "note": target.note},
        recused=lambda target: [target.posting.person_id],
        settle=never_signed,
        card=lambda http, target, refusal=None: show_check(http, target.check_of, refusal),
        summary=target_summary,
        may_attach=lambda target, user: False,
        sees_files=_sees_photos,
        place=lambda target: target.posting.body.region.path,
        related=("posting__body__region", "check_of__office"),
    )
)

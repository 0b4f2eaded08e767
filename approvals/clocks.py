"""时限: every clock that runs on what the user sees, whatever room set it; what has run out first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from approvals.models import Deadline
from approvals.selectors import my_pairs, summaries
from core import subjects
from teams.models import User
from teams.scope import scope_of
from teams.words import Post

#: Kind of clock → what is to be done; a kind ``absence.report`` may be named by its beginning too.
NAMES: dict[str, str] = {"decide": "签批"}


def name_clocks(names: Mapping[str, str]) -> None:
    """``{"leave.return": "销假"}``: what each kind of clock waits for. Rooms say so at start-up."""
    NAMES.update(names)


def running(user: User) -> QuerySet[Deadline]:
    """The open clocks on subjects the user sees and on his own duties, the earliest due first; one query.

    For homes, dashboards and calendars too: filter it by ``due`` for those that have run out.
    """
    scope = scope_of(user)
    seen = Q(person=scope.person_id) if scope.person_id is not None else Q(pk__in=[])
    for each in subjects.all_subjects():
        rows = each.visible_to(user).order_by().values("pk")
        seen |= Q(subject_kind=each.kind, subject_id__in=rows)
    return (
        Deadline.objects.filter(seen, met__isnull=True).select_related("body", "person").order_by("due", "pk")
    )


def of_user(user: User) -> QuerySet[Deadline]:
    """The open clocks that are the user's own or one of his posts' to meet, the earliest due first; one query."""
    scope = scope_of(user)
    if scope.person_id is None:
        return Deadline.objects.none()
    whose = Q(person=scope.person_id)
    for post, body in my_pairs(scope):
        whose |= Q(post=post, body=body)
    rows = Deadline.objects.filter(whose, met__isnull=True).select_related("body", "person")
    return rows.order_by("due", "pk")


def lines(user: User, rows: list[Deadline]) -> list[dict[str, Any]]:
    """The rows as a page shows them: what, about whom, whose, by when; a fixed number of queries."""
    words = summaries({(row.subject_kind, row.subject_id) for row in rows})
    mine = my_pairs(scope_of(user))
    found = []
    for row in rows:
        summary = words.get((row.subject_kind, row.subject_id), {})
        own = row.person_id is not None and row.person_id == user.person_id
        found.append(
            {
                "deadline": row,
                "what": NAMES.get(row.kind, "办理"),
                "about": summary.get("person", ""),
                "place": summary.get("post", ""),
                "subject": summary.get("what") or summary.get("kind", ""),
                "kind": summary.get("kind", ""),
                "url": summary.get("url", ""),
                "whose": _whose(row),
                "mine": own or (row.post, row.body_id) in mine,
                "clause": row.clause,
            }
        )
    return found


def _whose(row: Deadline) -> str:
    """The person, the post, or the organ alone where its signer answers."""
    if row.person_id is not None:
        return str(row.person)
    return str(row.body) if row.post in (Post.SIGNER, Post.LEADER) else f"{row.body}{row.get_post_display()}"

"""时限: every clock that runs on what the user sees, whatever room set it; what has run out first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    """The open clocks on subjects the user sees and on his own duties, each once, the earliest due first; one query.

    For homes, dashboards and calendars too: filter it by ``due`` for those that have run out.
    """
    scope = scope_of(user)
    seen = Q(person=scope.person_id) if scope.person_id is not None else Q(pk__in=[])
    for each in subjects.all_subjects():
        rows = each.visible_to(user).order_by().values("pk")
        seen |= Q(subject_kind=each.kind, subject_id__in=rows)
    return (
        Deadline.objects.filter(seen, met__isnull=True)
        .each_once()
        .select_related("body", "person")
        .order_by("due", "pk")
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


Thing = tuple[str, str, int]


def thing(row: Deadline) -> Thing:
    """What a clock is for; of those who share it each has a row."""
    return row.kind, row.subject_kind, row.subject_id


def sharing(rows: Iterable[Deadline]) -> dict[Thing, list[Deadline]]:
    """Thing → the running clocks of all who have to do it, for these rows; one query."""
    found: dict[Thing, list[Deadline]] = {thing(row): [] for row in rows}
    shared = Deadline.objects.filter(subject_id__in={pk for _, _, pk in found}, met__isnull=True)
    for row in shared.select_related("body", "person").order_by("share", "pk"):
        if thing(row) in found:
            found[thing(row)].append(row)
    return found


def lines(user: User, rows: list[Deadline]) -> list[dict[str, Any]]:
    """The rows as a page shows them: what, about whom, whose, by when; a fixed number of queries."""
    words, all_of = summaries({(row.subject_kind, row.subject_id) for row in rows}), sharing(rows)
    mine = my_pairs(scope_of(user))
    found = []
    for row in rows:
        summary = words.get((row.subject_kind, row.subject_id), {})
        together = [
            whose(each) + ("（您）" if _is_of(each, user, mine) else "") for each in all_of[thing(row)]
        ]
        found.append(
            {
                "deadline": row,
                "what": NAMES.get(row.kind, "办理"),
                "about": summary.get("person", ""),
                "place": summary.get("post", ""),
                "subject": summary.get("what") or summary.get("kind", ""),
                "kind": summary.get("kind", ""),
                "url": summary.get("url", ""),
                "whose": "、".join(together),
                "clause": row.clause,
            }
        )
    return found


def _is_of(row: Deadline, user: User, pairs: set[tuple[str, int]]) -> bool:
    """Is it the user's own to meet, or one of his posts'?"""
    return (row.person_id is not None and row.person_id == user.person_id) or (row.post, row.body_id) in pairs


def whose(row: Deadline) -> str:
    """The person, the post, or the organ alone where its signer answers."""
    if row.person_id is not None:
        return str(row.person)
    return str(row.body) if row.post in (Post.SIGNER, Post.LEADER) else f"{row.body}{row.get_post_display()}"

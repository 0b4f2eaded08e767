"""Messages inside the system: ordinary rows, written in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core import clock
from core.models import Notice
from core.outbox import letters

#: What the table holds of a title; the rest stands on the page it leads to.
TITLE = 120


@dataclass(frozen=True, kw_only=True)
class Word:
    """One message to each of ``users``. ``key`` says what it is about: the same key never reaches a user twice."""

    users: Iterable[int]
    title: str
    key: str
    body: str = ""
    url: str = ""
    subject_kind: str = ""
    subject_id: object = ""


def tell(*, users: Iterable[int], key: str, urgent: bool = False, **said: Any) -> None:
    """One message to each user id, as a :class:`Word` says it.

    ``urgent``: something waits for the reader's decision; who chose so is written to at once as well.
    """
    users = sorted(set(users))
    tell_all([Word(users=users, key=key, **said)])
    if urgent and users:
        letters.send_at_once(users=users, key=key)


def tell_all(words: Iterable[Word]) -> None:
    """Many messages at once, as a job has them: a few statements, however many there are."""
    moment = clock.now()
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=user,
                title=word.title[:TITLE],
                body=word.body,
                url=word.url,
                subject_kind=word.subject_kind,
                subject_id=str(word.subject_id),
                key=f"{user}:{word.key}",
                created_at=moment,
            )
            for word in words
            for user in sorted(set(word.users))
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def unread(user) -> int:
    """How many messages wait for the user."""
    return Notice.objects.filter(recipient=user, read_at=None).count()


def mark_read(*, user, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the user's own messages (all, or those named) as read; returns how many changed."""
    mine = Notice.objects.filter(recipient=user, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=clock.now())

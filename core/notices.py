"""Messages inside the system: ordinary rows, written in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.models import Notice
from core.outbox import letters


def tell(
    *,
    users: Iterable[int],
    title: str,
    key: str,
    body: str = "",
    url: str = "",
    subject_kind: str = "",
    subject_id: object = "",
    urgent: bool = False,
) -> None:
    """One message to each user id. ``key`` says what it is about: the same key never reaches a user twice.

    ``urgent``: something waits for the reader's decision; who chose so is written to at once as well.
    """
    moment = clock.now()
    users = sorted(set(users))
    Notice.objects.bulk_create(
        [
            Notice(
                recipient_id=user,
                title=title,
                body=body,
                url=url,
                subject_kind=subject_kind,
                subject_id=str(subject_id),
                key=f"{user}:{key}",
                created_at=moment,
            )
            for user in users
        ],
        ignore_conflicts=True,
    )
    if urgent and users:
        letters.send_at_once(users=users, key=key)


def unread(user) -> int:
    """How many messages wait for the user."""
    return Notice.objects.filter(recipient=user, read_at=None).count()


def mark_read(*, user, notice_ids: Iterable[int] | None = None) -> int:
    """Mark the user's own messages (all, or those named) as read; returns how many changed."""
    mine = Notice.objects.filter(recipient=user, read_at=None)
    if notice_ids is not None:
        mine = mine.filter(pk__in=list(notice_ids))
    return mine.update(read_at=clock.now())

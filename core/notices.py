"""Messages inside the system: ordinary rows, written in the verb's own transaction."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.models import Notice


def tell(
    *,
    users: Iterable[int],
    title: str,
    key: str,
    body: str = "",
    url: str = "",
    subject_kind: str = "",
    subject_id: object = "",
) -> None:
    """One message to each user id. ``key`` says what it is about: the same key never reaches a user twice."""
    moment = clock.now()
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
            for user in sorted(set(users))
        ],
        ignore_conflicts=True,
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

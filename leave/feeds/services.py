"""The verbs of 日历订阅: make, revoke; and finding a feed again by its secret, at every request."""

from __future__ import annotations

import hashlib
import secrets

from core import audit, clock
from core.errors import NotYours
from core.verbs import verb
from leave.models import CalendarFeed
from teams.models import User
from teams.scope import scope_of

KIND = "calendar_feed"
Reach = CalendarFeed.Reach


def offered(user: User) -> list[str]:
    """Which feeds the user may have: his own always, that of others while he looks after any, his clocks with any post."""
    scope = scope_of(user)
    own = [Reach.OWN.value] if scope.person_id is not None else []
    others = [Reach.OTHERS.value] if scope.sees_others else []
    return own + others + ([Reach.CLOCKS.value] if scope.appointments else [])


@verb("calendar_feed.make")
def make_feed(*, acting_user: User, reach: str) -> tuple[CalendarFeed, str]:
    """A new secret address for oneself: (row, the secret, which nobody can read again). The one before it ends.

    Raises NotYours for a feed the user may not have.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    if reach not in offered(user):
        raise NotYours("not_yours", "没有这一项")
    moment, secret = clock.now(), secrets.token_urlsafe(32)
    CalendarFeed.objects.filter(user=user, reach=reach, revoked_at=None).update(revoked_at=moment)
    feed = CalendarFeed.objects.create(user=user, reach=reach, digest=_digest(secret), made_at=moment)
    audit.record(
        action="calendar_feed.make",
        actor=user,
        subject_kind=KIND,
        subject_id=feed.pk,
        after={"reach": reach},
    )
    return feed, secret


@verb("calendar_feed.revoke")
def revoke_feed(*, feed_id: int, acting_user: User) -> CalendarFeed:
    """One's own feed opens nothing from now on; revoked twice is revoked once. NotYours for anybody else's."""
    feed = CalendarFeed.objects.select_for_update().filter(pk=feed_id, user=acting_user).first()
    if feed is None:
        raise NotYours("not_yours", "没有这个日历链接")
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        audit.record(
            action="calendar_feed.revoke",
            actor=acting_user,
            subject_kind=KIND,
            subject_id=feed.pk,
            after={"reach": feed.reach},
        )
    return feed


def feed_behind(secret: str) -> CalendarFeed | None:
    """The live feed of an active account that may still have it; None for everything else."""
    rows = CalendarFeed.objects.select_related("user__person")
    feed = rows.filter(digest=_digest(secret), revoked_at=None).first()
    if feed is None or not feed.user.is_active or feed.reach not in offered(feed.user):
        return None
    return feed


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()

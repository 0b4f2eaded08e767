"""What a person may change about his own login: the password, where it is signed in, the size of letters."""

from __future__ import annotations

import re

from core import audit
from core.errors import Refused
from core.verbs import verb
from teams.models import User
from teams.sessions import cut_off

_HASH = re.compile("[0-9a-f]{64}")
#: Holds the choice of 大字 before anybody has signed in.
TEXT_COOKIE = "zhubang_text_size"


@verb("user.password")
def change_password(*, acting_user: User, password: str, keep: str = "") -> User:
    """Give one's own login a new password; a first password set by somebody else counts as changed.

    Whatever is signed in elsewhere ends at once; ``keep`` is the hash of the session that stays.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    if user.check_password(password):
        raise Refused("same_password", "新密码和现在的一样，换一个", field="new_password1")
    user.set_password(password)
    user.password_is_temporary = False
    user.save(update_fields=["password", "password_is_temporary"])
    ended = cut_off(user, keep=keep)
    audit.record(
        action="user.password",
        actor=user,
        subject_kind="user",
        subject_id=user.pk,
        after={"sessions_ended": ended},
    )
    return user


@verb("user.text_size")
def choose_text_size(*, acting_user: User, text_size: str) -> None:
    """Remember one's own size of letters on the account."""
    if text_size not in User.TextSize.values:
        raise Refused("text_size", "从标准、大、特大里选一个字号")
    if text_size == acting_user.text_size:
        return
    User.objects.filter(pk=acting_user.pk).update(text_size=text_size)
    audit.record(
        action="user.text_size",
        actor=acting_user,
        subject_kind="user",
        subject_id=acting_user.pk,
        before={"text_size": acting_user.text_size},
        after={"text_size": text_size},
    )


@verb("user.end_devices")
def end_devices(*, acting_user: User, device: str, here: str) -> int:
    """Sign out the browser whose session has the hash ``device``, or ``others``: all but ``here``; how many.

    A session that is gone already is no mistake; somebody else's is never touched.
    """
    rows = acting_user.sessions.exclude(session_key=here)
    if device != "others":
        rows = rows.filter(session_key=device) if _HASH.fullmatch(device) else rows.none()
    if not rows.exists():
        return 0
    ended, _ = rows.delete()
    audit.record(
        action="user.end_devices",
        actor=acting_user,
        subject_kind="user",
        subject_id=acting_user.pk,
        after={"sessions_ended": ended},
    )
    return ended

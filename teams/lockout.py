"""Five wrong passwords lock one account from one address for half an hour. django-axes' handler, made safe in races.

axes counts a failure after the password was compared, so that a hundred sign-ins sent at once are all compared
before the first is counted. Here a try is taken before the comparison, by one statement that counts and answers;
a right password gives the tries back. What was typed is never kept: people type passwords into the wrong field.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from core import audit
from core.errors import NotYours
from core.texts import written
from core.verbs import verb
from teams.models import User
from teams.words import Duty

_TAKE = """
INSERT INTO {table} AS t (username, ip_address, user_agent, http_accept, path_info, get_data, post_data,
                          failures_since_start, attempt_time)
VALUES (%(name)s, %(address)s, '', '', '', '', '', 1, %(now)s)
ON CONFLICT (username, ip_address, user_agent) DO UPDATE SET
    failures_since_start = CASE
        WHEN t.attempt_time < %(since)s THEN 1
        WHEN t.failures_since_start > %(limit)s THEN t.failures_since_start
        ELSE t.failures_since_start + 1 END,
    attempt_time = CASE
        WHEN t.attempt_time >= %(since)s AND t.failures_since_start >= %(limit)s THEN t.attempt_time
        ELSE excluded.attempt_time END
RETURNING failures_since_start
"""


def address(request: HttpRequest) -> str:
    """For ``AXES_CLIENT_IP_CALLABLE``. Never empty, because two empty ones would count apart."""
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"


def taken(username: str, ip_address: str, now: datetime) -> int:
    """Take one try and say the how many-th it is; beyond the limit the number stays and the lock grows no longer."""
    column = AccessAttempt._meta.get_field("attempt_time")
    values = {
        "name": username,
        "address": ip_address,
        "now": column.get_db_prep_value(now, connection),
        "since": column.get_db_prep_value(now - settings.AXES_COOLOFF_TIME, connection),
        "limit": settings.AXES_FAILURE_LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(table=AccessAttempt._meta.db_table), values)
        return cursor.fetchone()[0]


class LockOut(AxesDatabaseHandler):
    """Named by ``AXES_HANDLER``; axes' own backend, middleware and signals call it."""

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Asked once before a password is compared: take a try, and say whether it was one of the five."""
        username = (credentials or {}).get("username") or ""
        number = taken(username, request.axes_ip_address, request.axes_attempt_time)  # type: ignore[attr-defined]
        request.axes_failures_since_start = number  # type: ignore[attr-defined]
        return number <= settings.AXES_FAILURE_LIMIT

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """The password was wrong, or nothing was compared because of the lock. The try has been taken already."""
        username = credentials.get("username") or ""
        refused = request.axes_failures_since_start > settings.AXES_FAILURE_LIMIT
        request.axes_locked_out = request.axes_failures_since_start >= settings.AXES_FAILURE_LIMIT
        request.axes_credentials = credentials
        if not refused and User.objects.filter(username=username).exists():
            note_failure(request, username, locked=request.axes_locked_out)


def note_failure(request: Any, username: str, *, locked: bool = False) -> None:
    """Write a failed sign-in into the history of an account that exists."""
    AccessFailureLog.objects.create(
        username=username,
        ip_address=address(request),
        user_agent=request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:255],
        http_accept="",
        path_info=request.path_info[:255],
        locked_out=locked,
    )


@verb("login.unlock")
def unlock(*, acting_user: User, attempt_id: int, reason: str) -> None:
    """The security administrator opens a lock of his place before its time, with a reason."""
    actor = User.objects.filter(pk=acting_user.pk, is_active=True, duty=Duty.SECURITY).first()
    attempt = AccessAttempt.objects.select_for_update().filter(pk=attempt_id).first()
    account = (
        User.objects.administered_by(acting_user).filter(username=attempt.username).first()
        if attempt
        else None
    )
    if actor is None or attempt is None or account is None:
        raise NotYours("not_administered", "这个账号不在您的管理范围")
    reason = written(
        reason, field="reason", most=200, missing="写明解锁的原因，如：本人来电核实", label="原因"
    )
    attempt.delete()
    audit.record(
        action="login.unlock",
        actor=actor,
        subject_kind="user",
        subject_id=account.pk,
        before={"address": attempt.ip_address, "failures": attempt.failures_since_start},
        after={"reason": reason},
    )

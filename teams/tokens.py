"""接口令牌: made and revoked by its owner, found again by its hash on every request."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from core import audit, clock, trail
from core.errors import NotYours, Refused, Several
from core.verbs import verb
from teams.models import ApiToken, User
from teams.words import TokenScope

PREFIX = "zb_"
#: How long a token may live, in days.
LIFETIMES = (7, 30, 90, 365)
#: Live tokens of one account.
AT_MOST = 20
#: The last use is written once a minute at most, so that reading does not write.
NOTE_USE_EVERY = timedelta(minutes=1)

trail.name_actions({"token.make": "生成接口令牌", "token.revoke": "撤销接口令牌"})
trail.name_kinds({"token": "接口令牌"})
trail.name_fields({"token_id": "令牌编号", "scopes": "权限", "expires": "有效期至"})
trail.name_values("scopes", TokenScope.choices)


@verb("token.make")
def make_token(*, acting_user: User, name: str, scopes: Sequence[str], days: int) -> tuple[ApiToken, str]:
    """Make a token for oneself: (row, the token itself, which nobody can read again). Raises Several by field."""
    user = User.objects.select_for_update(of=("self",)).get(pk=acting_user.pk)
    name, wanted = name.strip(), sorted(set(scopes))
    found = []
    if not name:
        found.append(Refused("name", "写一句用途，以后好认", field="name"))
    elif len(name) > 40:
        found.append(Refused("name_long", "用途最多 40 字", field="name"))
    if not wanted or not set(wanted) <= set(TokenScope.values):
        found.append(Refused("scopes", "至少选一项列出的权限", field="scopes"))
    if days not in LIFETIMES:
        found.append(Refused("days", "从列出的有效期里选一个", field="days"))
    if found:
        raise Several(found)
    if live(user).count() >= AT_MOST:
        raise Refused("too_many", f"有效的令牌最多 {AT_MOST} 个，先撤销不用的")
    plain = f"{PREFIX}{secrets.token_urlsafe(32)}"
    moment = clock.now()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(plain),
        hint=plain[:8],
        scopes=wanted,
        made_under=user.get_session_auth_hash(),
        created_at=moment,
        expires_at=moment + timedelta(days=days),
    )
    audit.record(
        action="token.make",
        actor=user,
        subject_kind="token",
        subject_id=token.pk,
        after={"name": name, "scopes": wanted, "expires": token.expires_at.isoformat()},
    )
    return token, plain


@verb("token.revoke")
def revoke_token(*, token_id: int, acting_user: User) -> ApiToken:
    """Revoke one's own token; it opens nothing from now on. Once revoked it stays so."""
    token = ApiToken.objects.select_for_update().filter(pk=token_id, user=acting_user).first()
    if token is None:
        raise NotYours("not_yours", "没有这个令牌")
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit.record(action="token.revoke", actor=acting_user, subject_kind="token", subject_id=token.pk)
    return token


def live(user: User) -> QuerySet[ApiToken]:
    """The user's tokens that still open something."""
    rows = ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=clock.now())
    return rows.filter(made_under__in=[user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()])


def token_behind(plain: str) -> ApiToken | None:
    """The live token with its active user, or None; notes that it was used."""
    token = ApiToken.objects.select_related("user__person").filter(digest=_digest(plain)).first()
    moment = clock.now()
    if token is None or token.revoked_at is not None or token.expires_at <= moment:
        return None
    if not token.user.is_active or not token.made_under_present_password:
        return None
    _note_use(token, moment)
    return token


def _note_use(token: ApiToken, moment: datetime) -> None:
    if token.last_used_at is None or moment - token.last_used_at >= NOTE_USE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=moment)


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()

"""Who is asking the API: a program with a token, or a browser with a session and its CSRF token."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from teams.middleware import next_step
from teams.models import ApiToken, User
from teams.tokens import token_behind

REALM = 'Bearer realm="api"'


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer zb_…``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_behind(plain.strip())
        if token is None:
            raise AuthenticationFailed("这个令牌不存在、已过期或已失效", code="token_invalid")
        _ready(token.user)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return REALM


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages. What writes carries ``X-CSRFToken``, as forms do."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found = super().authenticate(request)
        if found is not None:
            _ready(found[0])
            if next_step(request._request) is not None:
                raise PermissionDenied("先在网页上完成两步验证，再用接口", code="second_step")
        return found

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refused:
            raise PermissionDenied("缺少 X-CSRFToken，或和会话对不上", code="csrf") from refused


def _ready(user: Any) -> None:
    if user.password_is_temporary:
        raise PermissionDenied("先登录网页改掉首次密码，再用接口", code="first_password")

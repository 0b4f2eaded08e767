"""Who may use a resource of the API: its access word and, for a token, its scope."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core import access


class Admitted(BasePermission):
    """The resource's access word, and for a token its scope. Who lacks the word is told there is nothing here."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if not access.allows(view.access, request.user):
            raise NotFound
        needed, token = view.scope_needed(), request.auth
        if token is not None and needed and needed not in token.scopes:
            raise PermissionDenied(f"这个令牌没有 {needed} 这项权限", code="scope_missing")
        return True

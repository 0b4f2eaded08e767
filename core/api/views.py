"""What every resource of the API shares: who may use it, with which scope, once per key, in the name of the API."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from core import context
from core.api import idempotency


class Resource(viewsets.GenericViewSet):
    """A resource of the API. Subclasses start from ``visible_to`` and call verbs; they decide nothing.

    access   the access word of core.access
    reads    the scope a token needs to read, "" for any token
    writes   the scope it needs for everything else
    scopes   actions that need another scope than their method would ask for
    tag      the heading under which the documentation lists it
    """

    access = "serving"
    reads = ""
    writes = ""
    scopes: dict[str, str] = {}
    tag = ""

    @classmethod
    def as_view(cls, actions: dict[str, str] | None = None, **initkwargs: Any) -> Callable[..., HttpResponse]:
        view = super().as_view(actions, **initkwargs)
        view.access = cls.access  # type: ignore[attr-defined]
        return view

    def scope_needed(self) -> str:
        """The scope of the present action; empty for a method the resource does not have."""
        if self.action in self.scopes:
            return self.scopes[self.action]
        safe = self.request is None or self.request.method in ("GET", "HEAD", "OPTIONS")
        return self.reads if safe else self.writes

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        came = context.origin()
        with context.working_from("api", address=came.address, request_id=came.request_id):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let a POST with a key pass through :func:`core.api.idempotency.once`."""
        super().initial(request, *args, **kwargs)
        handler = getattr(self, "post", None)
        if request.method == "POST" and handler is not None and (key := idempotency.key_of(request)):
            self.post = self._once(key, handler)

    def _once(self, key: str, handler: Callable[..., Response]) -> Callable[..., Any]:
        def post(request: Request, *args: Any, **kwargs: Any) -> Any:
            # Read before the body is parsed, or it could not be read any more.
            _ = request.body

            def act() -> Response:
                try:
                    return handler(request, *args, **kwargs)
                except Exception as error:
                    return self.handle_exception(error)

            return idempotency.once(request, key, act)

        return post

    def verb_key(self) -> str:
        """The one-time key for a verb: made of the request's own key, so that no other user can have it."""
        given = idempotency.key_of(self.request)
        if not given:
            return uuid.uuid4().hex
        return hashlib.sha256(f"{self.request.user.pk}:{given}".encode()).hexdigest()

    def said(self, serializer: type) -> dict[str, Any]:
        """The request's body as ``serializer`` reads it; ValidationError with every mistake."""
        read = serializer(data=self.request.data, context={"request": self.request})
        read.is_valid(raise_exception=True)
        return read.validated_data

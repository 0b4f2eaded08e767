"""A program with a token, talking to the API as it would over the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from teams.models import ApiToken, User
from teams.tokens import make_token
from teams.words import TokenScope


@dataclass
class Program:
    token: ApiToken
    plain: str

    @classmethod
    def acting_for(cls, user: User, *scopes: str) -> Program:
        wanted = list(scopes) or list(TokenScope.values)
        return cls(*make_token(acting_user=user, name="测试", scopes=wanted, days=30))

    def send(
        self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> HttpResponse:
        """The answer; a crash is an answer of 500."""
        sent = {"Authorization": f"Bearer {self.plain}", **headers}
        if key:
            sent["Idempotency-Key"] = key
        extra: dict[str, Any] = {}
        if body is not None:
            extra = {"data": body, "content_type": "application/json"}
        ask = getattr(Client(raise_request_exception=False), method.lower())
        return ask(f"/api/{path}", headers=sent, **extra)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> HttpResponse:
        return self.send("POST", path, {} if body is None else body, key=key)

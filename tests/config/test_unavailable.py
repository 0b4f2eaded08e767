"""When the database does not answer: a page and an API that say so and when to come back, and nothing half done."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.cast import World
from tests.fixtures import clock, world
from tests.pages import browser, text

__all__ = ["clock", "world"]


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_pages_and_the_api_say_that_they_wait_for_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    client = browser(world, "liusha_member")
    client.raise_request_exception = False

    def away(*_: Any, **__: Any) -> None:
        raise error("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", away)
        answer = client.get("/")
        said = client.get("/api/me/", headers={"Authorization": "Bearer zb_x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "系统正在恢复" in text(answer)
    assert "server closed" not in answer.content.decode()
    assert (said.status_code, said["Retry-After"]) == (503, "30")
    assert (said["Content-Type"], said.json()["code"]) == ("application/problem+json", "unavailable")


def test_any_other_crash_is_still_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser(world, "liusha_member")
    client.raise_request_exception = False

    def crashes(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", crashes)
        answer = client.get("/")
    assert answer.status_code == 500
    assert "系统出了问题" in text(answer)

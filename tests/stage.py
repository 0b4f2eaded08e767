"""One scene for all tests of a file: built once, and every test and every request undone on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import override_settings

from config import api
from core import clock as core_clock
from teams import scope
from teams.models import User
from tests import cast
from tests.access import Scene
from tests.drive import Clock, Drive

IN_MEMORY = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@contextmanager
def one_for_the_file(blocker: Any) -> Iterator[pytest.MonkeyPatch]:
    """A transaction around all tests of a file, undone at its end, on Monday 23 November 2026; the patches end with it."""
    with (
        blocker.unblock(),
        # On a slow machine the file takes longer than a typed password counts as recent.
        override_settings(STORAGES={**settings.STORAGES, **IN_MEMORY}, PASSWORD_RECENT=timedelta(days=1)),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(core_clock, "now", Clock())
        cast.published()
        yield patch
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker) -> Iterator[Scene]:
    """The cast, the calendar and the scene, in a transaction of the whole file."""
    with one_for_the_file(django_db_blocker) as patch:
        # Half of all answers are this page, whole with menu and counts; one test looks at it as everybody gets it.
        patch.setattr("config.urls.handler404", _not_here)
        set_scene = Scene(Drive(cast.build()))
        # A third of all work: whom each may see, asked anew by each request, though every request finds the same.
        patch.setattr(scope, "_compute", _computed_once(set_scene, scope._compute))
        yield set_scene


def _computed_once(
    scene: Scene, compute: Callable[[User, date], scope.Scope]
) -> Callable[[User, date], scope.Scope]:
    """The scopes of the cast on the scene as it was set, a fresh copy for each request; others as ever."""
    today = core_clock.today()
    users = [scene.world.user(who) for who in scene.world.users]
    known = {user.pk: compute(user, today) for user in users if user.person_id and not user.duty}

    def computed(user: User, on: date) -> scope.Scope:
        return replace(known[user.pk]) if on == today and user.pk in known else compute(user, on)

    return computed


def _not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    return (
        api.not_found(request, exception)
        if request.path_info.startswith(api.PREFIX)
        else HttpResponseNotFound()
    )


@pytest.fixture
def scene(staged: Scene, db: None) -> Scene:
    """The scene as it was set, whatever earlier tests did to it."""
    return staged

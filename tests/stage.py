"""One scene for all tests of a file: built once, and every test and every request undone on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import override_settings

from config import api
from config.middleware import SessionLimits
from core import clock as core_clock
from teams import scope
from teams.models import User
from tests import cast
from tests.access import Scene
from tests.drive import Clock, Drive

#: On a slow machine a file takes longer than a typed password counts as recent, and than a session may lie idle.
UNHURRIED = {"PASSWORD_RECENT": timedelta(days=1), "SESSION_IDLE": timedelta(days=1)}
IN_MEMORY = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@contextmanager
def one_for_the_file(blocker: Any) -> Iterator[pytest.MonkeyPatch]:
    """A transaction around all tests of a file, undone at its end, on Monday 23 November 2026; the patches end with it."""
    with (
        blocker.unblock(),
        override_settings(STORAGES={**settings.STORAGES, **IN_MEMORY}, **UNHURRIED),
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
        patch.setattr("config.urls.handler404", not_here)
        set_scene = Scene(Drive(cast.build()))
        # Half of all work: who asks and whom he may see, asked anew by each request, though every request finds the
        # same; and when his session was used, written anew by each, since what a request did is undone.
        patch.setattr(scope, "_compute", _computed_once(set_scene, scope._compute))
        patch.setattr(ModelBackend, "get_user", _loaded_once(set_scene, ModelBackend.get_user))
        patch.setattr(SessionLimits, "WRITE_EVERY", 86_400)
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


def _loaded_once(
    scene: Scene, load: Callable[[ModelBackend, Any], User | None]
) -> Callable[[ModelBackend, Any], User | None]:
    """The users of the cast as they were when the scene was set, a fresh copy for each request; others as ever."""
    known = {user.pk: load(ModelBackend(), user.pk) for user in scene.world.users.values()}

    def loaded(backend: ModelBackend, user_id: Any) -> User | None:
        user = known.get(int(user_id))
        if user is None:
            return load(backend, user_id)
        fresh = copy(user)
        fresh._state.fields_cache = {name: copy(row) for name, row in user._state.fields_cache.items()}
        return fresh

    return loaded


def not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What does not exist, in no words."""
    return (
        api.not_found(request, exception)
        if request.path_info.startswith(api.PREFIX)
        else HttpResponseNotFound()
    )


@pytest.fixture
def scene(staged: Scene, db: None) -> Scene:
    """The scene as it was set, whatever earlier tests did to it."""
    return staged

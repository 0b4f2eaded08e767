"""One scene for all tests of a file: built once, and every test and every request undone on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import override_settings

from config import api
from core import clock as core_clock
from tests import cast
from tests.access import Scene
from tests.drive import Clock, Drive

IN_MEMORY = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker) -> Iterator[Scene]:
    """The cast, the calendar and the scene on Monday 23 November 2026, in a transaction of the whole file."""
    with (
        django_db_blocker.unblock(),
        # On a slow machine the file takes longer than a typed password counts as recent.
        override_settings(STORAGES={**settings.STORAGES, **IN_MEMORY}, PASSWORD_RECENT=timedelta(days=1)),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(core_clock, "now", Clock())
        # Half of all answers are this page, whole with menu and counts; one test looks at it as everybody gets it.
        patch.setattr("config.urls.handler404", _not_here)
        cast.published()
        yield Scene(Drive(cast.build()))
        transaction.set_rollback(True)


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

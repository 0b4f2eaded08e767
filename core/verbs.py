"""What makes a function a verb: one transaction, one audit event, refusals recorded too."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from core import audit
from core.context import one_verb
from core.errors import Refused, from_database

P = ParamSpec("P")
R = TypeVar("R")


_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")


def check_key(key: str) -> None:
    """A page's one-time key is one our pages make; Refused for anything else, e.g. none at all."""
    if not _KEY.fullmatch(key):
        raise Refused("no_key", "页面缺少提交键，刷新后再办")


def verb(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run the function in one transaction; record a refusal after the rollback; name broken constraints.

    The function takes keywords only and ``acting_user`` among them (None for a job). It locks, checks, writes
    and calls :func:`core.audit.record` itself, because only it knows what changed.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                with one_verb(), transaction.atomic():
                    return function(*args, **kwargs)
            except IntegrityError as error:
                refusal = from_database(error)
                if refusal is None:
                    raise
                _note(action, kwargs, refusal)
                raise refusal from error
            except Refused as refusal:
                _note(action, kwargs, refusal)
                raise

        inner.verb = action  # type: ignore[attr-defined]
        return inner

    return wrap


def _note(action: str, kwargs: dict, refusal: Refused) -> None:
    ids = {key: value for key, value in kwargs.items() if key.endswith("_id")}
    audit.record(
        action=action,
        actor=kwargs.get("acting_user"),
        subject_id=next((str(value) for value in ids.values()), ""),
        outcome="refused",
        after={"code": refusal.code, **{key: str(value) for key, value in ids.items()}},
    )

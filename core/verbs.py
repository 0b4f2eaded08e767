"""What makes a function a verb: one transaction, one audit event, refusals recorded too."""

from __future__ import annotations

import dataclasses
import functools
import logging
import operator
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, transaction

from core import audit
from core.context import one_verb
from core.errors import Declined, Refused, from_database

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger("zhubang.verbs")

_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")


def check_key(key: str) -> None:
    """A page's one-time key is one our pages make; Refused for anything else, e.g. none at all."""
    if not _KEY.fullmatch(key):
        raise Refused("no_key", "页面缺少提交键，刷新后再办")


def without_nul(value: Any) -> Any:
    """The same without the NUL sign, also in the texts of lists, mappings and data classes; itself where it holds none."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if type(value) in (list, tuple):
        cleaned = [without_nul(each) for each in value]
        return value if all(map(operator.is_, cleaned, value)) else type(value)(cleaned)
    if type(value) is dict:
        return {name: without_nul(each) for name, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        texts = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        changed = {name: new for name, old in texts.items() if (new := without_nul(old)) is not old}
        return dataclasses.replace(value, **changed) if changed else value
    return value


def verb(action: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run the function in one transaction; record a refusal or a failure after the rollback.

    A broken constraint that has a sentence is a refusal too; any other error is recorded and goes on its way.

    The function takes keywords only and ``acting_user`` among them (None for a job). It locks, checks, writes
    and calls :func:`core.audit.record` itself, because only it knows what changed. Of its texts it gets what a text
    column holds: PostgreSQL refuses a NUL, which no one can type.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def inner(*args: P.args, **kwargs: P.kwargs) -> R:
            for name, value in kwargs.items():
                kwargs[name] = without_nul(value)
            try:
                with one_verb(), transaction.atomic(), audit.together():
                    return function(*args, **kwargs)
            except IntegrityError as error:
                refusal = from_database(error)
                if refusal is None:
                    _note_failure(action, kwargs, error)
                    raise
                _note(action, kwargs, refusal)
                raise refusal from error
            except Declined as refusal:
                _note(action, kwargs, refusal)
                raise
            except Exception as error:
                _note_failure(action, kwargs, error)
                raise

        inner.verb = action  # type: ignore[attr-defined]
        return inner

    return wrap


def _note(action: str, kwargs: dict, refusal: Declined) -> None:
    _record(action, kwargs, "refused", {"code": refusal.code, "why": refusal.sentence})


def _note_failure(action: str, kwargs: dict, error: Exception) -> None:
    """The kind of error alone: its words may hold what people typed. Never hides the error itself."""
    try:
        with transaction.atomic():
            _record(action, kwargs, "failed", {"code": type(error).__name__})
    except DatabaseError:
        _log.exception("the failure of %s could not be recorded", action)


def _record(action: str, kwargs: dict, outcome: str, said: dict[str, str]) -> None:
    ids = {key: str(value) for key, value in kwargs.items() if key.endswith("_id") and value is not None}
    audit.record(
        action=action,
        actor=kwargs.get("acting_user"),
        subject_id=next(iter(ids.values()), ""),
        outcome=outcome,
        after={**said, **ids},
    )

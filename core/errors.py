"""What a verb raises when it says no. Views and the API turn these into a sentence or a 4xx."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, models
from django.http import Http404


class Declined(Exception):
    """A verb says no. ``code`` is stable and machine-readable, ``sentence`` is for the person.

    ``field`` names the form field the sentence stands beside, or ``""`` for the whole form.
    """

    status = 422

    def __init__(self, code: str, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field


class Refused(Declined):
    """What was asked cannot be done: 422. The page shows the sentence where it was asked."""


class Conflict(Refused):
    """Somebody or something was faster: 409. The page shows the present state."""

    status = 409


class NotYours(Declined, Http404):
    """The actor has no part in this object. Outsiders are answered as if it did not exist: 404, which no page catches."""

    status = 404


class Several(Refused):
    """More than one refusal at once, so that a form can name every mistake in one go."""

    def __init__(self, refusals: Iterable[Refused]) -> None:
        self.refusals = list(refusals)
        first = self.refusals[0]
        super().__init__(first.code, first.sentence, field=first.field)


@dataclass(frozen=True)
class _Sentence:
    code: str
    sentence: str
    marks: tuple[str, ...] = field(default=())


_SENTENCES: list[_Sentence] = []


def say(model: type[models.Model], constraint: str, *, code: str, sentence: str) -> None:
    """Give the database's refusal by ``constraint`` of ``model`` the sentence a person should read.

    ``constraint`` is the name of a constraint or trigger, or of a field that is unique by itself. PostgreSQL
    names the constraint; SQLite names the columns of a unique one, so both marks are kept.
    """
    table = model._meta.db_table
    unique_field = next(
        (field for field in model._meta.fields if field.name == constraint and field.unique), None
    )
    if unique_field is not None:
        column = unique_field.column
        _SENTENCES.append(_Sentence(code, sentence, (f"{table}_{column}_key", f"{table}.{column}")))
        return
    marks = [constraint]
    for item in model._meta.constraints:
        if item.name == constraint and isinstance(item, models.UniqueConstraint) and item.fields:
            columns = [model._meta.get_field(name).column for name in item.fields]
            marks.append(", ".join(f"{table}.{column}" for column in columns))
    _SENTENCES.append(_Sentence(code, sentence, tuple(marks)))


def from_database(error: IntegrityError) -> Conflict | None:
    """The sentence for a constraint or trigger that refused, or None where nobody gave it one."""
    text = str(error)
    for known in _SENTENCES:
        if any(mark in text for mark in known.marks):
            return Conflict(known.code, known.sentence)
    return None


def table_missing(error: DatabaseError) -> bool:
    """Was a table asked that has not been made yet?"""
    return getattr(error.__cause__, "pgcode", None) == "42P01" or "no such table" in str(error)


def database_away(error: BaseException | None) -> bool:
    """Does the error say that the database does not answer, or not in time, and not that the question was wrong?

    SQLite says both by the same class; the PostgreSQL driver sometimes names no class when a connection breaks.
    """
    if connection.vendor == "sqlite" and isinstance(error, OperationalError):
        return any(word in str(error) for word in ("locked", "unable to open", "disk I/O", "closed"))
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError

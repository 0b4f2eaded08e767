"""Where each clause works: found by walking addresses, jobs and commands, never taken on trust.

Code says which clauses it carries (:func:`policy.carries.carries`); that counts only where a person can reach
the code: a view behind an address, a job, a command. A clause is *working* when something reachable carries it
and ``proofs.csv`` names the test that shows it; everything else is *planned*.
"""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import load_command_class
from django.urls import URLPattern, URLResolver, get_resolver

from policy.book import RuleBook
from policy.carries import carried, carriers
from policy.schema import Clause

PROOFS = Path(__file__).with_name("proofs.csv")
WORKING, PLANNED = "working", "planned"


@dataclass(frozen=True, slots=True)
class Where:
    """Something a person meets that carries a clause: ``kind`` is screen, job or command."""

    kind: str
    name: str
    access: str = ""

    @property
    def shown(self) -> str:
        """A URL name, a task name, or ``manage.py explain``."""
        return f"manage.py {self.name}" if self.kind == "command" else self.name


def clause_rows(book: RuleBook, pack_id: str | None = None) -> list[dict[str, Any]]:
    """What ``manage.py clauses`` prints, clause by clause as the documents have them.

    Raises KeyError for a document nobody knows.
    """
    clauses = book.clauses() if pack_id is None else book.pack(pack_id).clause
    return [
        {
            "id": clause.id,
            "pack": book.pack_of(clause.id).id,
            "article": clause.article,
            "kind": clause.kind,
            "mode": clause.mode,
            "topic": clause.topic,
            "where": [where.shown for where in reached(clause.id)],
            "test": proofs().get(clause.id, ""),
            "status": status(clause),
        }
        for clause in clauses
    ]


def status(clause: Clause) -> str:
    """``working`` where something reachable carries the clause and a test is named, else ``planned``."""
    return WORKING if reached(clause.id) and clause.id in proofs() else PLANNED


def reached(clause_id: str) -> tuple[Where, ...]:
    """Every screen, job and command that carries the clause."""
    return _reached().get(clause_id, ())


@lru_cache(maxsize=1)
def proofs() -> dict[str, str]:
    """The test that shows each clause, ``path::name``, by clause id."""
    with PROOFS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["test"] for row in csv.DictReader(file)}


def screens() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every named address of the site with its view, e.g. ``("leave:new", view)``."""
    return _screens(get_resolver().url_patterns, ())


def _screens(patterns: Iterable[Any], spaces: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from _screens(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join((*spaces, pattern.name)), pattern.callback


@lru_cache(maxsize=1)
def _reached() -> dict[str, tuple[Where, ...]]:
    # Walking comes first: it imports the code whose marks are asked for.
    doors = [*_views(), *_jobs(), *_commands()]
    found: dict[str, tuple[Where, ...]] = {}
    for clause_id in carried():
        marks = {(each.module, each.name) for each in carriers(clause_id)}
        found[clause_id] = tuple(dict.fromkeys(where for where, names in doors if names & marks))
    return found


def _views() -> Iterator[tuple[Where, set[tuple[str, str]]]]:
    for name, view in screens():
        yield Where("screen", name, getattr(view, "access", "")), _names(view)


def _jobs() -> Iterator[tuple[Where, set[tuple[str, str]]]]:
    current_app.loader.import_default_modules()
    for name, task in current_app.tasks.items():
        if not name.startswith("celery."):
            yield Where("job", name), _names(inspect.unwrap(task.run)) | _names(task)


def _commands() -> Iterator[tuple[Where, set[tuple[str, str]]]]:
    for app in apps.get_app_configs():
        folder = Path(app.path, "management", "commands")
        if Path(app.path).parent != Path(settings.BASE_DIR) or not folder.is_dir():
            continue
        for file in sorted(folder.glob("[!_]*.py")):
            command = load_command_class(app.name, file.stem)
            yield Where("command", file.stem), _names(type(command))


def _names(thing: Any) -> set[tuple[str, str]]:
    """The names under which a mark may have been put on this thing: itself, what it wraps, its class, methods."""
    names: set[tuple[str, str]] = set()
    while thing is not None:
        cls = thing if inspect.isclass(thing) else getattr(thing, "view_class", None)
        for each in inspect.getmro(cls) if cls else ():
            members = [member for member in vars(each).values() if inspect.isfunction(member)]
            names |= {(part.__module__, part.__qualname__) for part in (each, *members)}
        if hasattr(thing, "__qualname__"):
            names.add((thing.__module__, thing.__qualname__))
        thing = getattr(thing, "__wrapped__", None)
    return names

"""Marks the code that carries a clause, so that a list can say where each clause works."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Carrier:
    """One piece of code that carries a clause.

    `screen` is a URL name, `job` a task name, `command` a management command: what a user meets.
    """

    clause: str
    module: str
    name: str
    screen: str = ""
    job: str = ""
    command: str = ""

    @property
    def where(self) -> str:
        """What to show: the screen, job or command, else the code's own name."""
        return self.screen or self.job or self.command or f"{self.module}.{self.name}"


_registry: dict[str, dict[tuple[str, str, str, str, str], Carrier]] = {}


def carries(*clauses: str, screen: str = "", job: str = "", command: str = "") -> Callable[[T], T]:
    """Mark a function or class as carrying `clauses`; the thing itself is returned unchanged."""
    if not clauses:
        raise ValueError("name at least one clause")

    def mark(thing: T) -> T:
        for clause in clauses:
            carrier = Carrier(clause, thing.__module__, thing.__qualname__, screen, job, command)
            key = (carrier.module, carrier.name, screen, job, command)
            _registry.setdefault(clause, {})[key] = carrier
        return thing

    return mark


def carriers(clause: str) -> tuple[Carrier, ...]:
    """What carries `clause`, in a stable order."""
    return tuple(carrier for _, carrier in sorted(_registry.get(clause, {}).items()))


def carried() -> frozenset[str]:
    """Every clause id that some imported code says it carries."""
    return frozenset(_registry)


def unknown_clauses(known: Iterable[str]) -> tuple[Carrier, ...]:
    """Marks naming a clause that no rule pack has."""
    ids = set(known)
    return tuple(carrier for clause in sorted(_registry) if clause not in ids for carrier in carriers(clause))

"""What can go wrong when rules are read or asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a rule file: `line` is 1-based (0 when the rule did not come from a text)."""

    line: int
    path: str
    why: str


class PolicyError(Exception):
    """Any fault of the rules themselves."""


class PackError(PolicyError):
    """A rule file that does not load. `problems` names each line and the reason."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__("\n".join(self._sentence(problem) for problem in problems))

    def _sentence(self, problem: Problem) -> str:
        where = f"{self.name} 第 {problem.line} 行" if problem.line else self.name
        what = f"（{problem.path}）" if problem.path else ""
        return f"{where}{what}：{problem.why}"


class PolicyInputError(ValueError):
    """A question that cannot be answered as asked; the message is a Chinese sentence for the asker.

    `field` names the argument at fault, so that a form can show the sentence beside it.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)

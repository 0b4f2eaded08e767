"""What follows an event, step by step: who does what in which form, by when, and what is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policy.book import RuleBook
from policy.calendar import Calendar
from policy.deadlines import Due, clock_words, due_of
from policy.topics import ChainRule, ChainStep
from policy.whom import Whom, rules_for

FORM_LABELS: dict[str, str] = {
    "report": "书面报告", "opinion": "处理意见", "bulletin": "通报", "statement": "情况说明",
    "filing": "备案", "summary": "汇总", "feedback": "反馈", "accountability": "问责",
}  # fmt: skip


class StepState(StrEnum):
    """How far a step is. `waiting`: the step that starts its clock is not done."""

    DONE = "done"
    DONE_LATE = "done_late"
    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        """已完成, 逾期完成, 办理中, 已逾期 or 等上一步."""
        return _STATES[self]


_STATES = {
    StepState.DONE: "已完成", StepState.DONE_LATE: "逾期完成", StepState.OPEN: "办理中",
    StepState.OVERDUE: "已逾期", StepState.WAITING: "等上一步",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FollowedStep:
    """One step as it stands. `due` is None while the step waits; `words` say its clock, empty without one."""

    step: ChainStep
    state: StepState
    due: Due | None
    done: datetime | None
    words: str

    @property
    def form_label(self) -> str:
        """书面报告, 处理意见 …"""
        return FORM_LABELS[self.step.form]


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of a document."""

    rule: ChainRule
    pack_id: str


def chains_for(book: RuleBook, whom: Whom, event: str, moment: datetime) -> tuple[Chain, ...]:
    """The chains an event may start, by the rules of its day: one for each organ whose finding starts another.

    Empty where the document has none.
    """
    holding = rules_for(book, "chain", whom, moment.date())
    if holding.pack is None:
        return ()
    return tuple(Chain(each, holding.pack.id) for each in holding.rules if each.event == event)


def follow(
    rule: ChainRule, happened: datetime, done: Mapping[str, datetime], now: datetime, calendar: Calendar
) -> tuple[FollowedStep, ...]:
    """Every step of a chain begun at `happened`; `done` says when which step was done.

    Each clock starts when the step before is done, or the one its `after` names, or with the event. A step
    done before its turn stays done, and its lateness is not judged until its clock has started.
    """
    found: list[FollowedStep] = []
    before = "event"
    moments: dict[str, datetime] = {"event": happened, **done}
    for step in rule.steps:
        start = moments.get(step.after or before)
        finished = done.get(step.code)
        due = None
        if start is not None and step.clock is not None:
            due = due_of(step.clock, start, calendar)
        words = clock_words(step.clock) if step.clock is not None else ""
        found.append(FollowedStep(step, _state(due, start, finished, now), due, finished, words))
        before = step.code
    return tuple(found)


def _state(due: Due | None, start: datetime | None, finished: datetime | None, now: datetime) -> StepState:
    if finished is not None:
        return StepState.DONE_LATE if due is not None and due.late(finished) else StepState.DONE
    if start is None:
        return StepState.WAITING
    return StepState.OVERDUE if due is not None and due.late(now) else StepState.OPEN


def next_steps(steps: tuple[FollowedStep, ...]) -> tuple[FollowedStep, ...]:
    """The steps somebody can do now."""
    return tuple(each for each in steps if each.state in (StepState.OPEN, StepState.OVERDUE))

"""运行状态: what a system administrator sees of the processes, the jobs and the outbox."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core import clock, jobs
from core.models import Heartbeat, JobRun, OutboxMessage
from core.outbox import kinds
from teams.models import Appointment, Robot, User
from teams.scope import scope_of
from teams.words import Duty

PROCESSES = ((jobs.BEAT, "定时器（beat）"), (jobs.WORKER, "工作进程（worker）"))
RESULTS = {JobRun.Outcome.RUNNING: "now", JobRun.Outcome.DONE: "done", JobRun.Outcome.FAILED: "refused"}


@dataclass(frozen=True)
class Process:
    """One process with its last sign of life."""

    name: str
    at: datetime | None

    @property
    def alive(self) -> bool:
        return self.at is not None and clock.machine_now() - self.at <= settings.HEARTBEAT_MAX_AGE


@dataclass(frozen=True)
class Failure:
    """A message that did not go out, with the words of its row."""

    message: OutboxMessage
    kind: str
    to: str


def messages_for(user: User) -> QuerySet[OutboxMessage]:
    """Messages of the people and groups where the account administers; all of them for the whole installation."""
    scope = scope_of(user)
    rows = OutboxMessage.objects.select_related("recipient__person")
    if scope.duty != Duty.SYSTEM:
        return rows.none()
    if not scope.duty_path:
        return rows
    serving = Appointment.objects.on(clock.today()).filter(scope.administered_q("body__region__path"))
    robots = Robot.objects.filter(scope.administered_q("body__region__path")).values_list("pk", flat=True)
    return rows.filter(
        scope.administered_q("recipient__person__registered_in__path")
        | scope.administered_q("recipient__duty_region__path")
        | Q(recipient__person__in=serving.values("person"))
        | Q(channel=OutboxMessage.Channel.ROBOT, reference__in=[str(pk) for pk in robots])
    )


def failed_for(user: User) -> QuerySet[OutboxMessage]:
    """Those that did not go out, the newest first."""
    return messages_for(user).filter(state=OutboxMessage.State.FAILED).order_by("-settled_at", "-pk")


def described(messages: list[OutboxMessage]) -> list[Failure]:
    """Rows with their words; one query for all the robots among them."""
    wanted = {row.reference for row in messages if row.channel == OutboxMessage.Channel.ROBOT}
    groups = {str(robot.pk): str(robot) for robot in Robot.objects.filter(pk__in=wanted)} if wanted else {}
    return [
        Failure(
            row,
            kinds.name_of(row.kind),
            str(row.recipient) if row.recipient else groups.get(row.reference, ""),
        )
        for row in messages
    ]


def processes() -> list[Process]:
    signs = dict(Heartbeat.objects.values_list("name", "at"))
    return [Process(words, signs.get(name)) for name, words in PROCESSES]


def job_rows() -> list[dict[str, Any]]:
    """The schedule's jobs with their last runs, those that need somebody first."""
    rows = []
    for each in jobs.standings():
        if each.overdue or each.stuck:
            kind, label = "refused", "过时没有运行" if each.overdue else "没有结束"
        elif each.run is None:
            kind, label = "later", "还没有运行过"
        else:
            kind, label = RESULTS[JobRun.Outcome(each.run.outcome)], each.run.get_outcome_display()
        rows.append({"job": each, "kind": kind, "label": label, "counts": _counts(each.run)})
    return sorted(rows, key=lambda row: row["kind"] != "refused")


def _counts(run: JobRun | None) -> str:
    if run is None or not run.counts:
        return ""
    words = dict(OutboxMessage.State.choices)
    counts = Counter(run.counts)
    return "，".join(
        f"{words.get(name, '')}{' ' if name in words else ''}{count} 件" for name, count in counts.items()
    )

"""The chain of a document at work: which step has begun, whose it is, by when; and what is done when one is done."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals import deadlines
from attendance.absence.models import AbsenceCase, CaseStep
from attendance.absence.powers import Rulebook, local
from core import clock
from core.calendar import statutory_calendar
from policy.chains import Chain, FollowedStep, StepState, follow
from policy.parties import party_label
from policy.topics import ChainRule, ChainStep
from rules.book import rule_book
from teams.models import Person

KIND = "absence"
SELF = "person:self"


def clock_kind(code: str) -> str:
    """What the clock of a step is called among the deadlines."""
    return f"{KIND}.{code}"


def rule_of(case: AbsenceCase) -> ChainRule | None:
    """The chain the case runs under, as it was frozen."""
    return None if case.chain is None else ChainRule.model_validate_json(json.dumps(case.chain))


def steps_of(case: AbsenceCase) -> list[CaseStep]:
    """The steps of the present finding, in order."""
    rows = case.steps.filter(round=case.round).select_related("body", "joint_body", "done_by")
    return list(rows.order_by("order"))


def begin(case: AbsenceCase, book: Rulebook, chain: Chain) -> list[CaseStep]:
    """Freeze the chain that the finding starts and lay out its steps; gives those that have begun.

    The case is found, locked and not yet saved; its finding is the chain's event.
    """
    rule = chain.rule
    case.pack_id = chain.pack_id
    case.chain = rule.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    CaseStep.objects.bulk_create(
        CaseStep(
            case=case,
            round=case.round,
            order=number,
            code=step.code,
            form=step.form,
            clause=step.clause,
            party=step.who,
            label="、".join(party_label(each, book.pack) for each in (step.who, *step.jointly)),
            what=step.what,
        )
        for number, step in enumerate(rule.steps, start=1)
    )
    return go_on(case, book)


def go_on(case: AbsenceCase, book: Rulebook | None = None) -> list[CaseStep]:
    """Begin the steps whose turn has come, with their clocks; gives them. Closes the case after the last."""
    rule = rule_of(case)
    if rule is None or case.found_at is None:
        return []
    rows = {row.code: row for row in steps_of(case)}
    begun = []
    for each in followed(case, rule, rows.values()):
        row = rows[each.step.code]
        if each.state in (StepState.OPEN, StepState.OVERDUE) and row.started_at is None:
            book = book or Rulebook(case, clock.today())
            _begin_step(case, row, each, book)
            begun.append(row)
    if all(row.done_at is not None for row in rows.values()):
        case.closed_at = clock.now()
        case.save(update_fields=["closed_at"])
    return begun


def followed(case: AbsenceCase, rule: ChainRule, rows: Any) -> tuple[FollowedStep, ...]:
    """Every step as it stands now."""
    assert case.found_at is not None
    done = {row.code: local(row.done_at) for row in rows if row.done_at is not None}
    return follow(rule, local(case.found_at), done, local(clock.now()), statutory_calendar())


def _begin_step(case: AbsenceCase, row: CaseStep, each: FollowedStep, book: Rulebook) -> None:
    row.started_at = aware(each.due.started) if each.due is not None else clock.now()
    row.due = aware(each.due.at) if each.due is not None and each.due.at is not None else None
    resolve(row, each.step, book)
    row.save(update_fields=["started_at", "due", "post", "body", "joint_body", "sent_to"])
    start_clock(case, row)


def resolve(row: CaseStep, step: ChainStep, book: Rulebook) -> bool:
    """Whose step it is on this day. False where nobody has registered the office yet."""
    row.sent_to = "、".join(party_label(each, book.pack) for each in step.sent_to)[:200]
    if step.who == SELF:
        return True
    found = book.pairs([step.who, *step.jointly])
    if not found:
        return False
    row.post, row.body_id = found[0]
    row.joint_body_id = found[1][1] if len(found) > 1 else None
    return True


def start_clock(case: AbsenceCase, row: CaseStep) -> None:
    """The step's clock among the deadlines; none where the text gives no number, or nobody is registered yet."""
    if row.due is None or row.started_at is None or (row.party != SELF and row.body_id is None):
        return
    clock_of = {
        "kind": clock_kind(row.code),
        "subject_kind": KIND,
        "subject_id": case.pk,
        "clause": row.clause,
    }
    if row.party == SELF:
        deadlines.start_own(**clock_of, person=case.person, started=row.started_at, due=row.due)
    else:
        deadlines.start_duty(**clock_of, started=row.started_at, due=row.due, pairs=row.pairs)


def finish(
    case: AbsenceCase,
    row: CaseStep,
    *,
    by: Person,
    capacity: str,
    text: str,
    outcomes: list[Any] | None = None,
) -> list[CaseStep]:
    """The step is done: stop its clock, begin what it has waited for; gives the steps that have begun."""
    row.done_at, row.done_by, row.capacity = clock.now(), by, capacity
    row.text, row.outcomes = text, outcomes or []
    row.late = row.due is not None and row.done_at > row.due
    row.save(update_fields=["done_at", "done_by", "capacity", "text", "outcomes", "late"])
    deadlines.meet(clock_kind(row.code), KIND, case.pk)
    return go_on(case)


def drop(case: AbsenceCase) -> None:
    """The finding was taken back: what was not done is not to be done any more."""
    for row in steps_of(case):
        if row.done_at is None and row.dropped_at is None:
            row.dropped_at = clock.now()
            row.save(update_fields=["dropped_at"])
            deadlines.meet(clock_kind(row.code), KIND, case.pk)


def aware(moment: datetime) -> datetime:
    """A local moment of policy as the tables keep it."""
    return timezone.make_aware(moment)


def article(clause: str) -> str:
    """The document and article of a clause, e.g. 《…》第十八条."""
    book = rule_book()
    if not book.has_clause(clause):
        return ""
    return f"《{book.pack_of(clause).pack.title}》{book.clause(clause).article}"

"""The verb of a chain: each step done by its holder.

A step is done once, by somebody who holds its post or, for papers that are only sent on, works in its office; never by
the person concerned, whose own is the statement alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from approvals import services as sign_offs
from attendance.absence import cases, chain, words
from attendance.absence.models import AbsenceCase, CaseStep
from attendance.absence.powers import Rulebook, speaking, working_in
from core import attachments, clock
from core.errors import Conflict, NotYours, Refused
from core.texts import written
from core.verbs import verb
from policy.parties import party_label
from policy.topics import ChainStep
from teams.holders import users_at
from teams.models import Appointment, User

S = AbsenceCase.State
#: What a clerk of the office may send on; an opinion and a measure are the head's.
CLERICAL = ("report", "bulletin", "feedback", "filing", "summary")
#: What may be decided of somebody beside the measures that the document lists.
NO_MEASURE, OTHER = "不予问责", "其他"


@dataclass(frozen=True)
class Measure:
    """What is decided of one of those whom a clause holds to account."""

    party: str
    measure: str
    note: str = ""


def step_rule(case: AbsenceCase, code: str) -> ChainStep | None:
    """The step as the frozen chain has it."""
    rule = chain.rule_of(case)
    return next((each for each in rule.steps if each.code == code), None) if rule else None


def may_do(user: User, case: AbsenceCase, row: CaseStep) -> Appointment | None:
    """By which appointment the user may do this step now; None for everybody else and for the person concerned."""
    if not row.is_open or not row.pairs or user.person_id in (None, case.person_id) or not user.is_active:
        return None
    by = speaking(user, row.pairs)
    if by is None and row.form in CLERICAL:
        by = working_in(user, [body for _, body in row.pairs])
    return by


def choices_of(step: ChainStep) -> list[str]:
    """The measures to choose from: those the document lists, another, or none with a reason."""
    return [*step.outcomes, OTHER, NO_MEASURE]


def subjects_of(case: AbsenceCase, step: ChainStep, book: Rulebook) -> list[tuple[str, str]]:
    """(party, name) of those a step is about: the body as it is called, or the person."""
    found = []
    for party in step.about:
        if party.startswith("team:"):
            found.append((party, str(case.person)))
        elif book.directory.knows(party):
            found.append((party, str(book.directory.place(party).body)))
        else:
            found.append((party, party_label(party, book.pack)))
    return found


@verb("absence.step")
def do_step(
    *,
    acting_user: User,
    case_id: int,
    code: str,
    text: str,
    measures: Iterable[Measure] = (),
    files: Any = (),
) -> CaseStep:
    """Do one step of the chain: what was reported, decided or sent, in words, with files.

    问责 takes a measure for each of those the clause is about. Raises NotYours for outsiders, Refused for whoever does
    not hold the step or leaves something out, Conflict where it is done already or its turn has not come.
    """
    case = cases.locked(acting_user, case_id)
    row, step = open_step(case, code)
    by = may_do(acting_user, case, row)
    if by is None:
        raise Refused("not_entitled", f"这一步由{row.label}办理")
    if row.form == "statement":
        raise Refused("form", "情况说明由本人写，派出单位主要负责人签字")
    text = written(text, field="text", most=2000, missing="写明办理的内容")
    outcomes = _measured(case, step, list(measures)) if row.form == "accountability" else []
    attachments.add(subject_kind=chain.KIND, subject_id=case.pk, files=files, acting_user=acting_user)
    _finish(case, row, step, acting_user, by, text, outcomes)
    return row


def open_step(case: AbsenceCase, code: str) -> tuple[CaseStep, ChainStep]:
    step = step_rule(case, code)
    row = case.steps.filter(round=case.round, code=code).select_related("done_by").first()
    if step is None or row is None:
        raise NotYours("not_yours", "没有这一步")
    if case.state != S.UNEXCUSED or row.dropped_at is not None:
        raise Conflict("wrong_state", f"这一件现在是“{case.get_state_display()}”，不用再办")
    if row.done_at is not None:
        raise Conflict("done", f"{row.done_by} {sign_offs.clock_words(row.done_at)} 已办，您不用再办")
    if row.started_at is None:
        raise Conflict("not_yet", "上一步还没有办，办完再办这一步")
    return row, step


def _measured(case: AbsenceCase, step: ChainStep, measures: list[Measure]) -> list[dict[str, str]]:
    book = Rulebook(case, clock.today())
    given = {each.party: each for each in measures}
    found = []
    for party, name in subjects_of(case, step, book):
        each = given.get(party)
        if each is None or each.measure not in choices_of(step):
            raise Refused("measure", f"选对{name}的处理", field=field_of("measure", party))
        note = each.note.strip()[:200]
        if each.measure in (NO_MEASURE, OTHER) and not note:
            raise Refused("measure_note", f"写明对{name}{each.measure}的情况", field=field_of("note", party))
        found.append({"party": party, "name": name, "measure": each.measure, "note": note})
    return found


def field_of(what: str, party: str) -> str:
    """The name of a form's field about one party."""
    return f"{what}_{party.replace(':', '_')}"


def _finish(
    case: AbsenceCase,
    row: CaseStep,
    step: ChainStep,
    user: User,
    by: Appointment,
    text: str,
    outcomes: list[dict[str, str]],
) -> None:
    assert user.person is not None
    begun = chain.finish(case, row, by=user.person, capacity=by.capacity, text=text, outcomes=outcomes)
    cases.record(
        "absence.step", case, user, by.capacity, step=row.code, form=row.form, late=row.late,
        **({"outcomes": [f"{each['name']}：{each['measure']}" for each in outcomes]} if outcomes else {}),
    )  # fmt: skip
    if step.sent_to:
        book = Rulebook(case, clock.today())
        words.tell_sent(case, row, users_at(book.pairs(step.sent_to)) - {user.pk})
    words.tell_begun(case, begun, user)

"""情况说明: written by the person and signed by the head of his unit, or entered from paper; what his signature sends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from approvals import services as sign_offs
from approvals.models import Filing, Seat, SignOff
from approvals.plans import FilingSpec, Plan, SeatSpec
from attendance.absence import cases, chain, words
from attendance.absence.models import AbsenceCase, AbsenceStatement, CaseStep
from attendance.absence.powers import Rulebook, keeping, working_in
from attendance.absence.steps import open_step, step_rule
from core import attachments, clock
from core.errors import Conflict, NotYours, Refused
from core.months import day_words
from core.texts import written
from core.verbs import verb
from policy.topics import ChainStep
from teams.models import Appointment, User
from teams.words import Post

STATEMENT = words.STATEMENT
LENGTHS = {"whereabouts": 200, "reason": 500, "papers": 200, "evidence": 200, "remedy": 500}
_MISSING = {
    "whereabouts": "写明当时在哪里",
    "reason": "写明为什么不在岗",
    "remedy": "写明怎么整改",
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a 情况说明 says: where he was, why, which papers there were, what shows it, how it is mended."""

    whereabouts: str
    reason: str
    remedy: str
    papers: str = ""
    evidence: str = ""
    files: Any = field(default=(), compare=False)


def may_state(user: User, case: AbsenceCase, row: CaseStep) -> bool:
    """May the user write the statement: the person himself, while none waits for a signature?"""
    return (
        row.form == "statement"
        and row.is_open
        and user.person_id == case.person_id
        and not row.statements.filter(state__in=AbsenceStatement.STANDING).exists()
    )


def may_enter_paper(user: User, case: AbsenceCase, row: CaseStep) -> Appointment | None:
    """Who may enter a statement that was written on paper: his unit, or who keeps the town's register."""
    if row.form != "statement" or not row.is_open or user.person_id in (None, case.person_id):
        return None
    if row.statements.filter(state__in=AbsenceStatement.STANDING).exists():
        return None
    return (working_in(user, [case.unit_id]) if case.unit_id else None) or keeping(user, case)


@verb("absence.state")
def write_statement(*, acting_user: User, case_id: int, said: Said) -> AbsenceStatement:
    """The person himself writes the 情况说明 and sends it to the head of his unit to be signed.

    Raises NotYours for outsiders, Refused for anybody but him or where something is missing, Conflict where one waits
    already.
    """
    case = cases.locked(acting_user, case_id)
    row, step = _statement_step(case)
    if acting_user.person_id != case.person_id:
        raise Refused("not_own", "情况说明由本人写；在纸上写的，由派出单位或乡镇代录")
    if row.statements.filter(state__in=AbsenceStatement.STANDING).exists():
        raise Conflict("written", "情况说明已送单位签字，不用再写")
    if case.unit is None:
        raise Refused("no_unit", "驻点没有登记派出单位，由县管理员补上后再提交")
    statement = AbsenceStatement.objects.create(
        case=case, step=row, written_at=clock.now(), entered_by=acting_user, **_cleaned(said)
    )
    attachments.add(
        subject_kind=STATEMENT, subject_id=statement.pk, files=said.files, acting_user=acting_user
    )
    cases.record("absence.state", case, acting_user, statement_id=statement.pk)
    sign_offs.open_sign_off(
        kind=STATEMENT,
        subject_kind=STATEMENT,
        subject=statement,
        plan=plan_for(case, step),
        acting_user=acting_user,
    )
    return statement


@verb("absence.paper")
def enter_paper(
    *, acting_user: User, case_id: int, said: Said, signer: str, signed_on: date
) -> AbsenceStatement:
    """代录: a statement written and signed on paper, with its scan; never shown as signed electronically."""
    case = cases.locked(acting_user, case_id)
    row, _ = _statement_step(case)
    by = may_enter_paper(acting_user, case, row)
    if by is None:
        raise Refused("not_entitled", "纸质情况说明由派出单位或乡镇考勤员代录")
    signer = written(signer, field="signer", most=60, missing="填写在纸上签字的单位主要负责人")
    if signed_on > clock.today():
        raise Refused("signed_on", "签字日期不能晚于今天", field="signed_on")
    if signed_on < case.day:
        raise Refused("signed_on", f"签字日期不能早于{case.short}", field="signed_on")
    if not said.files:
        raise Refused("no_scan", "附上签了字的情况说明扫描件", field="attachments")
    statement = AbsenceStatement.objects.create(
        case=case, step=row, written_at=clock.now(), entered_by=acting_user, paper_signer=signer,
        paper_on=signed_on, state=AbsenceStatement.State.PAPER, **_cleaned(said),
    )  # fmt: skip
    attachments.add(
        subject_kind=STATEMENT, subject_id=statement.pk, files=said.files, acting_user=acting_user
    )
    assert acting_user.person is not None
    capacity = f"{by.capacity}（代录）"
    text = f"纸质情况说明，{signer} {day_words(signed_on)}签字"
    begun = chain.finish(case, row, by=acting_user.person, capacity=capacity, text=text)
    cases.record("absence.paper", case, acting_user, capacity, statement_id=statement.pk, late=row.late)
    words.tell_begun(case, begun, acting_user)
    return statement


def _statement_step(case: AbsenceCase) -> tuple[CaseStep, ChainStep]:
    rule = chain.rule_of(case)
    step = next((each for each in rule.steps if each.form == "statement"), None) if rule else None
    if step is None:
        raise NotYours("not_yours", "这一件不用写情况说明")
    return open_step(case, step.code)


def _cleaned(said: Said) -> dict[str, str]:
    return {
        name: written(getattr(said, name), field=name, most=most, missing=_MISSING.get(name, ""))
        for name, most in LENGTHS.items()
    }


def plan_for(case: AbsenceCase, step: ChainStep) -> Plan:
    """One seat: the head of his unit. What the next step sends on is filed with the bodies it names."""
    assert case.unit is not None
    seat = SeatSpec(
        party="unit:principal",
        label=f"{case.unit}主要负责人",
        post=Post.LEADER,
        body_id=case.unit.pk,
        need=Seat.Need.ANY,
        fallback=Seat.Fallback.ACTING,
    )
    filings = []
    following = _filing_after(case, step)
    if following is not None:
        book = Rulebook(case, clock.today())
        for party in following.sent_to:
            if book.directory.knows(party):
                place = book.directory.place(party)
                filings.append(
                    FilingSpec(
                        kind=Filing.Kind.FILING,
                        party=party,
                        label=str(place.body),
                        post=place.post,
                        body_id=place.body.pk,
                        clause=following.clause,
                    )
                )
    return Plan(steps=((seat,),), filings=tuple(filings), clauses=(step.clause,))


def _filing_after(case: AbsenceCase, step: ChainStep) -> ChainStep | None:
    rule = chain.rule_of(case)
    assert rule is not None
    codes = [each.code for each in rule.steps]
    after = rule.steps[codes.index(step.code) + 1 :]
    return after[0] if after and after[0].form == "filing" and after[0].who.startswith("unit:") else None


def settle(*, subject: AbsenceStatement, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """The head of the unit has signed, or given it back, in his transaction.

    His signature sends it on: the filing with the bodies named is done with it, so that nobody does it a second time.
    """
    case = (
        AbsenceCase.objects.select_for_update(of=("self",))
        .for_lists()
        .select_related("posting__body__region", "posting__body__team", "posting__unit")
        .get(pk=subject.case_id)
    )
    if outcome != SignOff.State.AGREED:
        subject.state = AbsenceStatement.State.RETURNED
        subject.save(update_fields=["state"])
        cases.record("absence.statement_returned", case, acting_user, statement_id=subject.pk)
        words.tell_person(case, f"{case.short}的情况说明被退回，改好再送", sign_off.settled_why, acting_user)
        return
    subject.state = AbsenceStatement.State.SIGNED
    subject.save(update_fields=["state"])
    row = CaseStep.objects.get(pk=subject.step_id)
    step = step_rule(case, row.code)
    assert step is not None
    signature = sign_off.signatures.latest("pk")
    text = f"{signature.by}签字"
    begun = chain.finish(case, row, by=case.person, capacity="本人", text=text)
    following = _filing_after(case, step)
    sent = next((each for each in begun if following and each.code == following.code), None)
    if sent is not None and sent.body_id == case.unit_id:
        begun = chain.finish(
            case,
            sent,
            by=signature.signer,
            capacity=signature.capacity,
            text="签字后由系统送达，备案情况见情况说明",
        )
    cases.record("absence.statement_signed", case, acting_user, statement_id=subject.pk, late=row.late)
    words.tell_person(case, f"{case.short}的情况说明已签字", "", acting_user)
    words.tell_begun(case, begun, acting_user)

"""The verbs of a chain: each step done by its holder, the person's own statement, the summary of a month.

A step is done once, by somebody who holds its post or, for papers that are only sent on, works in its office; never by
the person concerned, whose own is the statement alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db.models import F
from django.utils import timezone

from approvals import services as sign_offs
from approvals.models import Filing, Seat, SignOff
from approvals.plans import FilingSpec, Plan, SeatSpec
from attendance.absence import cases, chain, words
from attendance.absence.models import AbsenceCase, AbsenceStatement, CaseStep
from attendance.absence.powers import Rulebook, keeping, speaking, working_in
from attendance.absence.selectors import own_bodies
from core import attachments, clock
from core.errors import Conflict, NotYours, Refused
from core.months import day_words
from core.verbs import verb
from policy.parties import party_label
from policy.topics import ChainStep
from teams.holders import users_at
from teams.models import Appointment, User
from teams.words import Post

S = AbsenceCase.State
#: What a clerk of the office may send on; an opinion and a measure are the head's.
CLERICAL = ("report", "bulletin", "feedback", "filing", "summary")
#: What may be decided of somebody beside the measures that the document lists.
NO_MEASURE, OTHER = "不予问责", "其他"
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
    row, step = _open_step(case, code)
    by = may_do(acting_user, case, row)
    if by is None:
        raise Refused("not_entitled", f"这一步由{row.label}办理")
    if row.form == "statement":
        raise Refused("form", "情况说明由本人写，派出单位主要负责人签字")
    text = cases.said(text, "写明办理的内容", "text", most=2000)
    outcomes = _measured(case, step, list(measures)) if row.form == "accountability" else []
    attachments.add(subject_kind=chain.KIND, subject_id=case.pk, files=files, acting_user=acting_user)
    _finish(case, row, step, acting_user, by, text, outcomes)
    return row


def _open_step(case: AbsenceCase, code: str) -> tuple[CaseStep, ChainStep]:
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


# ---- 情况说明 ---------------------------------------------------------------------------------------------


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
    signer = cases.said(signer, "填写在纸上签字的单位主要负责人", "signer", most=60)
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
    return _open_step(case, step.code)


def _cleaned(said: Said) -> dict[str, str]:
    found = {}
    for name, most in LENGTHS.items():
        text = getattr(said, name)
        if name in _MISSING:
            found[name] = cases.said(text, _MISSING[name], name, most=most)
            continue
        text = text.strip()
        if len(text) > most:
            raise Refused("long", f"最多 {most} 字，现在 {len(text)} 字", field=name)
        found[name] = text
    return found


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


# ---- 当月汇总 ---------------------------------------------------------------------------------------------


def summaries_waiting(user: User) -> dict[date, list[CaseStep]]:
    """Due day → the summaries that the user's office has to send by then, with their cases; one query."""
    rows = (
        CaseStep.objects.filter(
            form="summary", body__in=own_bodies(user), round=F("case__round"), started_at__isnull=False,
            done_at=None, dropped_at=None, due__isnull=False,
        )
        .exclude(case__person=user.person_id)
        .select_related("case__person", "case__posting", "case__team__region__parent", "case__unit")
        .order_by("due", "case__team__region__path", "case__unit__pinyin", "case__person__pinyin", "pk")
    )  # fmt: skip
    found: dict[date, list[CaseStep]] = {}
    for row in rows:
        assert row.due is not None
        found.setdefault(timezone.localtime(row.due).date(), []).append(row)
    return found


@verb("absence.summary")
def send_summary(
    *, acting_user: User, due: date, seen: Mapping[int, int] | Iterable[int], text: str = ""
) -> int:
    """Send the month's statements on in one paper: the summary step of every case due on that day.

    ``seen``: the cases the page showed. Gives how many. Raises NotYours where none is the user's, Conflict where others
    have come or gone since.
    """
    first = timezone.make_aware(datetime.combine(due, time.min))
    last = timezone.make_aware(datetime.combine(due, time.max))
    waiting = [row.case_id for row in summaries_waiting(acting_user).get(due, ())]
    if not waiting:
        raise NotYours("not_yours", "没有要报的汇总")
    if set(waiting) != set(seen):
        raise Conflict("stale", "又有新的情况，看过最新的汇总再报")
    text = text.strip()[:500]
    for case_id in sorted(waiting):
        case = cases.locked(acting_user, case_id)
        row = case.steps.filter(
            round=case.round, form="summary", due__range=(first, last), done_at=None, dropped_at=None
        ).first()
        if row is None:
            raise Conflict("stale", "有的已经报过，看过最新的汇总再报")
        by = may_do(acting_user, case, row)
        step = step_rule(case, row.code)
        if by is None or step is None:
            raise Refused("not_entitled", f"汇总由{row.label}报送")
        assert acting_user.person is not None
        begun = chain.finish(
            case,
            row,
            by=acting_user.person,
            capacity=by.capacity,
            text=text or f"已列入{day_words(due)}前的汇总报送",
        )
        cases.record("absence.summary", case, acting_user, by.capacity, step=row.code, late=row.late)
        book = Rulebook(case, clock.today())
        words.tell_sent(case, row, users_at(book.pairs(step.sent_to)) - {acting_user.pk})
        words.tell_begun(case, begun, acting_user)
    return len(waiting)

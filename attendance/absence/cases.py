"""The verbs of a case: listed as 待核, explained, found to be 无故, and a finding taken back. Each with a name and a reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from approvals import services as sign_offs
from approvals.models import SignOff
from attendance.absence import chain, facts, words
from attendance.absence.models import (
    TEXT,
    AbsenceAct,
    AbsenceCase,
    AbsenceStatement,
    Explained,
    Halves,
    How,
)
from attendance.absence.powers import Authority, Powers, Rulebook, powers_of
from attendance.keepers import looked_after_between
from core import audit, clock
from core.errors import Conflict, NotYours, Refused
from core.months import day_words, month_number
from core.texts import written
from core.verbs import verb
from policy.attendance import LEAVE, MARK_OF, TRIP, UNEXCUSED
from teams.away import lock_people
from teams.models import Appointment, Away, User

KIND = chain.KIND
S = AbsenceCase.State
W = AbsenceAct.What
#: What a day can be corrected to: something that says of every half what it was.
CORRECTIONS = ("on_post", "village", "town", "duty", "comp_rest", "training", "rest")


def open_case(
    *,
    posting: Appointment,
    day: date,
    how: str,
    acting_user: User | None,
    halves: str = Halves.DAY,
    note: str = "",
    origin: tuple[str, int] | None = None,
) -> AbsenceCase:
    """List a day of a full-time posting as 待核, inside the caller's verb or job; never a finding.

    A spot check calls it with ``how=How.SPOT_CHECK``, ``origin=("spot_check", check.pk)`` and what it saw as ``note``.
    One case a person and day: where one waits or was found already it is given back with the note added, an explained
    one waits again. Raises Refused where the posting does not hold that day or the day has not come.
    """
    if posting.void or not posting.holds(day):
        raise Refused("posting", f"{day_words(day)}不在这个驻点任职")
    if day > clock.today():
        raise Refused("future", f"{day_words(day)}还没有到")
    lock_people([posting.person_id])
    rows = AbsenceCase.objects.select_for_update(of=("self",)).for_lists()
    case = rows.filter(person=posting.person_id, day=day).first()
    person = acting_user.person if acting_user is not None else None
    what = W.NOTED
    if case is None:
        case = AbsenceCase.objects.create(
            person_id=posting.person_id,
            posting=posting,
            team_id=posting.body_id,
            unit=posting.unit,
            day=day,
            halves=halves,
            how=how,
            opened_at=clock.now(),
            origin_kind=origin[0] if origin else "",
            origin_id=origin[1] if origin else None,
        )
        what = W.OPENED
    elif case.state == S.EXPLAINED:
        case.state, case.closed_at, case.explained_with = S.PENDING, None, ""
        case.how, case.halves = how, halves
        if origin:
            case.origin_kind, case.origin_id = origin
        case.save()
        what = W.OPENED
    elif not note:
        return case
    AbsenceAct.objects.create(case=case, what=what, at=clock.now(), by=person, note=note[:TEXT])
    record(
        "absence.open", case, acting_user, day=day.isoformat(), how=how, **({"note": note} if note else {})
    )
    return case


@verb("absence.report")
def report(
    *, acting_user: User, posting_id: int, day: date, halves: str = Halves.DAY, note: str
) -> AbsenceCase:
    """List a day of somebody one looks after as 待核, from the register. Raises NotYours for outsiders."""
    rows = looked_after_between(acting_user, day, day).filter(pk=posting_id, void=False)
    posting = rows.select_related("body__region", "unit", "person").first()
    if posting is None:
        raise NotYours("not_yours", "没有这个人")
    if posting.person_id == acting_user.person_id:
        raise Refused("own", "本人的出勤由别人核实")
    note = written(note, field="note", most=TEXT, missing="写明怎么发现的")
    return open_case(
        posting=posting, day=day, how=How.REPORTED, acting_user=acting_user, halves=halves, note=note
    )


@verb("absence.explain")
def explain(*, acting_user: User, case_id: int, how: str, note: str, mark: str = "") -> AbsenceCase:
    """查明有因: the day was leave, a trip, or was not entered rightly. Leave and trips must stand in the system.

    ``mark``: what the register should say, where it is corrected. Raises NotYours for outsiders, Refused without words
    or without the paper, Conflict where the case does not wait any more.
    """
    case = locked(acting_user, case_id)
    authority = _may(
        powers_of(acting_user, case).explain, "核实由乡镇考勤员、副书记、组织委员或县级主管部门办"
    )
    _waits(case)
    _not_above(case, authority)
    note = written(note, field="note", most=TEXT, missing="写明查到的情况，本人会看到")
    if how not in Explained.values:
        raise Refused("how", "选一项说明方式", field="how")
    if how == Explained.CORRECTION:
        if mark not in CORRECTIONS:
            raise Refused("mark", "选这一天实际是什么情况", field="mark")
        facts.write(
            case=case, source=authority.source, value="", note=note, user=acting_user, mark=MARK_OF[mark]
        )
        case.source = authority.source
    else:
        _papers(case, TRIP if how == Explained.TRIP else LEAVE)
    case.state, case.explained_with, case.closed_at = S.EXPLAINED, how, clock.now()
    case.save()
    act(case, W.EXPLAINED, acting_user, authority.capacity, note)
    record("absence.explain", case, acting_user, authority.capacity, how=how, note=note)
    words.tell_person(case, f"{case.short}的待核已查明", case.get_explained_with_display(), acting_user)
    return case


def _papers(case: AbsenceCase, kind: str) -> None:
    """Every half of the case is firmly away for that cause."""
    there = Away.objects.filter(
        person=case.person_id,
        month=month_number(case.day),
        day=case.day.day,
        half__in=case.parts,
        kind=kind,
        firm=True,
    ).count()
    if there < len(case.parts):
        what = "请假" if kind == LEAVE else "因公外出"
        raise Refused(
            "no_paper", f"{case.short}还没有已批准的{what}，先补办手续，或选“更正登记”", field="how"
        )


@verb("absence.find")
def find_unexcused(*, acting_user: User, case_id: int, reason: str, also: Iterable[int] = ()) -> AbsenceCase:
    """认定无故不在岗, with a reason: the mark stands in the register, and the document's chain begins.

    ``also``: other days of the same person that wait, dealt with by the same chain. Clauses: those of the chain.
    Raises NotYours for outsiders, Refused for whoever may not find it, Conflict where a case does not wait any more.
    """
    case = locked(acting_user, case_id)
    book = Rulebook(case, clock.today())
    authority = _may(powers_of(acting_user, case, book).find, words.finders(book))
    _waits(case)
    _not_above(case, authority)
    reason = written(reason, field="reason", most=TEXT, missing="写明认定的理由和依据，本人会看到")
    others = _others(case, also)
    for each in (case, *others):
        each.state, each.found_by, each.found_at = S.UNEXCUSED, acting_user.person, clock.now()
        each.capacity, each.reason, each.source = authority.capacity, reason, authority.source
        each.round += 1
        facts.write(case=each, source=authority.source, value=UNEXCUSED, note=reason, user=acting_user)
        act(each, W.FOUND, acting_user, authority.capacity, reason)
        if each is not case:
            each.joined, each.closed_at = case, clock.now()
            each.save()
    begun = []
    if authority.chain is not None:
        begun = chain.begin(case, book, authority.chain)
        case.remark = ""
    else:
        case.closed_at = clock.now()
        case.remark = words.without_chain(book)
    case.save()
    for each in (case, *others):
        record(
            "absence.find", each, acting_user, authority.capacity, day=each.day.isoformat(), why=reason,
            chain=case.pack_id,
        )  # fmt: skip
    words.tell_person(case, f"{words.days(case, others)}被认定为无故不在岗", reason, acting_user)
    words.tell_begun(case, begun, acting_user)
    return case


def _others(case: AbsenceCase, also: Iterable[int]) -> list[AbsenceCase]:
    wanted = set(also) - {case.pk}
    if not wanted:
        return []
    rows = AbsenceCase.objects.select_for_update(of=("self",)).for_lists().order_by("day")
    found = list(rows.filter(pk__in=wanted, person=case.person_id, team=case.team_id))
    if len(found) < len(wanted) or any(each.state != S.PENDING for each in found):
        raise Conflict("stale", "一并认定的日子有变化，看过最新的情况再办")
    return found


@verb("absence.withdraw")
def withdraw_finding(*, acting_user: User, case_id: int, reason: str) -> AbsenceCase:
    """撤销认定, with a reason: the mark goes, steps not done fall away, and the day waits again to be explained.

    What was done stays on record. Raises NotYours for outsiders, Conflict where no finding stands.
    """
    case = locked(acting_user, case_id)
    authority = _may(powers_of(acting_user, case).withdraw, "撤销由认定的机关或县级主管部门办")
    if case.state != S.UNEXCUSED:
        raise Conflict("wrong_state", f"这一件现在是“{case.get_state_display()}”，不用撤销")
    if case.joined_id is not None:
        raise Refused("joined", "这一天并入了另一件，到那一件里撤销")
    _not_above(case, authority)
    reason = written(reason, field="reason", most=TEXT, missing="写明撤销的理由，本人会看到")
    chain.drop(case)
    for statement in AbsenceStatement.objects.filter(case=case, state=AbsenceStatement.State.PENDING):
        if SignOff.objects.filter(
            subject_kind=words.STATEMENT, subject_id=statement.pk, state=SignOff.State.OPEN
        ).exists():
            sign_offs.void(
                subject_kind=words.STATEMENT,
                subject_id=statement.pk,
                acting_user=acting_user,
                why="认定已撤销",
            )
        statement.state = AbsenceStatement.State.RETURNED
        statement.save(update_fields=["state"])
    joined = AbsenceCase.objects.select_for_update(of=("self",)).filter(joined=case).for_lists()
    for each in (case, *joined.order_by("day")):
        assert each.source is not None
        facts.take_back(case=each, source=each.source, note=reason, user=acting_user)
        each.state, each.joined, each.closed_at = S.PENDING, None, None
        each.found_by, each.found_at, each.capacity, each.reason, each.source = None, None, "", "", None
        each.chain, each.pack_id, each.remark = None, "", ""
        each.save()
        act(each, W.WITHDRAWN, acting_user, authority.capacity, reason)
        record("absence.withdraw", each, acting_user, authority.capacity, why=reason)
    words.tell_person(case, f"{case.short}无故不在岗的认定已撤销", reason, acting_user)
    return case


def locked(user: User, case_id: int) -> AbsenceCase:
    """The case under the lock of its person and its own, for who may see it; NotYours (404) for everybody else."""
    row = AbsenceCase.objects.visible_to(user).filter(pk=case_id).values_list("person", flat=True).first()
    if row is None:
        raise NotYours("not_yours", "没有这一件")
    lock_people([row])
    return (
        AbsenceCase.objects.select_for_update(of=("self",))
        .for_lists()
        .select_related("posting__body__region", "posting__body__team", "posting__unit")
        .get(pk=case_id)
    )


def _may(authority: Authority | None, sentence: str) -> Authority:
    if authority is None:
        raise Refused("not_entitled", sentence)
    return authority


def _not_above(case: AbsenceCase, authority: Authority) -> None:
    """What the county or the city said of the day, the town does not change."""
    if case.source is not None and authority.source < case.source:
        raise Refused("above", "这一天县里已有结论，由县里更改")


def _waits(case: AbsenceCase) -> None:
    if case.state != S.PENDING:
        who = f"{case.found_by}已" if case.found_by else "已"
        raise Conflict("settled", f"{who}办结为“{case.get_state_display()}”，您不用再办")


def act(case: AbsenceCase, what: str, user: User, capacity: str, note: str) -> None:
    """One line of the case's course."""
    AbsenceAct.objects.create(
        case=case, what=what, at=clock.now(), by=user.person, capacity=capacity, note=note
    )


def record(action: str, case: AbsenceCase, user: User | None, capacity: str = "", **said: Any) -> None:
    """The event in the audit trail."""
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=case.pk,
        capacity=capacity,
        after={"person_id": case.person_id, "state": case.state, **said},
        place=case.team.region.path,
    )


def powers(user: User, case: AbsenceCase) -> Powers:
    """What the user may do about the case; pages ask before they show a button."""
    return powers_of(user, case)

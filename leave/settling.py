"""What follows a settled sign-off: half-days firm or free, the return clock, the leave an extension or change concerns."""

from __future__ import annotations

from datetime import date

from approvals import deadlines
from approvals.models import SignOff
from core import clock, notices
from core.calendar import statutory_calendar
from core.errors import Conflict, Refused
from leave import links, standing_in, steps
from leave.models import LeaveRequest
from leave.transitions import after
from teams import away
from teams.models import User
from teams.words import AwayKind

S = LeaveRequest.State
KIND = steps.KIND
WORDS = {S.APPROVED: "已批准", S.REFUSED: "未获同意", S.RETURNED: "退回修改"}


def settle(*, subject: LeaveRequest, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """Carry out a settled sign-off, in its transaction.

    Raises Refused where the leave that the request extends or replaces is no longer what was signed for.
    """
    verb_name = {
        SignOff.State.AGREED: "agreed",
        SignOff.State.REFUSED: "refused",
        SignOff.State.RETURNED: "returned",
    }[SignOff.State(outcome)]
    following = after(subject, verb_name)
    if following != S.APPROVED:
        steps.move(subject, following, f"leave.{verb_name}", acting_user)
        if following == S.RETURNED and subject.channel == LeaveRequest.Channel.VOICE:
            # Agreed by voice it goes on; the paper is to be mended by the next working day.
            start_paper_clock(subject, statutory_calendar().next_workday(clock.today()))
        else:
            away.free(kind=AwayKind.LEAVE, source_id=subject.pk)
    elif subject.extends_id is not None:
        _carry_on(subject, acting_user)
    elif subject.replaces_id is not None:
        _take_the_place(subject, acting_user)
    else:
        steps.move(subject, following, "leave.agreed", acting_user)
        away.firm_up(kind=AwayKind.LEAVE, source_id=subject.pk)
        start_return_clock(subject)
    if following == S.APPROVED:
        standing_in.tell(
            person=subject.applicant, span=subject.span, what="请假", source=f"{KIND}:{subject.pk}"
        )
    notices.tell(
        users=steps.login(subject.applicant),
        title=f"您的{subject.kind_and_days}{WORDS[S(following)]}",
        body=sign_off.settled_why,
        url=subject.get_absolute_url(),
        key=f"leave:{subject.pk}:{following}:{sign_off.pk}",
        subject_kind=KIND,
        subject_id=subject.pk,
    )


def start_return_clock(request: LeaveRequest) -> None:
    """销假 is due when the leave ends."""
    deadlines.start_own(
        kind="leave.return",
        subject_kind=KIND,
        subject_id=request.pk,
        person=request.applicant,
        due=clock.at(request.until, 23, 59),
        clause=return_clause(request),
    )


def start_paper_clock(request: LeaveRequest, due: date) -> None:
    """Leave agreed by voice: the request in writing is due by the end of that day."""
    deadlines.start_own(
        kind="leave.paper",
        subject_kind=KIND,
        subject_id=request.pk,
        person=request.applicant,
        due=clock.at(due, 23, 59),
    )


def return_clause(request: LeaveRequest) -> str:
    """The clause that asks for 销假 in this document, or empty where it is our courtesy."""
    return "puning-6-return" if request.decision and request.decision.get("pack") == "puning" else ""


def move_end(first: LeaveRequest, last: LeaveRequest) -> None:
    """The leave now ends where ``last`` of its chain ends; its return clock with it."""
    first.until, first.until_half = last.end, last.end_half
    first.updated_at = clock.now()
    first.revision += 1
    first.save(update_fields=["until", "until_half", "updated_at", "revision"])
    deadlines.postpone("leave.return", KIND, first.pk, clock.at(first.until, 23, 59))


def _carry_on(extension: LeaveRequest, user: User) -> None:
    """The extension holds: the leave it extends ends later."""
    assert extension.extends_id is not None
    first = steps.locked(extension.extends_id)
    if first.state != S.APPROVED:
        raise Conflict("wrong_state", f"原来的请假现在是“{first.get_state_display()}”，不能再同意续假")
    steps.move(extension, after(extension, "agreed"), "leave.agreed", user, {"extends": first.pk})
    away.firm_up(kind=AwayKind.LEAVE, source_id=extension.pk)
    move_end(first, extension)


def _take_the_place(change: LeaveRequest, user: User) -> None:
    """The change holds: the old plan, with its extensions, gives way in the same moment."""
    assert change.replaces_id is not None
    first = steps.locked(change.replaces_id)
    if first.state != S.APPROVED:
        raise Conflict("wrong_state", f"原来的请假现在是“{first.get_state_display()}”，不能再同意变更")
    if first.start <= clock.today():
        raise Refused("begun", "原来的假已经开始，这份变更不能再同意，退回给申请人")
    steps.move(change, after(change, "agreed"), "leave.agreed", user, {"replaces": first.pk})
    old = [first, *(row for row in links.members(first.pk) if row.pk != first.pk)]
    for row in old:
        steps.move(row, after(row, "replaced"), "leave.replaced", user, {"by": change.pk})
    away.take_over(
        person_id=change.applicant_id,
        span=change.span,
        kind=AwayKind.LEAVE,
        source_id=change.pk,
        instead_of=[row.pk for row in old],
    )
    deadlines.meet("leave.return", KIND, first.pk)
    start_return_clock(change)

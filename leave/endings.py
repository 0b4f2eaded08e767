"""How approved leave ends: cancelled before it begins, or 销假 when its person is back. Extensions end with it."""

from __future__ import annotations

from datetime import date

from approvals import deadlines
from approvals import services as sign_offs
from core import clock
from core.calendar import statutory_calendar
from core.errors import NotYours, Refused
from core.months import day_words
from core.verbs import verb
from leave import links, settling, steps
from leave.models import LeaveRequest
from leave.transitions import after
from policy.days import Half, Span, touching
from teams import away
from teams.models import Appointment, User
from teams.scope import scope_of
from teams.words import AwayKind, Level

S = LeaveRequest.State
KIND = steps.KIND


@verb("leave.cancel")
def cancel(*, request_id: int, acting_user: User) -> LeaveRequest:
    """The applicant gives up an approved leave, or its last extension, before it has begun. Those who decided are told.

    With the leave go its extensions, and an extension or change that still waits is withdrawn.
    """
    first, waiting = _locked(request_id)
    request = steps.own(request_id, acting_user)
    following = after(request, "cancel")
    if request.start <= clock.today():
        raise Refused("begun", "假期已经开始，办销假即可")
    if request.extends_id is not None:
        _cancel_extension(first, request, acting_user)
        return request
    if waiting is not None:
        _withdraw_link(waiting, acting_user, "原来的请假已取消")
    for row in [request, *_extensions(request)]:
        steps.move(row, following, "leave.cancel", acting_user)
        away.free(kind=AwayKind.LEAVE, source_id=row.pk)
    deadlines.meet("leave.return", KIND, request.pk)
    steps.tell_deciders(request, "已取消", "cancel")
    return request


@verb("leave.report_back")
def report_back(
    *, request_id: int, acting_user: User, returned_on: date, returned_half: str, note: str = ""
) -> LeaveRequest:
    """销假: the applicant, his captain or the town records the first half-day back on post.

    Coming back early frees the rest, extensions included; coming back after a missed working half-day needs a note and
    stays 待核 in attendance, never by itself an absence. An extension or change that still waits is withdrawn.
    Clause: puning-6-return and the leave systems of the other documents.
    """
    request, waiting = _locked(request_id)
    _may_record_return(request, acting_user)
    following = after(request, "report_back")
    today = clock.today()
    half = Half(returned_half)
    note = note.strip()
    check_return(request.whole, returned_on, half, note, today=today, what="请假")
    if waiting is not None:
        _withdraw_link(waiting, acting_user, "本人已返岗销假")
    for row in [request, *_extensions(request)]:
        row.returned_on, row.returned_half = returned_on, half
        row.return_recorded_by, row.return_recorded_at = acting_user.person, clock.now()
        row.return_note = note[:200]
        back = {"returned_on": returned_on.isoformat(), "half": str(half)}
        steps.move(row, following, "leave.report_back", acting_user, back)
        away.free_after(kind=AwayKind.LEAVE, source_id=row.pk, day=returned_on, half=half)
    deadlines.meet("leave.return", KIND, request.pk)
    steps.tell_deciders(request, "已销假", "back")
    return request


def is_late(span: Span, returned_on: date, half: Half) -> bool:
    """Did a working half-day pass between the end of the absence and the return?"""
    back = Span(returned_on, half, returned_on, Half.PM)
    if back.first_index <= span.last_index:
        return False
    return not touching(span, back, statutory_calendar())


def check_return(span: Span, returned_on: date, half: Half, note: str, *, today: date, what: str) -> None:
    """Refused beside its field for a return before the absence began, after today, or late without a word."""
    if Span(returned_on, half, returned_on, half).last_index < span.first_index:
        start = day_words(span.start)
        raise Refused("before_start", f"返岗不能早于{what}开始（{start}）", field="returned_on")
    if returned_on > today:
        raise Refused("future", f"返岗日期不能晚于今天（{day_words(today)}）", field="returned_on")
    if is_late(span, returned_on, half) and not note:
        late = "晚于批准的日期返岗" if what == "请假" else "晚于报告的日期返岗"
        raise Refused("late_needs_note", f"{late}，写一句原因", field="note")


def halves_given_back(request: LeaveRequest) -> int:
    """Half-days that an early return left untaken; 0 for a return as planned or late."""
    if request.state != S.BACK or request.returned_on is None:
        return 0
    half = Half(request.returned_half)
    back = Span(request.returned_on, half, request.returned_on, half).first_index
    return max(0, request.whole.last_index + 1 - back)


def may_record_return(posting: Appointment, user: User) -> bool:
    """The person himself, his captain, or the staff of the town he serves in."""
    if user.person_id == posting.person_id:
        return True
    scope = scope_of(user)
    if posting.body_id in scope.team_ids:
        return True
    region = posting.body.region
    towns = {row.body.region.path for row in scope.appointments if row.body.region.level == Level.TOWN}
    return any(region.path.startswith(path) for path in towns & set(scope.paths))


def _may_record_return(request: LeaveRequest, user: User) -> None:
    if not LeaveRequest.objects.visible_to(user).filter(pk=request.pk).exists():
        raise NotYours("not_yours", "没有这一件")
    if not may_record_return(request.posting, user):
        raise Refused("not_yours_to_record", "销假由本人、队长或驻地乡镇登记")


def _locked(request_id: int) -> tuple[LeaveRequest, LeaveRequest | None]:
    """(the first leave of the chain, the extension or change that waits for a decision), both under lock.

    In the order in which everybody locks: the person, who alone may submit; the sign-off of what waits, which its
    decider holds while he signs; then the requests.
    """
    found = LeaveRequest.objects.filter(pk=request_id).values_list("applicant", "extends").first()
    if found is None:
        raise NotYours("not_yours", "没有这一件")
    away.lock_person(found[0])
    first_id = found[1] or request_id
    waiting = links.open_link(first_id)
    if waiting is not None:
        sign_offs.lock_for(KIND, waiting.pk)
    first = steps.locked(first_id)
    if waiting is not None:
        waiting = steps.locked(waiting.pk)
    return first, waiting if waiting is not None and waiting.state == S.PENDING else None


def _extensions(first: LeaveRequest) -> list[LeaveRequest]:
    return [row for row in links.members(first.pk) if row.pk != first.pk] if first.is_extended else []


def _withdraw_link(waiting: LeaveRequest, user: User, why: str) -> None:
    sign_offs.withdraw(subject_kind=KIND, subject_id=waiting.pk, acting_user=user, why=why)
    steps.move(waiting, after(waiting, "withdraw"), "leave.withdraw", user, {"why": why})
    away.free(kind=AwayKind.LEAVE, source_id=waiting.pk)


def _cancel_extension(first: LeaveRequest, extension: LeaveRequest, user: User) -> None:
    """The leave ends again where it ended before the extension; only the last one can go, or a gap would be left."""
    if (first.until, first.until_half) != (extension.end, extension.end_half):
        raise Refused("not_last", "后面还有一次续假，先取消后面的")
    if links.open_link(first.pk) is not None:
        raise Refused("link_pending", "还有一件续假在办，先撤回那一件")
    before = [row for row in links.members(first.pk) if row.pk != extension.pk][-1]
    settling.move_end(first, before)
    steps.move(extension, after(extension, "cancel"), "leave.cancel", user)
    away.free(kind=AwayKind.LEAVE, source_id=extension.pk)
    steps.tell_deciders(extension, "已取消", "cancel")

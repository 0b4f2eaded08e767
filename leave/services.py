"""The verbs of leave. Each is one transaction: lock, ask the table, write, sign off or settle, tell, record."""

from __future__ import annotations

from datetime import date
from typing import Any

from approvals import deadlines
from approvals import services as sign_offs
from approvals.models import SignOff
from core import attachments, audit, clock, notices
from core.calendar import statutory_calendar
from core.errors import Conflict, NotYours, Refused
from core.verbs import check_key, verb
from leave import routing, steps
from leave.checks import Wish, check, span_of, type_label
from leave.models import LeaveRequest
from leave.transitions import after
from policy.days import Half, Span, touching
from policy.leave import LeaveDecision
from teams import away
from teams.models import User
from teams.parties import Directory
from teams.scope import scope_of
from teams.words import AwayKind, Level, Post

S = LeaveRequest.State
KIND = steps.KIND


def preview(*, acting_user: User, wish: Wish, request_id: int | None = None) -> LeaveDecision:
    """What policy would say of a wish, without writing anything. Raises Refused for dates that cannot be counted."""
    posting, directory = steps.own_posting(acting_user)
    return routing.decide(
        posting=posting,
        type_code=wish.type,
        span=span_of(wish),
        asked_on=clock.today(),
        directory=directory,
        leaving_out=request_id,
    )


@verb("leave.save")
def save_draft(
    *,
    acting_user: User,
    wish: Wish,
    form_key: str,
    request_id: int | None = None,
    revision: int | None = None,
    files: Any = (),
) -> LeaveRequest:
    """Create or change one's own draft (or a returned request). The same ``form_key`` never makes a second draft.

    A draft may be incomplete in words, but its dates must be countable. Raises Conflict when another tab was
    faster, Refused for a wrong file.
    """
    check_key(form_key)
    if request_id is None and acting_user.person_id is not None:
        # Two taps on one new form come one after the other, and the second finds the first one's draft.
        away.lock_person(acting_user.person_id)
    request = steps.draft_to_edit(acting_user, request_id, revision, form_key)
    posting, directory = steps.own_posting(acting_user)
    if request is None:
        request = LeaveRequest(
            form_key=form_key,
            applicant=acting_user.person,
            drafted_by=acting_user,
            created_at=clock.now(),
            revision=0,
        )
    else:
        request.state = after(request, "edit")
    request.posting = posting
    span = span_of(wish)
    request.type, request.type_label = wish.type, type_label(wish, posting, directory, clock.today())
    request.start, request.start_half, request.end, request.end_half = (
        span.start,
        str(span.start_half),
        span.end,
        str(span.end_half),
    )
    request.going, request.destination, request.reason = (
        wish.going,
        wish.destination.strip(),
        wish.reason.strip(),
    )
    request.stand_in_id, request.contact = wish.stand_in_id, wish.contact.strip()
    request.absence_halves = span.halves
    request.revision += 1
    request.updated_at = clock.now()
    request.save()
    attachments.add(subject_kind=KIND, subject_id=request.pk, files=files, acting_user=acting_user)
    audit.record(
        action="leave.save",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=request.pk,
        after={"type": request.type, "span": span.to_json(), "revision": request.revision},
        place=posting.body.region.path,
    )
    return request


@verb("leave.remove_file")
def remove_file(*, request_id: int, attachment_id: int, acting_user: User) -> None:
    """Take a file off one's own draft or returned request."""
    request = steps.own(request_id, acting_user)
    after(request, "edit")
    found = [item for item in attachments.of(KIND, request.pk) if item.pk == attachment_id]
    if not found:
        raise NotYours("not_yours", "没有这个附件")
    attachments.remove(attachment=found[0], acting_user=acting_user)


@verb("leave.discard")
def discard_draft(*, request_id: int, acting_user: User) -> None:
    """Throw a draft away; only a draft leaves no trace but its audit events."""
    request = steps.own(request_id, acting_user)
    if request.state != S.DRAFT:
        raise Conflict("wrong_state", f"这一件现在是“{request.get_state_display()}”，不能删去")
    for item in attachments.of(KIND, request.pk):
        attachments.remove(attachment=item, acting_user=acting_user)
    audit.record(
        action="leave.discard",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=request.pk,
        before={"type": request.type, "span": request.span.to_json()},
        place=request.posting.body.region.path,
    )
    request.delete()


@verb("leave.submit")
def submit(*, request_id: int, acting_user: User, revision: int, submit_key: str) -> LeaveRequest:
    """Route one's own request and open its sign-off; its half-days are claimed from now on.

    The same ``submit_key`` again returns the first outcome. Raises Several with every mistake beside its field,
    Conflict when another tab changed or submitted it, Refused when a body that must decide is not registered.
    """
    if acting_user.person_id is None:
        raise NotYours("not_yours", "没有这一件")
    person = away.lock_person(acting_user.person_id)
    request = steps.own(request_id, acting_user)
    if submit_key and request.submit_key == submit_key and request.state == S.PENDING:
        return request
    following = after(request, "submit")
    check_key(submit_key)
    steps.same_revision(request, revision)
    posting, directory = steps.own_posting(acting_user)
    today = clock.today()
    check(wish_of(request), posting=posting, directory=directory, today=today, request_id=request.pk)
    decision = routing.decide(
        posting=posting,
        type_code=request.type,
        span=request.span,
        asked_on=today,
        directory=directory,
        leaving_out=request.pk,
        also=scope_of(acting_user).has_post([Post.FIRST_SECRETARY]),
    )
    request.applicant, request.posting = person, posting
    request.decision = decision.frozen()
    request.absence_halves, request.charged_halves = decision.absence_halves, decision.charged_halves
    request.state, request.submit_key = following, submit_key
    request.submitted_at = request.updated_at = clock.now()
    request.settled_at = None
    if not request.number:
        request.series, request.number = steps.next_number(directory, today)
    request.save()
    away.claim(person_id=request.applicant_id, span=request.span, kind=AwayKind.LEAVE, source_id=request.pk)
    sign_offs.open_sign_off(
        kind="leave",
        subject_kind=KIND,
        subject=request,
        plan=routing.plan_for(decision, directory),
        acting_user=acting_user,
    )
    audit.record(
        action="leave.submit",
        actor=acting_user,
        subject_kind=KIND,
        subject_id=request.pk,
        after={
            "number": request.number,
            "halves": request.absence_halves,
            "outcome": decision.outcome,
            "clauses": list(decision.clauses),
        },
        place=posting.body.region.path,
    )
    return request


@verb("leave.assign")
def assign_deciders(
    *,
    request_id: int,
    acting_user: User,
    parties: list[str],
    together: bool,
    reason: str,
    page_hash: str,
    request_key: str,
) -> SignOff:
    """The managing office names who decides, because the document is silent. A reason is required.

    The same ``request_key`` returns the round it opened. Raises NotYours for outsiders, Conflict for a stale page.
    """
    request = (
        LeaveRequest.objects.visible_to(acting_user)
        .select_related("posting__body__region", "posting__unit")
        .filter(pk=request_id)
        .first()
    )
    if request is None:
        raise NotYours("not_yours", "没有这一件")
    # The page's own round, found by what it showed: a repeated request must meet the round it closed itself.
    rounds = SignOff.objects.filter(subject_kind=KIND, subject_id=request_id)
    sign_off = next((row for row in rounds if row.content_hash == page_hash), None)
    if sign_off is None:
        raise Conflict("stale", "内容已有变化，看过最新内容再办")
    directory = Directory(request.posting, clock.today())
    decision = request.routed
    assert decision is not None, "a submitted request keeps its decision"
    plan = routing.plan_by_hand(
        decision, directory, parties=parties, together=together, reason=reason.strip()
    )
    return sign_offs.assign(
        sign_off_id=sign_off.pk,
        acting_user=acting_user,
        plan=plan,
        page_hash=page_hash,
        request_key=request_key,
    )


@verb("leave.withdraw")
def withdraw(*, request_id: int, acting_user: User) -> LeaveRequest:
    """The applicant takes back a request that is not decided yet, or that came back to him."""
    sign_offs.lock_for(KIND, request_id)
    request = steps.own(request_id, acting_user)
    following = after(request, "withdraw")
    if request.state == S.PENDING:
        sign_offs.withdraw(subject_kind=KIND, subject_id=request.pk, acting_user=acting_user)
    steps.move(request, following, "leave.withdraw", acting_user)
    away.free(kind=AwayKind.LEAVE, source_id=request.pk)
    return request


@verb("leave.cancel")
def cancel(*, request_id: int, acting_user: User) -> LeaveRequest:
    """The applicant gives up an approved leave before it has begun. Those who decided are told."""
    request = steps.own(request_id, acting_user)
    following = after(request, "cancel")
    if request.start <= clock.today():
        raise Refused("begun", "假期已经开始，办销假即可")
    steps.move(request, following, "leave.cancel", acting_user)
    away.free(kind=AwayKind.LEAVE, source_id=request.pk)
    deadlines.meet("leave.return", KIND, request.pk)
    steps.tell_deciders(request, "已取消", "cancel")
    return request


@verb("leave.report_back")
def report_back(
    *, request_id: int, acting_user: User, returned_on: date, returned_half: str, note: str = ""
) -> LeaveRequest:
    """销假: the applicant, his captain or the town records the first half-day back on post.

    Coming back early frees the rest; coming back after a missed working half-day needs a note and stays 待核 in
    attendance, never by itself an absence. Clause: puning-6-return and the leave systems of the other documents.
    """
    request = steps.locked(request_id)
    _may_record_return(request, acting_user)
    following = after(request, "report_back")
    today = clock.today()
    half = Half(returned_half)
    if Span(returned_on, half, returned_on, half).last_index < request.span.first_index:
        raise Refused(
            "before_start",
            f"返岗不能早于请假开始（{request.start.month}月{request.start.day}日）",
            field="returned_on",
        )
    if returned_on > today:
        raise Refused("future", f"返岗日期不能晚于今天（{today.month}月{today.day}日）", field="returned_on")
    note = note.strip()
    if is_late(request, returned_on, half) and not note:
        raise Refused("late_needs_note", "晚于批准的日期返岗，写一句原因", field="note")
    request.returned_on, request.returned_half = returned_on, half
    request.return_recorded_by, request.return_recorded_at = acting_user.person, clock.now()
    request.return_note = note[:200]
    steps.move(
        request,
        following,
        "leave.report_back",
        acting_user,
        extra={"returned_on": returned_on.isoformat(), "half": str(half)},
    )
    away.free_after(kind=AwayKind.LEAVE, source_id=request.pk, day=returned_on, half=half)
    deadlines.meet("leave.return", KIND, request.pk)
    steps.tell_deciders(request, "已销假", "back")
    return request


def is_late(request: LeaveRequest, returned_on: date, half: Half) -> bool:
    """Did a working half-day pass between the end of the leave and the return?"""
    back = Span(returned_on, half, returned_on, Half.PM)
    if back.first_index <= request.span.last_index:
        return False
    return not touching(request.span, back, statutory_calendar())


def settle(*, subject: LeaveRequest, outcome: str, sign_off: SignOff, acting_user: User) -> None:
    """Carry out a settled sign-off, in its transaction: firm or free the half-days, start the return clock, tell."""
    verb_name = {
        SignOff.State.AGREED: "agreed",
        SignOff.State.REFUSED: "refused",
        SignOff.State.RETURNED: "returned",
    }[SignOff.State(outcome)]
    following = after(subject, verb_name)
    steps.move(subject, following, f"leave.{verb_name}", acting_user)
    if following == S.APPROVED:
        away.firm_up(kind=AwayKind.LEAVE, source_id=subject.pk)
        deadlines.start_own(
            kind="leave.return",
            subject_kind=KIND,
            subject_id=subject.pk,
            person=subject.applicant,
            due=clock.at(subject.end, 23, 59),
            clause=return_clause(subject),
        )
    else:
        away.free(kind=AwayKind.LEAVE, source_id=subject.pk)
    words = {S.APPROVED: "已批准", S.REFUSED: "未获同意", S.RETURNED: "退回修改"}[S(following)]
    notices.tell(
        users=steps.login(subject.applicant),
        title=f"您的{subject.type_label} {subject.days} 天{words}",
        body=sign_off.settled_why,
        url=subject.get_absolute_url(),
        key=f"leave:{subject.pk}:{following}:{sign_off.pk}",
        subject_kind=KIND,
        subject_id=subject.pk,
    )


def return_clause(request: LeaveRequest) -> str:
    """The clause that asks for 销假 in this document, or empty where it is our courtesy."""
    return "puning-6-return" if request.decision and request.decision.get("pack") == "puning" else ""


def wish_of(request: LeaveRequest) -> Wish:
    """The request's fields as the applicant filled them in."""
    return Wish(
        type=request.type,
        start=request.start,
        start_half=request.start_half,
        end=request.end,
        end_half=request.end_half,
        going=request.going,
        destination=request.destination,
        reason=request.reason,
        stand_in_id=request.stand_in_id,
        contact=request.contact,
    )


def may_record_return(request: LeaveRequest, user: User) -> bool:
    """The applicant himself, his captain, or the staff of the town he serves in."""
    if user.person_id == request.applicant_id:
        return True
    scope = scope_of(user)
    if request.posting.body_id in scope.team_ids:
        return True
    region = request.posting.body.region
    towns = {row.body.region.path for row in scope.appointments if row.body.region.level == Level.TOWN}
    return any(region.path.startswith(path) for path in towns & set(scope.paths))


def _may_record_return(request: LeaveRequest, user: User) -> None:
    if not LeaveRequest.objects.visible_to(user).filter(pk=request.pk).exists():
        raise NotYours("not_yours", "没有这一件")
    if not may_record_return(request, user):
        raise Refused("not_yours_to_record", "销假由本人、队长或驻地乡镇登记")

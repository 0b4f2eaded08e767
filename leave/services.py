"""The verbs of leave up to its decision. Each is one transaction: lock, ask the table, write, sign off, record.

What follows the decision is in :mod:`leave.settling`, how leave ends in :mod:`leave.endings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from approvals import deadlines
from approvals import services as sign_offs
from approvals.models import SignOff
from core import attachments, audit, clock
from core.errors import Conflict, NotYours, Refused
from core.verbs import check_key, verb
from leave import links, routing, steps
from leave.checks import Wish, check, known_stand_in, linked, span_of, type_label
from leave.models import LeaveRequest
from leave.transitions import after
from policy.leave import LeaveDecision
from teams import away
from teams.models import Appointment, Away, User
from teams.parties import Directory
from teams.scope import scope_of
from teams.words import AwayKind, Post

S = LeaveRequest.State
KIND = steps.KIND


def preview(*, acting_user: User, wish: Wish, request_id: int | None = None) -> LeaveDecision:
    """What policy would say of a wish, without writing anything.

    Raises Refused for dates that cannot be counted and for a type this place does not know.
    """
    posting, directory = steps.own_posting(acting_user)
    type_label(wish, posting, directory, clock.today())
    return routing.decide(
        posting=posting,
        type_code=wish.type,
        span=span_of(wish),
        asked_on=clock.today(),
        directory=directory,
        leaving_out=_not_counted(wish, request_id),
        extends_id=wish.extends_id,
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

    A draft may be incomplete in words, but its dates must be countable. An extension or a change is bound to its leave
    from the first. Raises Conflict when another tab was faster, Refused for a wrong file.
    """
    check_key(form_key)
    if request_id is None and acting_user.person_id is not None:
        # Two taps on one new form come one after the other, and the second finds the first one's draft.
        away.lock_person(acting_user.person_id)
    request = steps.draft_to_edit(acting_user, request_id, revision, form_key)
    extends, replaces = linked(wish) if request is None else (None, None)
    for concerned in filter(None, (extends, replaces)):
        if concerned.applicant_id != acting_user.person_id:
            raise NotYours("not_yours", "没有这一件")
    posting, directory = steps.own_posting(acting_user)
    if request is None:
        links.check_link(
            extends=extends,
            replaces=replaces,
            person_id=posting.person_id,
            today=clock.today(),
            own_id=None,
        )
        request = LeaveRequest(
            extends=extends,
            replaces=replaces,
            form_key=form_key,
            applicant=acting_user.person,
            drafted_by=acting_user,
            created_at=clock.now(),
            revision=0,
        )
    else:
        request.state = after(request, "edit")
        voice = request.channel == LeaveRequest.Channel.VOICE
        if voice and (request.type, request.span) != (wish.type, span_of(wish)):
            raise Refused("voice_dates", "口头同意的类型和起止不能改；要多休的，批准以后办续假", field="end")
    request.posting = posting
    span = span_of(wish)
    request.type, request.type_label = wish.type, type_label(wish, posting, directory, clock.today())
    request.start, request.start_half, request.end, request.end_half = (
        span.start,
        str(span.start_half),
        span.end,
        str(span.end_half),
    )
    request.until, request.until_half = request.end, request.end_half
    request.going, request.destination, request.reason = (
        wish.going,
        wish.destination.strip(),
        wish.reason.strip(),
    )
    if wish.stand_in_id is not None:
        known_stand_in(wish.stand_in_id, posting, clock.today())
    request.stand_in_id, request.contact = wish.stand_in_id, wish.contact.strip()
    request.exit_document = wish.exit_document.strip()[:80]
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
    request = steps.own(request_id, acting_user, asking=True)
    if submit_key and request.submit_key == submit_key and request.state == S.PENDING:
        return request
    following = after(request, "submit")
    check_key(submit_key)
    steps.same_revision(request, revision)
    concerned = request.extends_id or request.replaces_id
    if concerned is not None:
        steps.locked(concerned)
    posting, directory = steps.own_posting(acting_user)
    today = clock.today()
    held = away.held(person.pk, request.start - routing.REACH, request.end + routing.REACH)
    check_request(request, posting, directory, held)
    decision = routing.decide(
        posting=posting,
        type_code=request.type,
        span=request.span,
        asked_on=today,
        directory=directory,
        leaving_out=_not_counted(wish_of(request), request.pk),
        extends_id=request.extends_id,
        also=scope_of(acting_user).has_post([Post.FIRST_SECRETARY]),
        held=held,
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
    if request.channel == LeaveRequest.Channel.VOICE:
        # The leave runs since it was agreed by voice: its half-days are its own already.
        deadlines.meet("leave.paper", KIND, request.pk)
    else:
        away.claim(
            person_id=request.applicant_id,
            span=request.span,
            kind=AwayKind.LEAVE,
            source_id=request.pk,
            beside=links.member_ids(request.replaces_id),
        )
    sign_offs.open_sign_off(
        kind="leave",
        subject_kind=KIND,
        subject=request,
        plan=routing.plan_for(decision, directory),
        acting_user=acting_user,
        rounds=request.rounds,  # type: ignore[attr-defined]
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
    deadlines.meet("leave.paper", KIND, request.pk)
    return request


def check_request(
    request: LeaveRequest,
    posting: Appointment,
    directory: Directory,
    held: Sequence[Away] | None = None,
) -> None:
    """May this request be submitted as it stands? Raises Several with every mistake beside its field.

    ``held``: see :func:`leave.checks.check`.
    """
    check(
        wish_of(request),
        posting=posting,
        directory=directory,
        today=clock.today(),
        request_id=request.pk,
        since=request.start if request.channel == LeaveRequest.Channel.VOICE else None,
        held=held,
    )


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
        exit_document=request.exit_document,
        extends_id=request.extends_id,
        replaces_id=request.replaces_id,
    )


def _not_counted(wish: Wish, request_id: int | None) -> set[int]:
    """Requests that are no earlier leave of this one: itself, and what it would replace."""
    return links.member_ids(wish.replaces_id) | ({request_id} if request_id is not None else set())

"""Agreement given outside the system: 口头同意 of sudden leave, and 代录 of a decision made on paper.

Neither is ever a signature. Leave agreed by voice runs at once, and its request in writing is due within the days the
region has set; a paper is written down by the town's clerk with its scan. Records from before the system (补录) run no
clock and tell nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from core import attachments, audit, clock, notices
from core.errors import NotYours, Refused
from core.verbs import check_key, verb
from leave import routing, settling, standing_in, steps
from leave.checks import Wish, check, type_label
from leave.models import Consent, LeaveRequest
from leave.transitions import after
from policy.days import Half, Span
from policy.leave import LeaveDecision
from rules.settings import setting
from teams import away
from teams.holders import users_at
from teams.models import Appointment, User
from teams.parties import Directory
from teams.scope import Scope, scope_of
from teams.words import REGISTER_POSTS, AwayKind, Level, Post

S = LeaveRequest.State
KIND = steps.KIND
#: Sudden leave may be written down when it has begun, for so long.
LATEST = timedelta(days=3)
#: No paper older than this is written down; the posting bounds it too.
OLDEST = timedelta(days=3 * 366)


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who agreed, in which post, on which day; by voice also at what time."""

    by: str
    post: str
    on: date
    time: time | None = None


def voice_days(posting: Appointment) -> int:
    """Within how many days the paper must follow an agreement by voice here; 0 where it is not done."""
    return setting(posting.body.region, "leave.voice_days", clock.today())


def clerk_of(user: User) -> list[Appointment]:
    """The postings whose papers the user may write down: those of the towns whose register he keeps, never his own."""
    kept = tuple(
        row.body.region.path
        for row in scope_of(user).appointments
        if row.post in REGISTER_POSTS and row.body.region.level == Level.TOWN
    )
    if not kept:
        return []
    rows = (
        Appointment.objects.on(clock.today())
        .full_time()
        .filter(Scope(user.person_id, paths=kept).places_q("body__region__path"))
        .exclude(person=user.person_id)
        .select_related("person", "body__region", "body__team", "unit")
    )
    return list(rows.order_by("person__pinyin", "pk"))


@verb("leave.voice")
def record_voice(
    *, acting_user: User, person_id: int, wish: Wish, given: Given, form_key: str
) -> LeaveRequest:
    """The person himself, or his captain for him, writes down sudden leave that was agreed by voice.

    It runs at once; the person's own request in writing is due within the days of the region, under a deadline. The same
    ``form_key`` never makes a second record. Raises Refused where the region has not opened it.
    """
    check_key(form_key)
    posting = _posting(steps.answers_for(acting_user), person_id)
    away.lock_person(person_id)
    made = LeaveRequest.objects.filter(form_key=form_key, drafted_by=acting_user).first()
    if made is not None:
        return made
    today = clock.today()
    days = voice_days(posting)
    if days == 0:
        raise Refused("voice_off", "本地没有启用口头请假，按书面请假办")
    directory = Directory(posting, today)
    wish = replace(wish, contact=wish.contact.strip() or posting.person.phone)
    check(wish, posting=posting, directory=directory, today=today, request_id=None, since=today - LATEST)
    if wish.start > today + timedelta(days=1):
        raise Refused("not_sudden", "口头同意只用于今天或明天就走的，往后的按书面请假办", field="start")
    _check_given(given, posting)
    if given.time is None:
        raise Refused("given_time", "填写同意的时间", field="given_time")
    if timezone.make_aware(datetime.combine(given.on, given.time)) > clock.now():
        raise Refused("given_future", "同意的时间不能晚于现在", field="given_time")
    request = _drafted(acting_user, posting, directory, wish, form_key, LeaveRequest.Channel.VOICE)
    _written_down(request, given, Consent.Kind.VOICE, acting_user)
    request.paper_due = today + timedelta(days=days)
    _stands(request, posting, directory, today, after(request, "voice"))
    settling.start_paper_clock(request, request.paper_due)
    pairs = [(Post.CAPTAIN.value, posting.body_id)]
    if directory.knows("town:attendance_officer"):
        pairs.append(steps.register_keeper(directory).pair)
    _tell(request, set(steps.login(request.applicant)) | users_at(pairs), acting_user, "经口头同意，已登记")
    _record(request, acting_user, "leave.voice", given)
    return request


@verb("leave.paper")
def record_paper(
    *,
    acting_user: User,
    person_id: int,
    wish: Wish,
    given: Given,
    files: Sequence[Any],
    form_key: str,
    past: bool = False,
    returned: tuple[date, str] | None = None,
) -> LeaveRequest:
    """The town's clerk writes down a decision made on paper, with its scan: 代录.

    ``past``: a record from before the system (补录), which is over and needs ``returned``; it runs no clock and tells
    nobody. The same ``form_key`` never makes a second record.
    """
    check_key(form_key)
    posting = _posting(clerk_of(acting_user), person_id)
    away.lock_person(person_id)
    made = LeaveRequest.objects.filter(form_key=form_key, drafted_by=acting_user).first()
    if made is not None:
        return made
    today = clock.today()
    directory = Directory(posting, today)
    span = check(
        wish,
        posting=posting,
        directory=directory,
        today=today,
        request_id=None,
        since=today - OLDEST,
        asks_contact=False,
    )
    _check_given(given, posting)
    if not files:
        raise Refused("no_scan", "附上纸质审批单的扫描件或照片", field="attachments")
    if past:
        _check_past(span, returned, today)
    channel = LeaveRequest.Channel.PAST if past else LeaveRequest.Channel.PAPER
    request = _drafted(acting_user, posting, directory, wish, form_key, channel)
    attachments.add(subject_kind=KIND, subject_id=request.pk, files=files, acting_user=acting_user)
    _written_down(request, given, Consent.Kind.PAST if past else Consent.Kind.PAPER, acting_user)
    _stands(request, posting, directory, given.on, after(request, "paper"))
    if past and returned is not None:
        request.returned_on, request.returned_half = returned[0], returned[1]
        request.return_recorded_by, request.return_recorded_at = acting_user.person, clock.now()
        request.state = after(request, "report_back")
        request.save()
        away.free_after(
            kind=AwayKind.LEAVE, source_id=request.pk, day=request.returned_on, half=request.returned_half
        )
    else:
        settling.start_return_clock(request)
        _tell(request, set(steps.login(request.applicant)), acting_user, "的纸质审批单已由乡镇代录")
    _record(request, acting_user, "leave.paper", given)
    return request


def _posting(postings: list[Appointment], person_id: int) -> Appointment:
    posting = next((row for row in postings if row.person_id == person_id), None)
    if posting is None:
        raise NotYours("not_yours", "没有这个人")
    return posting


def _check_given(given: Given, posting: Appointment) -> None:
    if not given.by.strip() or len(given.by.strip()) > 40:
        raise Refused("given_by", "填写同意的人的姓名，最多 40 字", field="given_by")
    if not given.post.strip() or len(given.post.strip()) > 80:
        raise Refused("given_post", "填写同意的人的职务，最多 80 字", field="given_post")
    if given.by.strip() == posting.person.name:
        raise Refused("recused", "本人的请假不能由本人同意", field="given_by")
    if given.on > clock.today():
        raise Refused("given_future", "同意的日期不能晚于今天", field="given_on")


def _check_past(span: Span, returned: tuple[date, str] | None, today: date) -> None:
    if span.end >= today:
        raise Refused("not_past", "补录只用于已经结束的请假，还没有结束的按代录登记", field="end")
    if returned is None:
        raise Refused("returned_on", "填写当时返岗的日期", field="returned_on")
    half = Half(returned[1])
    if returned[0] > today or Span(returned[0], half, returned[0], half).first_index <= span.first_index:
        raise Refused("returned_on", "返岗要在请假开始以后、今天以前", field="returned_on")


def _drafted(
    user: User, posting: Appointment, directory: Directory, wish: Wish, form_key: str, channel: str
) -> LeaveRequest:
    wish = replace(wish, contact=wish.contact.strip() or posting.person.phone)
    return LeaveRequest.objects.create(
        form_key=form_key,
        applicant=posting.person,
        posting=posting,
        drafted_by=user,
        channel=channel,
        type=wish.type,
        type_label=type_label(wish, posting, directory, clock.today()),
        start=wish.start,
        start_half=wish.start_half,
        end=wish.end,
        end_half=wish.end_half,
        until=wish.end,
        until_half=wish.end_half,
        going=wish.going,
        destination=wish.destination.strip(),
        exit_document=wish.exit_document.strip(),
        reason=wish.reason.strip(),
        contact=wish.contact,
        created_at=clock.now(),
        updated_at=clock.now(),
    )


def _written_down(request: LeaveRequest, given: Given, kind: str, user: User) -> None:
    assert user.person_id is not None, "an administrative account answers for nobody"
    Consent.objects.create(
        request=request,
        kind=kind,
        given_by=given.by.strip(),
        given_post=given.post.strip(),
        given_on=given.on,
        given_time=given.time,
        recorded_by_id=user.person_id,
        recorded_at=clock.now(),
    )


def _stands(
    request: LeaveRequest, posting: Appointment, directory: Directory, asked_on: date, following: str
) -> None:
    """Number it, keep what the document in force on that day says of it, and take its half-days firmly."""
    decision: LeaveDecision = routing.decide(
        posting=posting,
        type_code=request.type,
        span=request.span,
        asked_on=asked_on,
        directory=directory,
        leaving_out={request.pk},
    )
    past = request.channel == LeaveRequest.Channel.PAST
    request.series, request.number = steps.next_number(
        directory, clock.today(), **({"kind": "past", "mark": "补"} if past else {})
    )
    request.decision = decision.frozen()
    request.absence_halves, request.charged_halves = decision.absence_halves, decision.charged_halves
    request.state = following
    request.submitted_at = request.updated_at = clock.now()
    request.settled_at = clock.now() if following == S.APPROVED else None
    request.save()
    away.claim(
        person_id=request.applicant_id,
        span=request.span,
        kind=AwayKind.LEAVE,
        source_id=request.pk,
        firm=True,
    )
    if not past:
        standing_in.tell(
            person=request.applicant, span=request.span, what="请假", source=f"{KIND}:{request.pk}"
        )


def _tell(request: LeaveRequest, users: set[int], actor: User, words: str) -> None:
    notices.tell(
        users=users - {actor.pk},
        title=f"{request.applicant.name}{request.type_label} {request.days} 天{words}",
        url=request.get_absolute_url(),
        key=f"leave:{request.pk}:{request.channel}",
        subject_kind=KIND,
        subject_id=request.pk,
    )


def _record(request: LeaveRequest, user: User, action: str, given: Given) -> None:
    audit.record(
        action=action,
        actor=user,
        subject_kind=KIND,
        subject_id=request.pk,
        after={
            "number": request.number,
            "span": request.span.to_json(),
            "channel": request.channel,
            "given_by": given.by.strip(),
            "given_on": given.on.isoformat(),
            "state": request.state,
        },
    )

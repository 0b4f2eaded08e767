"""Jobs of leave: a word on the day it ends, and one when nobody has confirmed the return."""

from __future__ import annotations

from datetime import date

from core import clock, notices
from core.calendar import statutory_calendar
from core.jobs import job
from leave import steps
from leave.clauses import RETURNED
from leave.links import first_day_missed
from leave.models import LeaveRequest
from policy.carries import carries
from teams.holders import users_at
from teams.models import Appointment, User
from teams.parties import Directory
from teams.words import Post

KIND = "leave"


@job("leave.remind_return")
@carries(*RETURNED)
def remind_return() -> int:
    """Tell each person on the day his leave ends that 销假 is next; returns how many leaves that is.

    A second run says nothing new. A day that was missed is left to :func:`remind_overdue`.
    """
    ending = LeaveRequest.objects.filter(
        state=LeaveRequest.State.APPROVED, extends__isnull=True, until=clock.today()
    )
    found = list(ending.select_related("applicant"))
    users = _users_of(found)
    for request in found:
        _tell(request, users.get(request.applicant_id, set()), "今天到期，返岗后办销假", "ends")
    return len(found)


@job("leave.remind_overdue")
@carries(*RETURNED)
def remind_overdue() -> int:
    """Tell the applicant, his captain and the town once of each leave that ended without 销假.

    Due when the first working half-day after the leave has passed without a word, so that nobody is called
    overdue on a rest day or on the morning he comes back. Returns how many leaves are overdue; a second run, and a run
    after days without one, tell each person once.
    """
    today = clock.today()
    calendar = statutory_calendar()
    ended = LeaveRequest.objects.overdue(today)
    found = [
        request
        for request in ended.select_related("applicant", "posting__body__region", "posting__unit").order_by(
            "pk"
        )
        if first_day_missed(request, calendar) < today
    ]
    users = _users_of(found)
    lookers: dict[int, set[int]] = {}
    for request in found:
        body = request.posting.body_id
        if body not in lookers:
            lookers[body] = _looking_after(request.posting, today)
        own = users.get(request.applicant_id, set())
        _tell(request, own, "已到期，还没有销假", "overdue")
        _tell(request, lookers[body] - own, "已到期，还没有销假", "overdue", of=request.applicant.name)
    return len(found)


@job("leave.remind_paper")
def remind_paper() -> int:
    """Tell who is away by voice alone on the day the paper is due; after that day also his captain and the town.

    Each is told once, whenever the job runs. Returns how many papers are late.
    """
    today = clock.today()
    waiting = LeaveRequest.objects.filter(state=LeaveRequest.State.VOICE, paper_due__lte=today)
    found = list(waiting.select_related("applicant", "posting__body__region", "posting__unit").order_by("pk"))
    users = _users_of(found)
    late = [request for request in found if request.paper_due is not None and request.paper_due < today]
    for request in found:
        own = users.get(request.applicant_id, set())
        if request not in late:
            _tell(request, own, "今天要补办书面手续", "paper")
            continue
        others = _looking_after(request.posting, today) - own
        _tell(request, own, "已过补办期限，还没有书面手续", "paper_late")
        _tell(request, others, "已过补办期限，还没有书面手续", "paper_late", of=request.applicant.name)
    return len(late)


def _looking_after(posting: Appointment, on: date) -> set[int]:
    """Users of the captain and of the town's attendance officer, or its deputy secretary where there is none."""
    directory = Directory(posting, on)
    captain = (Post.CAPTAIN.value, posting.body_id)
    if not directory.knows("town:attendance_officer"):
        return users_at([captain], on)
    return users_at([captain, steps.register_keeper(directory).pair], on)


def _users_of(requests: list[LeaveRequest]) -> dict[int, set[int]]:
    """Active logins of the applicants: person id → user ids."""
    people = {request.applicant_id for request in requests}
    rows = User.objects.filter(person__in=people, is_active=True)
    return {person: {user} for person, user in rows.values_list("person", "pk")}


def _tell(request: LeaveRequest, users: set[int], words: str, key: str, *, of: str = "您") -> None:
    notices.tell(
        users=users,
        title=f"{of}的{request.kind_label} {request.days} 天{words}",
        url=request.get_absolute_url(),
        key=f"{KIND}:{request.pk}:{key}:{request.until}",
        subject_kind=KIND,
        subject_id=request.pk,
    )

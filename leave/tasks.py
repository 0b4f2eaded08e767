"""Jobs of leave and trips: words before and on the day they end, when nobody confirmed the return, when nobody decided.

Each may run twice or not at all for days: everybody hears of a thing once, and of what lasts, the latest.
"""

from __future__ import annotations

from collections.abc import Iterable

from core import clock, notices
from core.calendar import statutory_calendar
from core.jobs import job
from core.months import day_words
from core.notices import Word
from leave import waiting
from leave.clauses import RETURNED
from leave.links import first_day_missed
from leave.models import LeaveRequest, OfficialTrip
from policy.carries import carries
from rules.settings import InForce
from teams.holders import Holders, Pair
from teams.models import Appointment, User
from teams.parties import Directory
from teams.words import REGISTER_POSTS, Post

KIND = "leave"
NOTICE_DAYS = "leave.return_notice_days"


@job("leave.remind_return")
@carries(*RETURNED)
def remind_return() -> int:
    """Tell each person some days before his leave ends, and on its last day, that 销假 is next.

    How many days before is the county's to say. Returns how many leaves that is; a second run says nothing new. A
    last day that was missed is left to :func:`remind_overdue`.
    """
    today = clock.today()
    settings = InForce()
    running = LeaveRequest.objects.filter(
        state=LeaveRequest.State.APPROVED, extends__isnull=True, start__lte=today, until__gte=today
    )
    found = list(running.select_related("applicant", "posting__body__region").order_by("pk"))
    users = _users_of(row.applicant_id for row in found)
    said = []
    for request in found:
        left = (request.until - today).days
        own = users.get(request.applicant_id, set())
        if left == 0:
            said.append(_word(request, own, "今天到期，返岗后办销假", "ends"))
        elif left <= settings.at(request.posting.body.region.path, NOTICE_DAYS):
            when = "明天到期" if left == 1 else f"还有 {left} 天到期"
            said.append(_word(request, own, f"{when}，返岗后办销假", "ending"))
    notices.tell_all(said)
    return len(said)


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
    rows = ended.select_related("applicant", "posting__body__region", "posting__unit").order_by("pk")
    found = [request for request in rows if first_day_missed(request, calendar) < today]
    users = _users_of(row.applicant_id for row in found)
    lookers = _looking_after(row.posting for row in found)
    said = []
    for request in found:
        own, others = users.get(request.applicant_id, set()), lookers[request.posting.body_id]
        name = request.applicant.name
        said += [
            _word(request, own, "已到期，还没有销假", "overdue"),
            _word(request, others - own, "已到期，还没有销假", "overdue", of=name),
        ]
    notices.tell_all(said)
    return len(found)


@job("leave.remind_paper")
def remind_paper() -> int:
    """Tell who is away by voice alone on the day the paper is due; after that day also his captain and the town.

    Each is told once, whenever the job runs. Returns how many papers are late.
    """
    today = clock.today()
    due = LeaveRequest.objects.filter(state=LeaveRequest.State.VOICE, paper_due__lte=today)
    found = list(due.select_related("applicant", "posting__body__region", "posting__unit").order_by("pk"))
    users = _users_of(row.applicant_id for row in found)
    late = [request for request in found if request.paper_due is not None and request.paper_due < today]
    lookers = _looking_after(row.posting for row in late)
    said = []
    for request in found:
        own = users.get(request.applicant_id, set())
        if request not in late:
            said.append(_word(request, own, "今天要补办书面手续", "paper"))
            continue
        others, name = lookers[request.posting.body_id] - own, request.applicant.name
        said += [
            _word(request, own, "已过补办期限，还没有书面手续", "paper_late"),
            _word(request, others, "已过补办期限，还没有书面手续", "paper_late", of=name),
        ]
    notices.tell_all(said)
    return len(late)


@job("leave.remind_deciders")
def remind_deciders() -> int:
    """Remind whom a request has waited for, and tell the next ones and the applicant, as each county has set it.

    Counts working days, so nothing happens on a rest day. Returns how many messages that would be; a second run
    says nothing new.
    """
    if not statutory_calendar().is_workday(clock.today()):
        return 0
    said = waiting.words()
    notices.tell_all(said)
    return len(said)


@job("leave.remind_trips")
def remind_trips() -> int:
    """Tell each traveller on the last day of his trip, or as soon after as this runs, that 返岗 is to be registered.

    Once for each trip. Returns how many trips that is.
    """
    today = clock.today()
    ended = OfficialTrip.objects.filter(state__in=OfficialTrip.RUNNING, end__lte=today)
    found = list(ended.order_by("pk"))
    users = _users_of(row.traveller_id for row in found)
    said = []
    for trip in found:
        when = "今天结束" if trip.end == today else f"到 {day_words(trip.end)}已结束"
        said.append(
            Word(
                users=users.get(trip.traveller_id, set()),
                title=f"您的因公外出{when}，返岗后登记返岗",
                url=trip.get_absolute_url(),
                key=f"trip:{trip.pk}:ended:{trip.end}",
                subject_kind="trip",
                subject_id=trip.pk,
            )
        )
    notices.tell_all(said)
    return len(found)


def _looking_after(postings: Iterable[Appointment]) -> dict[int, set[int]]:
    """Team → users of its captain and of the town's attendance officer, or its deputy secretary where there is none."""
    today = clock.today()
    keeping: dict[int, list[Pair]] = {}
    for body, directory in Directory.for_many(postings, today).items():
        known = directory.knows("town:attendance_officer")
        office = directory.place("town:attendance_officer").body.pk if known else None
        keeping[body] = [(post.value, office) for post in REGISTER_POSTS] if office is not None else []
    captains = [(Post.CAPTAIN.value, body) for body in keeping]
    pairs = {pair for some in keeping.values() for pair in some}
    holders = Holders(pairs.union(captains), today, clock.half_now())
    found = {}
    for body, some in keeping.items():
        keeper = next((pair for pair in some if holders.own(pair)), None)
        found[body] = holders.users([(Post.CAPTAIN.value, body), *([keeper] if keeper else some[:1])])
    return found


def _users_of(people: Iterable[int]) -> dict[int, set[int]]:
    """Active logins: person id → user ids."""
    rows = User.objects.filter(person__in=set(people), is_active=True)
    return {person: {user} for person, user in rows.values_list("person", "pk")}


def _word(request: LeaveRequest, users: set[int], words: str, key: str, *, of: str = "您") -> Word:
    return Word(
        users=users,
        title=f"{of}的{request.kind_and_days}{words}",
        url=request.get_absolute_url(),
        key=f"{KIND}:{request.pk}:{key}:{request.until}",
        subject_kind=KIND,
        subject_id=request.pk,
    )

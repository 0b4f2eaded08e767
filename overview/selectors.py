"""What a home shows. Each part is a fixed number of queries, however many people or papers there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from approvals.chores import Chore, chores_of, urgency
from approvals.models import Filing, Seat
from approvals.selectors import Task, summaries, told_to, waiting_for
from attendance.selectors import MonthSoFar, month_so_far
from attendance.sign_in_card import Card, card_of
from core import clock
from core.calendar import statutory_calendar
from core.models import Notice
from core.months import day_words
from core.templatetags.zhubang import cn_span
from leave import selectors as leave_selectors
from leave.models import LeaveRequest, OfficialTrip, Phase
from teams import selectors as presence
from teams.models import User
from teams.scope import Scope, scope_of
from teams.selectors import Posted
from teams.words import AwayKind

S = LeaveRequest.State
#: Rows of one part of a home; the rest is behind 查看全部.
FEW = 5
#: What a member is told to do about his own request.
HINTS = {
    Phase.OVERDUE: "假期已过，办销假",
    Phase.UNDER_WAY: "返岗后办销假",
    Phase.RETURNED: "改好再提交",
    Phase.VOICE: "补办书面手续",
    Phase.PAPER_LATE: "已过期限，补办书面手续",
    Phase.DRAFT: "还没有提交",
}


@dataclass(frozen=True)
class Part:
    """Some rows of ``components/todo_row.html``, and whether there are more than are shown."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)

    def __bool__(self) -> bool:
        return self.total > 0


@dataclass(frozen=True)
class Absent:
    """Somebody who is not on post today, by name and post, with the cause where the viewer may read it."""

    posting: Posted
    what: str
    url: str

    @property
    def post(self) -> str:
        """``驻洪阳镇工作队 队员``."""
        return f"{self.posting.row.body} {self.posting.post}"


@dataclass(frozen=True)
class OnPost:
    """今天在岗 n/m, with those absent by name: for a team, a town or a unit. ``rest``: nobody need be there today."""

    total: int
    absent: list[Absent]
    rest: bool

    @property
    def on_post(self) -> int:
        """On post at this moment: who is away in the other half of the day is there now."""
        return self.total - sum(1 for each in self.absent if each.posting.away.now)


@dataclass(frozen=True)
class Home:
    """Everything on one person's home: the union of what his posts open."""

    tasks: Part
    to_assign: Part
    own: Part
    running: Part
    told: Part
    overdue: Part
    notices: list[Notice]
    on_post: OnPost | None
    month: MonthSoFar | None
    today: Card | None
    may_ask: bool

    @property
    def nothing_to_do(self) -> bool:
        return not (self.tasks or self.to_assign or self.own or self.told)


def home_of(user: User) -> Home:
    """The home of a person, whatever his posts."""
    scope = scope_of(user)
    tasks = waiting_for(user) if scope.has_todo else []
    by_hand = [task for task in tasks if task.authority.seat.voice == Seat.Voice.ASSIGN]
    decide = [task for task in tasks if task.authority.seat.voice != Seat.Voice.ASSIGN]
    own, running = _own(scope)
    # A county finds leave that is overdue on its board, among what wants doing.
    named = scope.answers_for_others and not presence.wide_paths(scope)
    return Home(
        # A member has no list of what waits, but may have a statement to write.
        tasks=_tasks([*decide, *(chores_of(user) if scope.appointments else [])]),
        to_assign=_tasks(by_hand),
        own=own,
        running=running,
        told=_told(user) if scope.answers_for_others else Part(),
        overdue=_overdue(user, scope) if named else Part(),
        notices=_notices(user),
        on_post=on_post_of(user, scope),
        month=month_so_far(user),
        today=card_of(user),
        may_ask=scope.posting is not None,
    )


def _task_row(task: Task | Chore) -> dict[str, Any]:
    note = task.note if isinstance(task, Chore) else ""
    return {
        **_row(task.summary),
        "due": task.due,
        "status_kind": "now",
        "status_label": task.label,
        "note": note,
    }


def _row(summary: dict[str, Any]) -> dict[str, Any]:
    span = summary.get("span")
    return {
        "url": summary.get("url", ""),
        "name": summary.get("person", ""),
        "post": summary.get("post", ""),
        "type": summary.get("what", ""),
        "span": cn_span(span.start, span.start_half, span.end, span.end_half) if span else "",
    }


def _tasks(tasks: Iterable[Task | Chore]) -> Part:
    rows = sorted(tasks, key=urgency)
    return Part([_task_row(task) for task in rows[:FEW]], len(rows))


def _leave_row(row: LeaveRequest, *, whose: bool, note: str = "") -> dict[str, Any]:
    """One request; its person where it is somebody else's, its number where it is one's own."""
    kind, label = leave_selectors.tag(row.phase)
    span = cn_span(row.start, row.start_half, row.until, row.until_half)
    if whose:
        name, post, what = row.applicant.name, f"{row.posting.body} {row.posting.post_name}", row.kind_label
    else:
        name, post, what = row.kind_label, f"编号 {row.number}" if row.number else "", ""
    return {
        "url": row.get_absolute_url(),
        "name": name,
        "post": post,
        "type": what,
        "days": row.days,
        "span": span,
        "status_kind": kind,
        "status_label": label,
        "note": note,
    }


def _own(scope: Scope) -> tuple[Part, Part]:
    """(what the person himself must do about his leave, what is on its way)."""
    if scope.person_id is None:
        return Part(), Part()
    todo = leave_selectors.needing_me(scope.person_id, clock.today())
    going_on = (
        LeaveRequest.objects.for_lists()
        .whole()
        .filter(applicant=scope.person_id, state__in=[S.PENDING, S.APPROVED])
        .exclude(pk__in=[row.pk for row in todo])
        .order_by("start", "pk")
    )
    own = [_leave_row(row, whose=False, note=HINTS.get(Phase(row.phase), "")) for row in todo]
    running = [_leave_row(row, whose=False) for row in going_on]
    return Part(own[:FEW], len(own)), Part(running[:FEW], len(running))


def _notices(user: User) -> list[Notice]:
    """The newest unread messages; those that only announce what stands under 待办 anyway are left out."""
    unread = Notice.objects.filter(recipient=user, read_at=None)
    return list(unread.exclude(key__contains=":step:")[:FEW])


def _told(user: User) -> Part:
    """备案 that a clause asks for and nobody of the body has read yet; courtesy copies stay in 待办."""
    unread = told_to(user).filter(seen_at=None, kind=Filing.Kind.FILING)
    total = unread.count()
    filings = list(unread.order_by("-pk")[:FEW]) if total else []
    words = summaries({(row.subject_kind, row.subject_id) for row in filings})
    rows = [
        {
            **_row(words.get((filing.subject_kind, filing.subject_id), {})),
            "status_kind": "later",
            "status_label": "未阅",
        }
        for filing in filings
    ]
    return Part(rows, total)


def _overdue(user: User, scope: Scope) -> Part:
    """待核: leave that has ended without 销假, among those the user looks after; never by itself an absence."""
    rows = (
        LeaveRequest.objects.visible_to(user)
        .for_lists()
        .overdue(clock.today())
        .exclude(applicant=scope.person_id)
        .order_by("posting__body__region__path", F("until").asc(), "pk")
    )
    total = rows.count()
    return Part([_leave_row(row, whose=True) for row in rows[:FEW]] if total else [], total)


def on_post_of(user: User, scope: Scope) -> OnPost | None:
    """Those of one's towns, teams and units by name; None for who looks after none of these."""
    narrow = set(scope.paths) - set(presence.wide_paths(scope))
    if not (narrow or scope.team_ids or scope.unit_ids):
        return None
    total, postings = presence.absent_today(presence.looked_after_by_name(scope))
    rest = not statutory_calendar().is_workday(clock.today())
    return OnPost(total, _with_causes(user, postings), rest)


@dataclass(frozen=True)
class Numbers:
    """People posted in the counties somebody sees, and on post at this moment."""

    total: int
    on_post: int


def numbers_of(scope: Scope) -> Numbers | None:
    """For a county or more, of which one sees numbers; None for who looks after none. Two queries."""
    if not presence.wide_paths(scope):
        return None
    total, away = presence.posted_now(presence.looked_after_by_number(scope))
    return Numbers(total, total - away)


def _with_causes(user: User, postings: Iterable[Posted]) -> list[Absent]:
    """Who is away with what, as far as the viewer may see the leave behind it; one query for all."""
    postings = list(postings)
    sources = {each.away.source_id for each in postings if each.away.kind == AwayKind.LEAVE}
    causes: dict[int, Any] = LeaveRequest.objects.visible_to(user).in_bulk(sources) if sources else {}
    sources = {each.away.source_id for each in postings if each.away.kind == AwayKind.TRIP}
    trips: dict[int, Any] = OfficialTrip.objects.visible_to(user).in_bulk(sources) if sources else {}
    found = []
    for each in postings:
        label = AwayKind(each.away.kind).label
        on_trip = each.away.kind == AwayKind.TRIP
        cause = (trips if on_trip else causes).get(each.away.source_id)
        if cause is None:
            found.append(Absent(each, f"{each.away.words}{label}", each.row.person.get_absolute_url()))
            continue
        end = cause.end if on_trip else cause.until
        last = "今天" if end == clock.today() else day_words(end)
        half = each.away.words if len(each.away.halves) == 1 else ""
        found.append(
            Absent(
                each, f"{half}{label if on_trip else cause.type_label}，到{last}", cause.get_absolute_url()
            )
        )
    return found

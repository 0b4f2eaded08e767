"""The digest: what waits, what is due, what is new and who is away, once a day, by titles alone. And the same as a number for a group."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from approvals.chores import Chore
from approvals.models import Deadline, Seat, SignOff
from approvals.selectors import Task, due_soon, summaries, todo_of
from core import clock
from core.models import Delivery, Notice, OutboxMessage
from core.months import day_words
from core.outbox import kinds, queue
from core.outbox.kinds import Kind, Letter, Line, NotNow, Parcel, ToAddress
from core.outbox.letters import GONE, reader
from core.outbox.night import EVENING, MORNING
from core.templatetags.zhubang import cn_datetime
from leave.models import LeaveRequest, Phase
from leave.selectors import needing_me
from overview.selectors import HINTS, numbers_of, on_post_of
from teams import robots
from teams.models import Robot, User
from teams.scope import Scope, scope_of

DIGEST, GROUP = "digest", "group"
#: Titles of one part; the rest is a number.
MOST = 10
CHUNK = 500
#: What a clock wants done, where its subject's own words do not say it.
DUE_WORDS = {"leave.return": "办销假", "leave.paper": "补办书面手续"}
Channel = OutboxMessage.Channel


def plan(moment: datetime) -> int:
    """Write today's digests whose hour has come; returns how many people and groups that concerns.

    One a day and person, whoever runs this and however often. Days on which nothing ran are not made up for: a
    digest says how things stand, so the next one says it. One still unsent gives way to today's.
    """
    today = moment.date()
    count = 0
    for hour in range(MORNING, min(moment.hour, EVENING - 1) + 1):
        due = clock.at(today, hour)
        users = list(_people(due))
        for start in range(0, len(users), CHUNK):
            some = users[start : start + CHUNK]
            queue.put(
                kind=DIGEST,
                channel=Channel.EMAIL,
                keys={user: f"{DIGEST}:{user}:{today}" for user in some},
                reference=str(today),
                due_at=due,
            )
            queue.replace_older(DIGEST, some, clock.at(today, 0), "已由后一天的汇总代替")
        groups = list(_groups(due))
        for robot in groups:
            queue.put(
                kind=GROUP,
                channel=Channel.ROBOT,
                keys={None: f"{GROUP}:{robot}:{today}"},
                reference=str(robot),
                due_at=due,
            )
        count += len(users) + len(groups)
    return count


def _people(due: datetime):
    """Who chose this hour before it came and has no digest of the day yet."""
    written = OutboxMessage.objects.filter(recipient=OuterRef("user"), kind=DIGEST, reference=str(due.date()))
    wanted = Delivery.objects.filter(
        ~Exists(written), digest=True, hour=due.hour, chosen_at__lt=due, user__is_active=True
    )
    return wanted.order_by("user").values_list("user", flat=True)


def _groups(due: datetime):
    robots_then = Robot.objects.filter(hour=due.hour, ended_at=None, added_at__lt=due).order_by("pk")
    ids = list(robots_then.values_list("pk", flat=True))
    keys = {f"{GROUP}:{pk}:{due.date()}": pk for pk in ids}
    written = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    return [pk for key, pk in keys.items() if key not in written]


def _digest(message: OutboxMessage) -> Parcel | NotNow:
    delivery = reader(message)
    if delivery is None or not delivery.digest:
        return GONE
    user, scope = delivery.user, scope_of(delivery.user)
    tasks = todo_of(user)
    fresh = _fresh(message)
    own = _own(scope)
    said = {pair for task in tasks if isinstance(task, Chore) for pair in task.about}
    soon = _soon(user, said | {("leave", row.pk) for row in own})
    absent, away = _away_lines(user, scope)
    counts = [
        f"{words} {number} {unit}"
        for words, number, unit in (
            ("待办", len(tasks), "件"),
            ("您自己的", len(own), "件"),
            ("快到期", len(soon), "件"),
            ("新消息", len(fresh), "条"),
            ("不在岗", absent, "人"),
        )
        if number
    ]
    if not counts:
        return NotNow("没有新消息、待办和快到期的事，也没有人不在岗")
    lines = [*_task_lines(tasks), *_own_lines(own), *_soon_lines(soon), *_notice_lines(fresh), *away]
    day = _day(message.reference)
    subject = f"{settings.SITE_NAME} {day_words(day)}：{'，'.join(counts)}"
    return Parcel(ToAddress(delivery.email), Letter(subject, tuple(lines)))


def _own(scope: Scope) -> list[LeaveRequest]:
    """What the person himself has to mend or to report about his leave; a draft is his to leave lying."""
    if scope.person_id is None:
        return []
    rows = needing_me(scope.person_id, clock.today())
    return [row for row in rows if row.phase not in (Phase.DRAFT, Phase.UNDER_WAY)]


def _own_lines(rows: list[LeaveRequest]) -> list[Line]:
    if not rows:
        return []
    said = [
        Line(f"· {row.kind_and_days}：{HINTS[Phase(row.phase)]}", row.get_absolute_url())
        for row in rows[:MOST]
    ]
    return [Line(f"您自己的 {len(rows)} 件："), *said, *_rest(rows, reverse("leave:mine")), Line("")]


def _soon(user: User, known: set[tuple[str, int]]) -> list[Deadline]:
    """Clocks that run out by tomorrow night, or have; what stands above already is not said again."""
    tomorrow = clock.at(clock.today() + timedelta(days=2), 0)
    return [row for row in due_soon(user, tomorrow) if (row.subject_kind, row.subject_id) not in known]


def _soon_lines(rows: list[Deadline]) -> list[Line]:
    if not rows:
        return []
    words = summaries({(row.subject_kind, row.subject_id) for row in rows[:MOST]})
    lines = []
    for row in rows[:MOST]:
        said = words.get((row.subject_kind, row.subject_id), {})
        title = " ".join(filter(None, (said.get("person"), said.get("what"))))
        what = f"：{DUE_WORDS[row.kind]}" if row.kind in DUE_WORDS else ""
        lines.append(Line(f"· {title}{what}（{cn_datetime(row.due)} 前）", said.get("url", "")))
    more = [Line(f"还有 {len(rows) - MOST} 件")] if len(rows) > MOST else []
    return [Line(f"快到期的 {len(rows)} 件："), *lines, *more, Line("")]


def _away_lines(user: User, scope: Scope) -> tuple[int, list[Line]]:
    """(how many are away today, who), for who answers for people: by name in a team, a town or a unit, else a number."""
    if not scope.answers_for_others:
        return 0, []
    lines, absent = [], 0
    near, board = on_post_of(user, scope), numbers_of(scope)
    if near is not None and near.absent:
        absent = len(near.absent)
        names = "、".join(each.posting.row.person.name for each in near.absent[:MOST])
        more = f" 等 {absent} 人" if absent > MOST else ""
        lines.append(
            Line(f"今天不在岗 {absent} 人（共 {near.total} 人）：{names}{more}", reverse("leave:away"))
        )
    if board is not None and board.total > board.on_post:
        gone = board.total - board.on_post
        absent += gone
        lines.append(Line(f"全部 {board.total} 人，现在不在岗 {gone} 人", reverse("leave:away")))
    return absent, lines


def _day(reference: str) -> date:
    return date.fromisoformat(reference)


def _fresh(message: OutboxMessage) -> list[Notice]:
    """Unread messages since the last digest that went out; those that announce a 待办 stand there already."""
    unread = Notice.objects.filter(recipient=message.recipient_id, read_at=None).exclude(
        key__contains=":step:"
    )
    sent = OutboxMessage.objects.filter(
        recipient=message.recipient_id, kind=DIGEST, state=OutboxMessage.State.SENT
    )
    last = sent.order_by("-settled_at").values_list("settled_at", flat=True).first()
    return list(unread.filter(created_at__gt=last) if last else unread)


def _task_lines(tasks: list[Task | Chore]) -> list[Line]:
    if not tasks:
        return []
    lines = [Line(f"要您办的 {len(tasks)} 件：")]
    for task in tasks[:MOST]:
        summary = task.summary
        due = f"（{cn_datetime(task.due)} 前）" if task.due else ""
        title = " ".join(filter(None, (summary.get("person"), summary.get("what"))))
        lines.append(Line(f"· {title}{due}", summary.get("url", "")))
    return [*lines, *_rest(tasks, reverse("approvals:todo")), Line("")]


def _notice_lines(notices: list[Notice]) -> list[Line]:
    if not notices:
        return []
    shown = [Line(f"· {notice.title}", notice.url) for notice in notices[:MOST]]
    return [Line(f"新消息 {len(notices)} 条："), *shown, *_rest(notices, reverse("core:notices"))]


def _rest(items: list, url: str) -> list[Line]:
    return [Line(f"还有 {len(items) - MOST} 件，在这里看：", url)] if len(items) > MOST else []


def _group(message: OutboxMessage) -> Parcel | NotNow:
    """Numbers only: in a group sit people who may not know who asks for what."""
    robot = robots.robot_of(message)
    if robot is None:
        return NotNow("机器人已停用")
    waiting = (
        Seat.objects.filter(
            body=robot.body,
            sign_off__state=SignOff.State.OPEN,
            step=F("sign_off__step"),
            signature__isnull=True,
        )
        .values("sign_off")
        .distinct()
        .count()
    )
    if not waiting:
        return NotNow("没有待办")
    line = Line(f"{robot.body}有 {waiting} 件待办，到系统里办：", reverse("approvals:todo"))
    return Parcel(robots.to(robot), Letter(settings.SITE_NAME, (line,), personal=False))


kinds.register(Kind(code=DIGEST, name="每天一次汇总", render=_digest))
kinds.register(Kind(code=GROUP, name="群机器人", render=_group))

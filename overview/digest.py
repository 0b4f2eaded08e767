"""The digest: what is new and what waits, once a day, by titles alone. And the same as a number for a group."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from approvals.models import Seat, SignOff
from approvals.selectors import Task, waiting_for
from core import clock
from core.models import Delivery, Notice, OutboxMessage
from core.outbox import kinds, queue
from core.outbox.kinds import Kind, Letter, Line, NotNow, Parcel, ToAddress
from core.outbox.letters import GONE, reader
from core.outbox.night import EVENING, MORNING
from core.templatetags.zhubang import cn_datetime
from teams import robots
from teams.models import Robot

DIGEST, GROUP = "digest", "group"
#: Titles of one part; the rest is a number.
MOST = 10
CHUNK = 500
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
    tasks = waiting_for(delivery.user)
    fresh = _fresh(message)
    if not tasks and not fresh:
        return NotNow("没有新消息，也没有待办")
    lines = [*_task_lines(tasks), *_notice_lines(fresh)]
    counts = [f"待办 {len(tasks)} 件"] * bool(tasks) + [f"新消息 {len(fresh)} 条"] * bool(fresh)
    day = _day(message.reference)
    subject = f"{settings.SITE_NAME} {day.month}月{day.day}日：{'，'.join(counts)}"
    return Parcel(ToAddress(delivery.email), Letter(subject, tuple(lines)))


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


def _task_lines(tasks: list[Task]) -> list[Line]:
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

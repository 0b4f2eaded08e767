"""群机器人: who may put one into which group, and what it may be made to do. It only ever speaks of numbers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from core import audit, clock
from core.crypto import fingerprints
from core.errors import Conflict, NotYours, Refused
from core.outbox import kinds, queue
from core.outbox.kinds import Kind, Letter, Line, NotNow, Parcel, ToRobot
from core.outbox.models import OutboxMessage
from core.outbox.robots import PROVIDERS, token_of
from core.outbox.services import HOURS
from core.verbs import verb
from teams.models import Body, Robot, User
from teams.models.dated import in_force
from teams.scope import Scope, scope_of
from teams.words import BodyKind, Duty, Function, Level

#: Offices that look after a county's teams, and so may bring robots into its groups.
MANAGING = frozenset({Function.STATIONING_OFFICE, Function.RURAL_REVITALIZATION, Function.AGRICULTURE})
TRIAL = "robot_trial"
MOST_GROUP = 40


def may_keep(scope: Scope) -> bool:
    """System administrators, and the staff of a county's managing office."""
    return scope.duty == Duty.SYSTEM or bool(_managed(scope))


def _managed(scope: Scope) -> tuple[str, ...]:
    """Paths of the counties (or more) whose managing office the user serves in."""
    if not scope.holds_function(MANAGING):
        return ()
    return tuple(
        row.body.region.path
        for row in scope.appointments
        if row.body.kind == BodyKind.OFFICE
        and row.body.region.path in scope.paths
        and row.body.region.level in (Level.COUNTY, Level.CITY, Level.PROVINCE)
    )


def _places(user: Any, column: str) -> Q:
    scope = scope_of(user)
    if scope.duty == Duty.SYSTEM:
        return scope.administered_q(column)
    return Scope(person_id=None, paths=_managed(scope)).places_q(column)


def kept_by(user: Any) -> QuerySet[Robot]:
    """The robots in use where the user may keep them."""
    rows = Robot.objects.filter(_places(user, "body__region__path"), ended_at=None)
    return rows.select_related("body__region", "added_by")


def bodies_for(user: Any) -> QuerySet[Body]:
    """The offices and teams into whose groups the user may put a robot."""
    rows = Body.objects.filter(
        _places(user, "region__path"), in_force(clock.today()), kind__in=[BodyKind.OFFICE, BodyKind.TEAM]
    )
    return rows.select_related("region").order_by("region__path", "kind", "pk")


@verb("robot.add")
def add(
    *, acting_user: User, body_id: int, provider: str, group: str, webhook: str, hour: int, secret: str = ""
) -> Robot:
    """Put a robot into the group of an office or team. Of the webhook only the token is kept, encrypted."""
    body = bodies_for(acting_user).filter(pk=body_id).first()
    if body is None:
        raise Refused("body", "选一个由您管理的部门或工作队", field="body")
    if not settings.SITE_URL:
        raise Refused("no_site", "还没有设置系统的网址（SITE_URL），消息里的链接无处可去")
    if provider not in PROVIDERS:
        raise Refused("provider", "从企业微信、钉钉、飞书里选一个", field="provider")
    group, secret = group.strip(), secret.strip()
    if not group or len(group) > MOST_GROUP or not group.isprintable():
        raise Refused("group", f"填写群名称，最多 {MOST_GROUP} 字", field="group")
    if hour not in HOURS:
        raise Refused("hour", "发送时间在 7 点到 20 点之间选", field="hour")
    if secret and (
        not PROVIDERS[provider].signs or len(secret) > 128 or not secret.isascii() or not secret.isprintable()
    ):
        raise Refused("secret", "加签密钥从钉钉、飞书的机器人设置里复制，企业微信不用填", field="secret")
    token = token_of(webhook, provider)
    marks = fingerprints(f"{provider}:{token}")
    if Robot.objects.filter(token_hash__in=marks, ended_at=None).exists():
        raise Conflict("robot_known", "这个机器人已经添加过", field="webhook")
    robot = Robot.objects.create(
        body=body,
        provider=provider,
        group=group,
        token=token,
        token_hash=marks[0],
        secret=secret,
        hour=hour,
        added_at=clock.now(),
        added_by=acting_user,
    )
    audit.record(
        action="robot.add",
        actor=acting_user,
        subject_kind="robot",
        subject_id=robot.pk,
        after={"body": body.pk, "provider": provider, "group": group, "hour": hour},
    )
    return robot


@verb("robot.try")
def send_trial(*, acting_user: User, robot_id: int) -> None:
    """Let the robot say one sentence, to see that it is in the right group; once a minute at most."""
    robot = _mine(acting_user, robot_id)
    minute = clock.now().replace(second=0, microsecond=0)
    queue.put(
        kind=TRIAL,
        channel=OutboxMessage.Channel.ROBOT,
        keys={None: f"{TRIAL}:{robot.pk}:{minute.isoformat()}"},
        reference=str(robot.pk),
    )
    audit.record(action="robot.try", actor=acting_user, subject_kind="robot", subject_id=robot.pk)


@verb("robot.end")
def end(*, acting_user: User, robot_id: int) -> None:
    """Take the robot out of use; its token is forgotten."""
    robot = _mine(acting_user, robot_id)
    robot.ended_at, robot.token, robot.secret = clock.now(), "", ""
    robot.save(update_fields=["ended_at", "token", "secret"])
    audit.record(action="robot.end", actor=acting_user, subject_kind="robot", subject_id=robot.pk)


def _mine(user: User, robot_id: int) -> Robot:
    robot = Robot.objects.select_for_update().filter(pk=robot_id).first()
    if robot is None or not kept_by(user).filter(pk=robot_id).exists():
        raise NotYours("robot", "没有这个机器人")
    return robot


def robot_of(message: OutboxMessage) -> Robot | None:
    """The robot a message goes to, while it is in use."""
    found = Robot.objects.select_related("body__region").filter(pk=int(message.reference))
    return found.filter(ended_at=None).first()


def to(robot: Robot) -> ToRobot:
    return ToRobot(robot.provider, robot.token, robot.secret)


def _trial(message: OutboxMessage) -> Parcel | NotNow:
    robot = robot_of(message)
    if robot is None:
        return NotNow("机器人已停用")
    line = Line(
        f"机器人已接到“{robot.group}”。每天 {robot.hour} 点说一次{robot.body}有几件待办，没有就不说。"
    )
    return Parcel(to(robot), Letter(settings.SITE_NAME, (line,), personal=False))


kinds.register(Kind(code=TRIAL, name="机器人试发", render=_trial, quiet_at_night=False))

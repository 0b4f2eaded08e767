"""What tests of the outbox share: a person who chose mail, a robot, messages in each state."""

from __future__ import annotations

from typing import Any

from core import clock
from core.models import Delivery, OutboxMessage
from core.outbox import services
from teams import robots
from teams.models import Robot
from tests.cast import World

S = OutboxMessage.State


def choose_mail(
    world: World, who: str, *, digest: bool = True, hour: int = 8, instant: bool = False, address: str = ""
) -> Delivery:
    """The person verifies an address and chooses, through the verbs."""
    user = world.user(who)
    services.ask_code(acting_user=user, email=address or f"{who}@example.cn")
    services.confirm_code(acting_user=user, code=Delivery.objects.get(user=user).code)
    OutboxMessage.objects.filter(recipient=user, kind="code").delete()
    return services.choose(acting_user=user, digest=digest, hour=hour, instant=instant)


def add_robot(world: World, keeper: str, body: str, *, provider: str = "wecom", **changes: Any) -> Robot:
    """A robot in a body's group."""
    webhooks = {
        "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
        "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec566cc69da782ec",
        "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/c2b1a0d4-1111-2222-3333-444455556666",
    }
    wish = {"group": "工作群", "hour": 8, "webhook": webhooks[provider], "provider": provider}
    return robots.add(acting_user=world.user(keeper), body_id=world.bodies[body].pk, **{**wish, **changes})


def unsent(user: Any, **changes: Any) -> OutboxMessage:
    """A message that was tried as often as messages are, and failed."""
    moment = clock.now()
    fields = {
        "channel": OutboxMessage.Channel.EMAIL,
        "kind": "digest",
        "recipient": user,
        "reference": str(moment.date()),
        "key": f"unsent:{user}:{OutboxMessage.objects.count()}",
        "created_at": moment,
        "due_at": moment,
        "state": S.FAILED,
        "attempts": 6,
        "settled_at": moment,
        "last_error": "邮件服务器连不上",
    }
    return OutboxMessage.objects.create(**{**fields, **changes})

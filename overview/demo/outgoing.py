"""What the demo shows of letters, group robots and 意见反馈: who chose them, one that went out, one that did not.

Outside production letters and robots' sentences become files in the data directory, so nothing leaves the machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from core import clock, feedback
from core.models import Delivery, OutboxMessage
from core.outbox import services
from overview.digest import DIGEST
from teams import robots
from teams.models import Body, User

#: They chose mail three days before the demo's today.
CHOSEN_BEFORE = timedelta(days=3)
#: Who said what of which page yesterday afternoon.
SAID = (
    ("puning-member", "去向能不能记住上一次填的，常去的就两三个地方", "/leave/new/"),
    ("puning-captain", "台账打印出来备注一栏窄了一点，手写写不下", "/attendance/"),
)


def load(users: dict[str, User], bodies: dict[str, Body]) -> None:
    """Choices and a robot by the verbs; two messages of this morning and yesterday, as a worker leaves them."""
    today = clock.today()
    with clock.standing_on(clock.at(today - CHOSEN_BEFORE, 16)):
        _choose(users["puning-secretary"], instant=True)
        _choose(users["puning-deputy"], instant=False)
        robots.add(
            acting_user=users["puning-agriculture"],
            body_id=bodies["pn-agri"].pk,
            provider="wecom",
            group="普宁驻镇帮扶工作群",
            webhook="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-demo-0000-0000-000000000000",
            hour=8,
        )
    yesterday = today - timedelta(days=1)
    for hour, (who, text, page) in enumerate(SAID, start=15):
        with clock.standing_on(clock.at(yesterday, hour)):
            feedback.send(acting_user=users[who], text=text, page=page)
    due = clock.at(yesterday, 8)
    _left(users["puning-secretary"], due, OutboxMessage.State.SENT, 1, "")
    _left(users["puning-deputy"], due, OutboxMessage.State.FAILED, 1, "对方邮件服务器不收这个地址（550）")
    # The letters with the codes went out when they were asked for; no worker sends them days later.
    OutboxMessage.objects.filter(state=OutboxMessage.State.PENDING).update(
        state=OutboxMessage.State.SENT, attempts=1, settled_at=F("due_at")
    )


def _choose(user: User, *, instant: bool) -> None:
    services.ask_code(acting_user=user, email=f"{user.username}@example.cn")
    services.confirm_code(acting_user=user, code=Delivery.objects.get(user=user).code)
    services.choose(acting_user=user, digest=True, hour=8, instant=instant)


def _left(user: User, due: datetime, state: str, attempts: int, error: str) -> None:
    day = due.date()
    OutboxMessage.objects.create(
        channel=OutboxMessage.Channel.EMAIL,
        kind=DIGEST,
        recipient=user,
        reference=str(day),
        key=f"{DIGEST}:{user.pk}:{day}",
        created_at=due,
        due_at=due,
        state=state,
        attempts=attempts,
        settled_at=due + timedelta(minutes=1),
        last_error=error,
    )

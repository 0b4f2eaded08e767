"""The two kinds of letters that know nothing of the field: a verification code, and one notice sent at once."""

from __future__ import annotations

from collections.abc import Iterable

from core import clock, editions
from core.models import Notice
from core.outbox import kinds, queue
from core.outbox.kinds import Kind, Letter, Line, NotNow, Parcel, ToAddress
from core.outbox.models import Delivery, OutboxMessage
from core.outbox.services import CODE_HOLDS, EDITION

CODE, INSTANT = "code", "instant"
GONE = NotNow("收件人已停用账号或不再收信")


def reader(message: OutboxMessage) -> Delivery | None:
    """The recipient's choices, where he may and will still be written to."""
    found = Delivery.objects.select_related("user").filter(user=message.recipient_id, user__is_active=True)
    delivery = found.first()
    return delivery if delivery is not None and delivery.verified_at else None


def send_at_once(*, users: Iterable[int], key: str) -> None:
    """A letter about the notice ``key`` to those of ``users`` who chose 即时, in the caller's transaction."""
    chosen = editions.kept(EDITION, _who_chose, unset=frozenset[int])
    keys: dict[int | None, str] = {user: f"{INSTANT}:{user}:{key}" for user in sorted(chosen & set(users))}
    if keys:
        queue.put(kind=INSTANT, channel=OutboxMessage.Channel.EMAIL, keys=keys, reference=key)


def _who_chose() -> frozenset[int]:
    """The users who chose 即时. Few do, and seldom: each process keeps them until somebody chooses anew."""
    return frozenset(Delivery.objects.filter(instant=True).values_list("user", flat=True))


def _instant(message: OutboxMessage) -> Parcel | NotNow:
    delivery = reader(message)
    if delivery is None or not delivery.instant:
        return GONE
    notice = Notice.objects.filter(key=f"{message.recipient_id}:{message.reference}").first()
    if notice is None or notice.read_at is not None:
        return NotNow("收件人已在系统里看过")
    letter = Letter(subject=notice.title, lines=(Line(notice.title, notice.url),))
    return Parcel(ToAddress(delivery.email), letter)


def _code(message: OutboxMessage) -> Parcel | NotNow:
    delivery = Delivery.objects.filter(user=message.recipient_id, user__is_active=True).first()
    if delivery is None or not delivery.code or delivery.code_sent_at is None:
        return NotNow("验证码已用过或已换新")
    if delivery.code_sent_at + CODE_HOLDS < clock.now():
        return NotNow("验证码已过时")
    lines = (Line(f"验证码 {delivery.code}，{int(CODE_HOLDS.total_seconds() // 60)} 分钟内有效。"),
             Line("不是您本人在绑定邮箱的，不用理会，也不要告诉别人。"))  # fmt: skip
    return Parcel(ToAddress(delivery.new_email), Letter("邮箱验证码", lines, personal=False))


kinds.register(Kind(code=CODE, name="邮箱验证码", render=_code, quiet_at_night=False))
kinds.register(Kind(code=INSTANT, name="要办的即时发", render=_instant))

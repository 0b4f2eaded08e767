"""The verbs: one's own address and choices, and what an administrator does about a message that did not go out."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare

from core import audit, clock, editions
from core.access import allows
from core.errors import Conflict, NotYours, Refused
from core.outbox import queue
from core.outbox.models import Delivery, OutboxMessage
from core.outbox.night import EVENING, MORNING
from core.texts import written
from core.verbs import verb

#: The stamp under which each process keeps who wants letters at once.
EDITION = "letters-at-once"
HOURS = range(MORNING, EVENING)
CODE_HOLDS = timedelta(minutes=30)
#: So that nobody floods a stranger's mailbox: a minute between two codes, five in a day, five tries each.
CODE_PAUSE, CODES_A_DAY, CODE_TRIES = timedelta(minutes=1), 5, 5
MOST_EMAIL, MOST_REASON = 120, 200
S = OutboxMessage.State


@verb("delivery.email")
def ask_code(*, acting_user: Any, email: str) -> Delivery:
    """Send a code to an address the person says is his. Nothing else goes there before it came back."""
    if not settings.MAIL_ENABLED:
        raise Refused("no_mail", "本系统没有开通邮件，消息只在系统里看", field="email")
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("email", "邮箱写完整，如 name@example.cn", field="email") from None
    if len(email) > MOST_EMAIL or not email.isprintable():
        raise Refused("email_long", f"邮箱最多 {MOST_EMAIL} 个字符", field="email")
    delivery = _mine(acting_user)
    moment = clock.now()
    if delivery.verified_at and delivery.email == email:
        raise Refused("same_email", "这个邮箱已经验证过", field="email")
    if delivery.code_sent_at and moment - delivery.code_sent_at < CODE_PAUSE:
        raise Refused("code_pause", "验证码刚发过，等一分钟再要", field="email")
    day = OutboxMessage.objects.filter(
        recipient=acting_user, kind="code", created_at__gt=moment - timedelta(days=1)
    )
    if day.count() >= CODES_A_DAY:
        raise Refused("code_day", f"一天最多要 {CODES_A_DAY} 次验证码，明天再办", field="email")
    delivery.new_email, delivery.code = email, f"{secrets.randbelow(10**6):06d}"
    delivery.code_sent_at, delivery.code_tries = moment, 0
    delivery.save(update_fields=["new_email", "code", "code_sent_at", "code_tries"])
    queue.put(
        kind="code",
        channel=OutboxMessage.Channel.EMAIL,
        keys={acting_user.pk: f"code:{acting_user.pk}:{moment.isoformat()}"},
    )
    audit.record(action="delivery.email", actor=acting_user, subject_kind="delivery", subject_id=delivery.pk)
    return delivery


def confirm_code(*, acting_user: Any, code: str) -> Delivery:
    """The code came back, so the address is his. A wrong one is counted, which a refusal must not undo."""
    delivery = _try_code(acting_user=acting_user, code=code)
    if delivery.code:
        left = CODE_TRIES - delivery.code_tries
        if left <= 0:
            raise Refused("code_spent", "验证码错了太多次，重新要一个", field="code")
        raise Refused("code_wrong", f"验证码不对，还可以试 {left} 次", field="code")
    return delivery


@verb("delivery.confirm")
def _try_code(*, acting_user: Any, code: str) -> Delivery:
    """One try: the address becomes the person's, or the try is counted."""
    delivery = _mine(acting_user)
    if not delivery.code or delivery.code_sent_at is None:
        raise Refused("no_code", "没有等着验证的邮箱，先填邮箱要一个验证码", field="code")
    if delivery.code_tries >= CODE_TRIES:
        raise Refused("code_spent", "验证码错了太多次，重新要一个", field="code")
    if clock.now() > delivery.code_sent_at + CODE_HOLDS:
        raise Refused("code_late", "验证码过了 30 分钟，重新要一个", field="code")
    right = constant_time_compare(delivery.code, code.strip())
    if right:
        delivery.email, delivery.verified_at = delivery.new_email, clock.now()
        delivery.new_email = delivery.code = ""
    else:
        delivery.code_tries += 1
    delivery.save(update_fields=["email", "verified_at", "new_email", "code", "code_tries"])
    audit.record(
        action="delivery.confirm",
        actor=acting_user,
        subject_kind="delivery",
        subject_id=delivery.pk,
        after={"right": right},
    )
    return delivery


@verb("delivery.choose")
def choose(*, acting_user: Any, digest: bool, hour: int, instant: bool) -> Delivery:
    """Which messages go to one's address, and at which hour the digest does."""
    if hour not in HOURS:
        raise Refused("hour", f"汇总时间在 {MORNING} 点到 {EVENING - 1} 点之间选", field="hour")
    delivery = _mine(acting_user)
    if (digest or instant) and not delivery.verified_at:
        raise Refused("unverified", "先验证邮箱，再选往邮箱发什么")
    before = {"digest": delivery.digest, "hour": delivery.hour, "instant": delivery.instant}
    after = {"digest": digest, "hour": hour, "instant": instant}
    delivery.digest, delivery.hour, delivery.instant = digest, hour, instant
    # The first digest is the next one: hours that had passed before the choice ask for nothing.
    delivery.chosen_at = clock.now()
    delivery.save(update_fields=["digest", "hour", "instant", "chosen_at"])
    if before["instant"] != instant:
        editions.renew(EDITION)
    audit.record(
        action="delivery.choose",
        actor=acting_user,
        subject_kind="delivery",
        subject_id=delivery.pk,
        before=before,
        after=after,
    )
    return delivery


@verb("delivery.forget")
def forget(*, acting_user: Any) -> None:
    """Remove one's address, and with it everything that would go there."""
    delivery = _mine(acting_user)
    if delivery.instant:
        editions.renew(EDITION)
    delivery.email = delivery.new_email = delivery.code = ""
    delivery.verified_at = None
    delivery.digest = delivery.instant = False
    delivery.save(update_fields=["email", "new_email", "code", "verified_at", "digest", "instant"])
    audit.record(action="delivery.forget", actor=acting_user, subject_kind="delivery", subject_id=delivery.pk)


def _mine(user: Any) -> Delivery:
    """The person's own row under its lock, made where there is none yet."""
    Delivery.objects.bulk_create([Delivery(user=user)], ignore_conflicts=True)
    return Delivery.objects.select_for_update().get(user=user)


@verb("outbox.retry")
def retry(*, acting_user: Any, message_id: int) -> OutboxMessage:
    """Let a failed message be tried again from the beginning, now."""
    row = _failed(acting_user, message_id)
    before = {"attempts": row.attempts, "error": row.last_error}
    row.state, row.attempts, row.settled_at, row.due_at = S.PENDING, 0, None, clock.now()
    row.save(update_fields=["state", "attempts", "settled_at", "due_at"])
    queue.wake_after_commit()
    audit.record(
        action="outbox.retry", actor=acting_user, subject_kind="outbox", subject_id=row.pk, before=before
    )
    return row


@verb("outbox.drop")
def drop(*, acting_user: Any, message_id: int, reason: str) -> OutboxMessage:
    """Give a failed message up, with the reason why nobody misses it."""
    reason = written(reason, field="reason", most=MOST_REASON, missing="写明为什么不再发", label="理由")
    row = _failed(acting_user, message_id)
    before = {"error": row.last_error}
    row.state, row.settled_at, row.last_error = S.DROPPED, clock.now(), reason
    row.save(update_fields=["state", "settled_at", "last_error"])
    audit.record(
        action="outbox.drop",
        actor=acting_user,
        subject_kind="outbox",
        subject_id=row.pk,
        before=before,
        after={"reason": reason},
    )
    return row


def _failed(user: Any, message_id: int) -> OutboxMessage:
    """A failed message under its lock, for a system administrator."""
    if not allows("system_admin", user):
        raise NotYours("outbox", "只有系统管理员能处理外发消息")
    row = OutboxMessage.objects.select_for_update().get(pk=message_id)
    if row.state != S.FAILED:
        raise Conflict("not_failed", f"这一件现在是“{row.get_state_display()}”，不用再处理")
    return row

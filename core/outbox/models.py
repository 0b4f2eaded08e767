"""The outbox, and what each person has chosen to receive outside the system."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField


class OutboxMessage(models.Model):
    """One message that leaves the system. It names what to say, never holds it: words are made when it is sent.

    A worker claims it for some minutes (``claim``, ``claimed_until``); what a dead worker held is claimed again.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "邮件"
        ROBOT = "robot", "群机器人"

    class State(models.TextChoices):
        PENDING = "pending", "待发"
        SENDING = "sending", "正在发"
        SENT = "sent", "已发出"
        FAILED = "failed", "没有发出"
        DROPPED = "dropped", "不再发"

    channel = models.CharField("方式", max_length=8, choices=Channel.choices)
    kind = models.CharField("种类", max_length=20)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人",
        null=True,
        on_delete=models.PROTECT,
        related_name="outbox",
    )
    reference = models.CharField("所指", max_length=160, blank=True)
    key = models.CharField("防重键", max_length=200, unique=True)
    created_at = models.DateTimeField("写入时间")
    due_at = models.DateTimeField("应发时间")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    claim = models.CharField("领取号", max_length=32, blank=True)
    claimed_until = models.DateTimeField("领取到", null=True)
    settled_at = models.DateTimeField("了结时间", null=True)
    message_id = models.CharField("信件编号", max_length=120, blank=True)
    last_error = models.CharField("上次原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "外发消息"
        verbose_name_plural = "外发消息"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="outbox_due", condition=Q(state__in=["pending", "sending"])
            ),
            models.Index(fields=["recipient", "kind", "reference"], name="outbox_of_person"),
            models.Index(fields=["state", "settled_at"], name="outbox_settled"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sending", claimed_until__isnull=False)
                | (~Q(state="sending") & Q(claimed_until__isnull=True)),
                name="outbox_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "failed", "dropped"], settled_at__isnull=False)
                | Q(state__in=["pending", "sending"], settled_at__isnull=True),
                name="outbox_settled_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.kind} {self.key}"


class Delivery(models.Model):
    """消息方式 of one person: his verified address, and which messages go there. Nothing does unless he says so."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.PROTECT, related_name="delivery"
    )
    email = EncryptedTextField("邮箱", blank=True, default="")
    verified_at = models.DateTimeField("验证时间", null=True)
    digest = models.BooleanField("每天一次汇总", default=False)
    hour = models.PositiveSmallIntegerField("汇总时间", default=8)
    chosen_at = models.DateTimeField("选定时间", null=True)
    instant = models.BooleanField("要办的即时发", default=False)
    new_email = EncryptedTextField("待验证邮箱", blank=True, default="")
    code = EncryptedTextField("验证码", blank=True, default="")
    code_sent_at = models.DateTimeField("验证码时间", null=True)
    code_tries = models.PositiveSmallIntegerField("已试次数", default=0)

    class Meta:
        verbose_name = "消息方式"
        verbose_name_plural = "消息方式"
        constraints = [
            models.CheckConstraint(condition=Q(hour__gte=7, hour__lte=20), name="delivery_hour_by_day"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=False) | Q(digest=False, instant=False),
                name="delivery_only_to_a_verified_address",
            ),
        ]
        indexes = [models.Index(fields=["hour"], name="delivery_hour", condition=Q(digest=True))]

    def __str__(self) -> str:
        return f"{self.user}的消息方式"

    @property
    def masked(self) -> str:
        """The address as a page shows it: ``l***@example.cn``."""
        name, _, domain = self.email.rpartition("@")
        return f"{name[:1]}***@{domain}" if name else ""

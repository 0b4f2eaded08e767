from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.crypto import EncryptedTextField
from core.outbox.robots import PROVIDERS
from teams.models.bodies import Body


class Robot(models.Model):
    """群机器人: a robot in the chat group of an office or a team, told once a day how much waits there.

    Only the token of its webhook is kept, encrypted; nobody is shown it again.
    """

    body = models.ForeignKey(
        Body, verbose_name="部门或工作队", on_delete=models.PROTECT, related_name="robots"
    )
    provider = models.CharField(
        "软件", max_length=10, choices=[(code, each.name) for code, each in PROVIDERS.items()]
    )
    group = models.CharField("群名称", max_length=40)
    token = EncryptedTextField("口令", hashed_in="token_hash", hashed_with="provider")
    token_hash = models.CharField("口令索引", max_length=64, editable=False)
    secret = EncryptedTextField("加签密钥", blank=True, default="")
    hour = models.PositiveSmallIntegerField("发送时间", default=8)
    added_at = models.DateTimeField("添加时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="添加人", on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "群机器人"
        verbose_name_plural = "群机器人"
        ordering = ["body__region__path", "body", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["token_hash"], condition=Q(ended_at=None), name="one_robot_per_webhook"
            ),
            models.CheckConstraint(condition=Q(hour__gte=7, hour__lte=20), name="robot_hour_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.group}（{self.get_provider_display()}）"

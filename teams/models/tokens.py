from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare

from teams.models.people import User


class ApiToken(models.Model):
    """接口令牌: lets a program act in a user's name, within its scopes and never beyond the user's own rights.

    Only its hash is kept. It dies with the account, with the password it was made under, when revoked or expired.
    """

    user = models.ForeignKey(User, verbose_name="账号", on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField("用途", max_length=40)
    digest = models.CharField("令牌校验码", max_length=64, unique=True, editable=False)
    hint = models.CharField("令牌开头", max_length=12)
    scopes: models.JSONField[Any, Any] = models.JSONField("权限")
    made_under = models.CharField("登录密码校验码", max_length=128, editable=False)
    created_at = models.DateTimeField("生成时间")
    expires_at = models.DateTimeField("有效期至")
    last_used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        verbose_name_plural = "接口令牌"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_expires_after_creation"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def made_under_present_password(self) -> bool:
        """Has the password stayed what it was when the token was made? A rotated secret key changes nothing."""
        marks = [self.user.get_session_auth_hash(), *self.user.get_session_auth_fallback_hash()]
        return any(constant_time_compare(self.made_under, mark) for mark in marks)

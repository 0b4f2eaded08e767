from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """One signed-in browser. The key a browser sends stands here only as its SHA-256 (``teams.sessions``).

    What it belongs to and where it came from are columns, so that a person sees his devices and an account's
    sessions end with one statement.
    """

    #: One that was ended since must not come back.
    in_backups = False

    session_key = models.CharField("会话校验码", max_length=64, primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        on_delete=models.CASCADE,
        related_name="sessions",
    )
    agent = models.CharField("浏览器标识", max_length=255, blank=True)
    address = models.GenericIPAddressField("网络地址", null=True)
    started_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = "登录"
        verbose_name_plural = "登录"
        ordering = ["-seen_at", "session_key"]

    @classmethod
    def get_session_store_class(cls):
        from teams.sessions import SessionStore

        return SessionStore

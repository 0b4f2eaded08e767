from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """日历订阅: a secret address that a calendar program reads without signing in.

    Only the hash of its secret is kept. What it shows is computed at every request from what the account may see then;
    it ends with the account, when revoked, and when another one of the same reach takes its place.
    """

    class Reach(models.TextChoices):
        OWN = "own", "我的请假和外出"
        OTHERS = "others", "我负责的人谁不在岗"
        CLOCKS = "clocks", "我的时限"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    reach = models.CharField("内容", max_length=6, choices=Reach.choices)
    digest = models.CharField("链接校验码", max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField("生成时间")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "reach"], condition=Q(revoked_at__isnull=True), name="one_live_feed_per_reach"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=models.F("made_at")),
                name="feed_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.get_reach_display()

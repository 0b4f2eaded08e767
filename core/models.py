"""Tables that know nothing of the field: the trail, files, notices, the statutory calendar, small services."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, models

from core.backup.models import Backup as Backup
from core.crypto import EncryptedTextField
from core.outbox.models import Delivery as Delivery
from core.outbox.models import OutboxMessage as OutboxMessage


class AuditEvent(models.Model):
    """One thing that was done or refused. Append-only: triggers refuse change and removal on both databases."""

    class Outcome(models.TextChoices):
        DONE = "done", "完成"
        REFUSED = "refused", "被拒"
        FAILED = "failed", "出错"

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="操作人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    actor_name = models.CharField("操作人姓名", max_length=80)
    capacity = models.CharField("身份", max_length=120, blank=True)
    action = models.CharField("动作", max_length=80)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    subject_kind = models.CharField("对象类别", max_length=40, blank=True)
    subject_id = models.CharField("对象编号", max_length=64, blank=True)
    place = models.CharField("所在", max_length=40, blank=True, db_index=True)
    before = models.JSONField("改前", default=dict)
    after = models.JSONField("改后", default=dict)
    source = models.CharField("来源", max_length=16)
    address = models.GenericIPAddressField("网络地址", null=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"


class AuditSeal(models.Model):
    """One link of the chain over the trail: a position, the event there, and a hash that covers all links before.

    ``digest`` covers the event; ``hash`` covers position, event, digest and ``previous``. No foreign key: a link
    outlives the loss of its event, which is how the loss is found. Append-only by triggers.
    """

    position = models.BigIntegerField("位置", primary_key=True)
    event_id = models.BigIntegerField("审计记录", unique=True)
    digest = models.CharField("记录校验码", max_length=64)
    previous = models.CharField("上一环校验码", max_length=64)
    hash = models.CharField("校验码", max_length=64)
    sealed_at = models.DateTimeField("封存时间", db_index=True)

    class Meta:
        verbose_name = "审计封存"
        verbose_name_plural = "审计封存"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}:{self.hash[:16]}"


class AuditAnchor(models.Model):
    """Where the chain begins after its oldest part was purged: the last link that is gone."""

    position = models.BigIntegerField("位置", primary_key=True)
    hash = models.CharField("校验码", max_length=64)
    before = models.DateTimeField("清除早于")
    events = models.PositiveIntegerField("清除条数")
    made_at = models.DateTimeField("清除时间")

    class Meta:
        verbose_name = "审计起点"
        verbose_name_plural = "审计起点"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position}:{self.hash[:16]}"


class AuditCheck(models.Model):
    """One run over the chain, slice by slice; what it found stands once it is done."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField("开始时间")
    first = models.BigIntegerField("从位置")
    last = models.BigIntegerField("到位置")
    reached = models.BigIntegerField("已到位置")
    reached_hash = models.CharField("已到校验码", max_length=64)
    breaks = models.JSONField("断点", default=list)
    unsealed = models.PositiveIntegerField("未封存条数", default=0)
    unsealed_seconds = models.PositiveIntegerField("最早未封存秒数", default=0)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "链校验"
        verbose_name_plural = "链校验"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    @property
    def whole(self) -> bool:
        """Finished without a break."""
        return self.finished_at is not None and not self.breaks

    @property
    def percent(self) -> int:
        """How far the run has come."""
        wanted = self.last - self.first + 1
        return 100 if wanted <= 0 else min(100, (self.reached - self.first + 1) * 100 // wanted)


class Attachment(models.Model):
    """A file that belongs to a subject. Its bytes never change; the hash is part of what people sign."""

    subject_kind = models.CharField("对象类别", max_length=40)
    subject_id = models.CharField("对象编号", max_length=64)
    file = models.FileField("文件", upload_to="attachments/%Y/%m/")
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField("类型", max_length=100)
    size = models.PositiveIntegerField("字节数")
    sha256 = models.CharField("校验码", max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """A message inside the system. It links to the card; nothing is ever decided from it."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.PROTECT, related_name="notices"
    )
    subject_kind = models.CharField("对象类别", max_length=40, blank=True)
    subject_id = models.CharField("对象编号", max_length=64, blank=True)
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=400, blank=True)
    url = models.CharField("链接", max_length=200, blank=True)
    key = models.CharField("防重键", max_length=160, unique=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["recipient", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.title


class CalendarNotice(models.Model):
    """The State Council's arrangement for one year. A year without one is an estimate by weekends."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    number = models.CharField("文号", max_length=60, blank=True)
    source = models.CharField("来源", max_length=120)
    entered_at = models.DateTimeField("登记时间", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登记人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = "节假日安排通知"
        verbose_name_plural = "节假日安排通知"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年"


class CalendarDay(models.Model):
    """A day that differs from the week: rest on a weekday, or work on a weekend."""

    class Kind(models.TextChoices):
        REST = "rest", "放假"
        WORK = "work", "补班"

    day = models.DateField("日期", primary_key=True)
    kind = models.CharField("类别", max_length=4, choices=Kind.choices)
    name = models.CharField("名称", max_length=40)
    notice = models.ForeignKey(
        CalendarNotice, verbose_name="依据", on_delete=models.CASCADE, related_name="days"
    )

    class Meta:
        verbose_name = "法定日历"
        verbose_name_plural = "法定日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Edition(models.Model):
    """A stamp that changes whenever what it is named after changes: processes compare it with what they keep."""

    key = models.CharField("名称", max_length=20, primary_key=True)
    stamp = models.CharField("标记", max_length=32)

    class Meta:
        verbose_name = "版次"
        verbose_name_plural = "版次"

    def __str__(self) -> str:
        return f"{self.key} {self.stamp}"


class Heartbeat(models.Model):
    """The last sign of life of a background process; /readyz reads its age."""

    in_backups = False

    name = models.CharField("名称", max_length=40, primary_key=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "心跳"
        verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """The last run of a job that beat sends, by the machine's clock. One row a job, so the table never grows."""

    in_backups = False

    class Outcome(models.TextChoices):
        RUNNING = "running", "正在运行"
        DONE = "done", "完成"
        FAILED = "failed", "出错"

    name = models.CharField("任务", max_length=80, primary_key=True)
    first_at = models.DateTimeField("首次运行")
    started_at = models.DateTimeField("开始")
    finished_at = models.DateTimeField("结束", null=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    counts = models.JSONField("件数", default=dict)
    error = models.CharField("错误", max_length=80, blank=True)

    class Meta:
        verbose_name = "任务运行"
        verbose_name_plural = "任务运行"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Sequence(models.Model):
    """A gapless counter per key, e.g. the leave numbers of one county and year."""

    key = models.CharField("键", max_length=80, primary_key=True)
    value = models.PositiveIntegerField("值", default=0)

    class Meta:
        verbose_name = "编号"
        verbose_name_plural = "编号"

    def __str__(self) -> str:
        return f"{self.key}={self.value}"

    @classmethod
    def next(cls, key: str) -> int:
        """The next number of ``key``, from 1. Call inside a transaction: the row stays locked until it ends."""
        table = cls._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (key, value) VALUES (%s, 1) "
                f"ON CONFLICT (key) DO UPDATE SET value = {table}.value + 1 RETURNING value",
                [key],
            )
            return cursor.fetchone()[0]


class Feedback(models.Model):
    """意见反馈: what a user says about the system, with the page it was said on, and what he was answered."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="反馈人", on_delete=models.PROTECT, related_name="+"
    )
    page = models.CharField("页面", max_length=200, blank=True)
    text = models.TextField("意见", max_length=1000)
    created_at = models.DateTimeField("时间")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答复人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        verbose_name = "意见反馈"
        verbose_name_plural = "意见反馈"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_by=None, answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="answer_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class IdempotencyKey(models.Model):
    """What a program's POST under its own key came to, kept for a day so that the same request is answered alike."""

    in_backups = False

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField("键", max_length=64)
    fingerprint = models.CharField("请求校验码", max_length=64)
    status = models.PositiveSmallIntegerField("状态码", default=0)
    content_type = models.CharField("类型", max_length=60, blank=True)
    # The answer may say why somebody asks for leave, which is for few eyes.
    body = EncryptedTextField("答复", blank=True, default="")
    created_at = models.DateTimeField("时间", db_index=True)

    class Meta:
        verbose_name = "接口重发记录"
        verbose_name_plural = "接口重发记录"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_outcome_per_key")]

    def __str__(self) -> str:
        return self.key

import core.crypto
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditAnchor",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="位置")),
                ("hash", models.CharField(max_length=64, verbose_name="校验码")),
                ("before", models.DateTimeField(verbose_name="清除早于")),
                ("events", models.PositiveIntegerField(verbose_name="清除条数")),
                ("made_at", models.DateTimeField(verbose_name="清除时间")),
            ],
            options={
                "verbose_name": "审计起点",
                "verbose_name_plural": "审计起点",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="位置")),
                ("event_id", models.BigIntegerField(unique=True, verbose_name="审计记录")),
                ("digest", models.CharField(max_length=64, verbose_name="记录校验码")),
                ("previous", models.CharField(max_length=64, verbose_name="上一环校验码")),
                ("hash", models.CharField(max_length=64, verbose_name="校验码")),
                ("sealed_at", models.DateTimeField(db_index=True, verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "key",
                    models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="名称"),
                ),
                ("stamp", models.CharField(max_length=32, verbose_name="标记")),
            ],
            options={
                "verbose_name": "版次",
                "verbose_name_plural": "版次",
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "name",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="名称"),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={
                "verbose_name": "心跳",
                "verbose_name_plural": "心跳",
            },
        ),
        migrations.CreateModel(
            name="JobRun",
            fields=[
                (
                    "name",
                    models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="任务"),
                ),
                ("first_at", models.DateTimeField(verbose_name="首次运行")),
                ("started_at", models.DateTimeField(verbose_name="开始")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("running", "正在运行"), ("done", "完成"), ("failed", "出错")],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("counts", models.JSONField(default=dict, verbose_name="件数")),
                ("error", models.CharField(blank=True, max_length=80, verbose_name="错误")),
            ],
            options={
                "verbose_name": "任务运行",
                "verbose_name_plural": "任务运行",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                (
                    "key",
                    models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="键"),
                ),
                ("value", models.PositiveIntegerField(default=0, verbose_name="值")),
            ],
            options={
                "verbose_name": "编号",
                "verbose_name_plural": "编号",
            },
        ),
        migrations.CreateModel(
            name="AuditCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("first", models.BigIntegerField(verbose_name="从位置")),
                ("last", models.BigIntegerField(verbose_name="到位置")),
                ("reached", models.BigIntegerField(verbose_name="已到位置")),
                ("reached_hash", models.CharField(max_length=64, verbose_name="已到校验码")),
                ("breaks", models.JSONField(default=list, verbose_name="断点")),
                ("unsealed", models.PositiveIntegerField(default=0, verbose_name="未封存条数")),
                ("unsealed_seconds", models.PositiveIntegerField(default=0, verbose_name="最早未封存秒数")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
            ],
            options={
                "verbose_name": "链校验",
                "verbose_name_plural": "链校验",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Backup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(null=True, unique=True, verbose_name="哪一夜")),
                ("asked_at", models.DateTimeField(verbose_name="要的时间")),
                ("claimed_until", models.DateTimeField(null=True, verbose_name="正在做，到")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="文件名")),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="字节数")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="校验码")),
                ("rows", models.PositiveBigIntegerField(default=0, verbose_name="行数")),
                ("files", models.PositiveIntegerField(default=0, verbose_name="文件数")),
                ("missing", models.PositiveIntegerField(default=0, verbose_name="缺的文件数")),
                ("error", models.CharField(blank=True, max_length=80, verbose_name="错误")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁要的",
                    ),
                ),
            ],
            options={
                "verbose_name": "备份",
                "verbose_name_plural": "备份",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="CalendarNotice",
            fields=[
                (
                    "year",
                    models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年份"),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="文号")),
                ("source", models.CharField(max_length=120, verbose_name="来源")),
                ("entered_at", models.DateTimeField(blank=True, null=True, verbose_name="登记时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "节假日安排通知",
                "verbose_name_plural": "节假日安排通知",
                "ordering": ["-year"],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rest", "放假"), ("work", "补班")], max_length=4, verbose_name="类别"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="core.calendarnotice",
                        verbose_name="依据",
                    ),
                ),
            ],
            options={
                "verbose_name": "法定日历",
                "verbose_name_plural": "法定日历",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_id", models.CharField(max_length=64, verbose_name="对象编号")),
                ("file", models.FileField(upload_to="attachments/%Y/%m/", verbose_name="文件")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("content_type", models.CharField(max_length=100, verbose_name="类型")),
                ("size", models.PositiveIntegerField(verbose_name="字节数")),
                ("sha256", models.CharField(max_length=64, verbose_name="校验码")),
                ("added_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "verbose_name_plural": "附件",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["subject_kind", "subject_id"], name="attachment_subject")],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True, verbose_name="时间")),
                ("actor_name", models.CharField(max_length=80, verbose_name="操作人姓名")),
                ("capacity", models.CharField(blank=True, max_length=120, verbose_name="身份")),
                ("action", models.CharField(max_length=80, verbose_name="动作")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("done", "完成"), ("refused", "被拒"), ("failed", "出错")],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("subject_kind", models.CharField(blank=True, max_length=40, verbose_name="对象类别")),
                ("subject_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                ("place", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="所在")),
                ("before", models.JSONField(default=dict, verbose_name="改前")),
                ("after", models.JSONField(default=dict, verbose_name="改后")),
                ("source", models.CharField(max_length=16, verbose_name="来源")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="网络地址")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="请求编号")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["subject_kind", "subject_id"], name="audit_subject")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="邮箱")),
                ("verified_at", models.DateTimeField(null=True, verbose_name="验证时间")),
                ("digest", models.BooleanField(default=False, verbose_name="每天一次汇总")),
                ("hour", models.PositiveSmallIntegerField(default=8, verbose_name="汇总时间")),
                ("chosen_at", models.DateTimeField(null=True, verbose_name="选定时间")),
                ("instant", models.BooleanField(default=False, verbose_name="要办的即时发")),
                (
                    "new_email",
                    core.crypto.EncryptedTextField(blank=True, default="", verbose_name="待验证邮箱"),
                ),
                ("code", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="验证码")),
                ("code_sent_at", models.DateTimeField(null=True, verbose_name="验证码时间")),
                ("code_tries", models.PositiveSmallIntegerField(default=0, verbose_name="已试次数")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息方式",
                "verbose_name_plural": "消息方式",
                "indexes": [
                    models.Index(condition=models.Q(("digest", True)), fields=["hour"], name="delivery_hour")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("hour__gte", 7), ("hour__lte", 20)), name="delivery_hour_by_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified_at__isnull", False),
                            models.Q(("digest", False), ("instant", False)),
                            _connector="OR",
                        ),
                        name="delivery_only_to_a_verified_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.CharField(blank=True, max_length=200, verbose_name="页面")),
                ("text", models.TextField(max_length=1000, verbose_name="意见")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("answer", models.TextField(blank=True, max_length=1000, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="反馈人",
                    ),
                ),
            ],
            options={
                "verbose_name": "意见反馈",
                "verbose_name_plural": "意见反馈",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answer_says_who_and_when",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="键")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="请求校验码")),
                ("status", models.PositiveSmallIntegerField(default=0, verbose_name="状态码")),
                ("content_type", models.CharField(blank=True, max_length=60, verbose_name="类型")),
                ("body", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="答复")),
                ("created_at", models.DateTimeField(db_index=True, verbose_name="时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口重发记录",
                "verbose_name_plural": "接口重发记录",
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="one_outcome_per_key")],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(blank=True, max_length=40, verbose_name="对象类别")),
                ("subject_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                ("title", models.CharField(max_length=120, verbose_name="标题")),
                ("body", models.CharField(blank=True, max_length=400, verbose_name="内容")),
                ("url", models.CharField(blank=True, max_length=200, verbose_name="链接")),
                ("key", models.CharField(max_length=160, unique=True, verbose_name="防重键")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                ("read_at", models.DateTimeField(null=True, verbose_name="阅读时间")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["recipient", "read_at"], name="notice_unread")],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "邮件"), ("robot", "群机器人")], max_length=8, verbose_name="方式"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("reference", models.CharField(blank=True, max_length=160, verbose_name="所指")),
                ("key", models.CharField(max_length=200, unique=True, verbose_name="防重键")),
                ("created_at", models.DateTimeField(verbose_name="写入时间")),
                ("due_at", models.DateTimeField(verbose_name="应发时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待发"),
                            ("sending", "正在发"),
                            ("sent", "已发出"),
                            ("failed", "没有发出"),
                            ("dropped", "不再发"),
                        ],
                        default="pending",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="已试次数")),
                ("claim", models.CharField(blank=True, max_length=32, verbose_name="领取号")),
                ("claimed_until", models.DateTimeField(null=True, verbose_name="领取到")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="了结时间")),
                ("message_id", models.CharField(blank=True, max_length=120, verbose_name="信件编号")),
                ("last_error", models.CharField(blank=True, max_length=200, verbose_name="上次原因")),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outbox",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "外发消息",
                "verbose_name_plural": "外发消息",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "sending"])),
                        fields=["due_at", "id"],
                        name="outbox_due",
                    ),
                    models.Index(fields=["recipient", "kind", "reference"], name="outbox_of_person"),
                    models.Index(fields=["state", "settled_at"], name="outbox_settled"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_until__isnull", False), ("state", "sending")),
                            models.Q(
                                models.Q(("state", "sending"), _negated=True), ("claimed_until__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="outbox_claimed_while_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_at__isnull", False), ("state__in", ["sent", "failed", "dropped"])
                            ),
                            models.Q(("settled_at__isnull", True), ("state__in", ["pending", "sending"])),
                            _connector="OR",
                        ),
                        name="outbox_settled_when_over",
                    ),
                ],
            },
        ),
    ]

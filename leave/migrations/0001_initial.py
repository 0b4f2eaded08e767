import core.crypto
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HolidayRota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form_key",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="表单键"),
                ),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("first", models.DateField(verbose_name="从")),
                ("last", models.DateField(verbose_name="到")),
                ("least", models.PositiveSmallIntegerField(default=0, verbose_name="每天至少几人")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="修订号")),
                ("made_at", models.DateTimeField(verbose_name="安排时间")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("cancelled_why", models.CharField(blank=True, max_length=120, verbose_name="作废原因")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rotas_made",
                        to="teams.person",
                        verbose_name="安排人",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rotas",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮值表",
                "verbose_name_plural": "轮值表",
                "ordering": ["-first", "-pk"],
                "indexes": [models.Index(fields=["team", "first"], name="rota_team")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="rota_dates_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="rota_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cancelled_at__isnull", True),
                            models.Q(("cancelled_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="rota_cancelled_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaveRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form_key",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="表单键"),
                ),
                (
                    "submit_key",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="提交键"),
                ),
                (
                    "series",
                    models.CharField(
                        blank=True, help_text="县级区划代码", max_length=12, verbose_name="编号系列"
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=20, verbose_name="编号")),
                ("type", models.CharField(max_length=20, verbose_name="类别")),
                ("type_label", models.CharField(max_length=20, verbose_name="类别名称")),
                ("start", models.DateField(verbose_name="开始日期")),
                (
                    "start_half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")],
                        default="am",
                        max_length=2,
                        verbose_name="开始于",
                    ),
                ),
                ("end", models.DateField(verbose_name="结束日期")),
                (
                    "end_half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")],
                        default="pm",
                        max_length=2,
                        verbose_name="结束于",
                    ),
                ),
                (
                    "going",
                    models.CharField(
                        choices=[
                            ("county", "本县（市、区）内"),
                            ("province", "离县，在本省内"),
                            ("beyond", "离省"),
                            ("abroad", "出国（境）"),
                        ],
                        default="county",
                        max_length=10,
                        verbose_name="去向范围",
                    ),
                ),
                ("destination", models.CharField(blank=True, max_length=120, verbose_name="去向")),
                (
                    "exit_document",
                    models.CharField(blank=True, max_length=80, verbose_name="出国（境）批件文号"),
                ),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="事由")),
                (
                    "contact",
                    core.crypto.EncryptedTextField(blank=True, default="", verbose_name="请假期间电话"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "网上"), ("voice", "口头"), ("paper", "纸质"), ("past", "补录")],
                        default="online",
                        max_length=6,
                        verbose_name="途径",
                    ),
                ),
                ("paper_due", models.DateField(blank=True, null=True, verbose_name="书面手续截止")),
                ("until", models.DateField(help_text="续假获批后移到续假的结束", verbose_name="实际批到")),
                (
                    "until_half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")],
                        default="pm",
                        max_length=2,
                        verbose_name="实际批到（半天）",
                    ),
                ),
                ("absence_halves", models.PositiveSmallIntegerField(default=0, verbose_name="离岗半天数")),
                ("charged_halves", models.PositiveSmallIntegerField(default=0, verbose_name="计假半天数")),
                ("decision", models.JSONField(blank=True, null=True, verbose_name="路由结论")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("voice", "口头同意"),
                            ("pending", "待批"),
                            ("returned", "退回修改"),
                            ("approved", "已批准"),
                            ("refused", "不同意"),
                            ("withdrawn", "已撤回"),
                            ("cancelled", "已取消"),
                            ("changed", "已变更"),
                            ("back", "已销假"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="修订号")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("updated_at", models.DateTimeField(verbose_name="修改时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("returned_on", models.DateField(blank=True, null=True, verbose_name="返岗日期")),
                (
                    "returned_half",
                    models.CharField(
                        blank=True,
                        choices=[("am", "上午"), ("pm", "下午")],
                        max_length=2,
                        verbose_name="返岗于",
                    ),
                ),
                ("return_recorded_at", models.DateTimeField(blank=True, null=True, verbose_name="销假时间")),
                ("return_note", models.CharField(blank=True, max_length=200, verbose_name="销假说明")),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_requests",
                        to="teams.person",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填写人",
                    ),
                ),
                (
                    "extends",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="leave.leaverequest",
                        verbose_name="续哪一件",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leave_requests",
                        to="teams.appointment",
                        verbose_name="驻点任职",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="leave.leaverequest",
                        verbose_name="变更哪一件",
                    ),
                ),
                (
                    "return_recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="销假登记人",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing_in",
                        to="teams.person",
                        verbose_name="代岗人",
                    ),
                ),
            ],
            options={
                "verbose_name": "请假",
                "verbose_name_plural": "请假",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["applicant", "start"], name="leave_applicant"),
                    models.Index(fields=["posting", "state", "start"], name="leave_posting"),
                    models.Index(fields=["state", "until"], name="leave_overdue"),
                    models.Index(fields=["number"], name="leave_number"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("series", "number"),
                        name="one_leave_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__gt", models.F("start")),
                            models.Q(
                                ("end", models.F("start")),
                                models.Q(("end_half", "am"), ("start_half", "pm"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="leave_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__gt", models.F("end")), ("until", models.F("end")), _connector="OR"
                        ),
                        name="until_not_before_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "voice"), _negated=True),
                            models.Q(("channel", "voice"), ("paper_due__isnull", False)),
                            _connector="OR",
                        ),
                        name="voice_leave_has_a_paper_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extends__isnull", True), ("replaces__isnull", True), _connector="OR"
                        ),
                        name="extends_or_replaces",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.comparison.Coalesce("extends", "replaces"),
                        condition=models.Q(("state", "pending")),
                        name="one_pending_link",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("absence_halves__gt", 0),
                                ("decision__isnull", False),
                                ("submitted_at__isnull", False),
                                models.Q(("number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="submitted_leave_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "back"),
                                ("return_recorded_by__isnull", False),
                                ("returned_on__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "back"), _negated=True), ("returned_on__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="back_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("voice", "口头同意"), ("paper", "纸质批准"), ("past", "纸质批准（补录）")],
                        max_length=6,
                        verbose_name="方式",
                    ),
                ),
                ("given_by", models.CharField(max_length=40, verbose_name="同意的人")),
                ("given_post", models.CharField(max_length=80, verbose_name="职务")),
                ("given_on", models.DateField(verbose_name="同意日期")),
                ("given_time", models.TimeField(blank=True, null=True, verbose_name="同意时间")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents_recorded",
                        to="teams.person",
                        verbose_name="登记人",
                    ),
                ),
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consent",
                        to="leave.leaverequest",
                        verbose_name="请假",
                    ),
                ),
            ],
            options={
                "verbose_name": "系统外的同意",
                "verbose_name_plural": "系统外的同意",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_by", ""), _negated=True),
                            models.Q(("given_post", ""), _negated=True),
                        ),
                        name="consent_names_who_gave_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "voice"), _negated=True),
                            ("given_time__isnull", False),
                            _connector="OR",
                        ),
                        name="voice_consent_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficialTrip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form_key",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="表单键"),
                ),
                (
                    "series",
                    models.CharField(help_text="县级区划代码", max_length=12, verbose_name="编号系列"),
                ),
                ("number", models.CharField(max_length=20, verbose_name="编号")),
                ("reported_at", models.DateTimeField(verbose_name="报告时间")),
                ("sent_by", models.CharField(max_length=120, verbose_name="派遣单位")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="通知文号")),
                ("purpose", models.TextField(max_length=500, verbose_name="事由")),
                (
                    "going",
                    models.CharField(
                        choices=[
                            ("county", "本县（市、区）内"),
                            ("province", "离县，在本省内"),
                            ("beyond", "离省"),
                            ("abroad", "出国（境）"),
                        ],
                        max_length=10,
                        verbose_name="去向范围",
                    ),
                ),
                ("destination", models.CharField(max_length=120, verbose_name="去向")),
                ("start", models.DateField(verbose_name="开始日期")),
                (
                    "start_half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")],
                        default="am",
                        max_length=2,
                        verbose_name="开始于",
                    ),
                ),
                ("end", models.DateField(verbose_name="结束日期")),
                (
                    "end_half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")],
                        default="pm",
                        max_length=2,
                        verbose_name="结束于",
                    ),
                ),
                ("halves", models.PositiveSmallIntegerField(verbose_name="半天数")),
                ("told", models.JSONField(help_text="条款点名的，或本系统知会的", verbose_name="报告给谁")),
                ("clauses", models.JSONField(default=list, verbose_name="条款")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "已报告"),
                            ("acknowledged", "已知悉"),
                            ("cancelled", "已取消"),
                            ("back", "已返岗"),
                        ],
                        default="reported",
                        max_length=14,
                        verbose_name="状态",
                    ),
                ),
                ("acknowledged_as", models.CharField(blank=True, max_length=160, verbose_name="知悉人身份")),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="知悉时间")),
                ("returned_on", models.DateField(blank=True, null=True, verbose_name="返岗日期")),
                (
                    "returned_half",
                    models.CharField(
                        blank=True,
                        choices=[("am", "上午"), ("pm", "下午")],
                        max_length=2,
                        verbose_name="返岗于",
                    ),
                ),
                (
                    "return_recorded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="返岗登记时间"),
                ),
                ("outcome", models.CharField(blank=True, max_length=200, verbose_name="办理情况")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="知悉人",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="official_trips",
                        to="teams.appointment",
                        verbose_name="驻点任职",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "return_recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="返岗登记人",
                    ),
                ),
                (
                    "traveller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="official_trips",
                        to="teams.person",
                        verbose_name="外出人",
                    ),
                ),
            ],
            options={
                "verbose_name": "因公外出",
                "verbose_name_plural": "因公外出",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["traveller", "start"], name="trip_traveller"),
                    models.Index(fields=["posting", "state", "start"], name="trip_posting"),
                    models.Index(fields=["number"], name="trip_number"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "number"), name="one_trip_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__gt", models.F("start")),
                            models.Q(
                                ("end", models.F("start")),
                                models.Q(("end_half", "am"), ("start_half", "pm"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trip_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("purpose", ""), _negated=True),
                            models.Q(("sent_by", ""), _negated=True),
                            models.Q(("destination", ""), _negated=True),
                            ("halves__gt", 0),
                        ),
                        name="trip_report_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "back"),
                                ("return_recorded_by__isnull", False),
                                ("returned_on__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "back"), _negated=True), ("returned_on__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="trip_back_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "acknowledged"), _negated=True),
                            models.Q(
                                ("acknowledged_at__isnull", False),
                                ("acknowledged_by__isnull", False),
                                models.Q(("acknowledged_as", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="trip_acknowledged_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acknowledged_by__isnull", True),
                            models.Q(("acknowledged_by", models.F("traveller")), _negated=True),
                            _connector="OR",
                        ),
                        name="trip_acknowledged_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RotaDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="leave.holidayrota",
                        verbose_name="轮值表",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮值日",
                "verbose_name_plural": "轮值日",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(fields=("team", "day"), name="one_rota_per_team_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="RotaDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="leave.rotaday",
                        verbose_name="轮值日",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rota_duties",
                        to="teams.person",
                        verbose_name="值班人",
                    ),
                ),
            ],
            options={
                "verbose_name": "值班",
                "verbose_name_plural": "值班",
                "ordering": ["person__pinyin", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "person"), name="one_duty_per_day_and_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[
                            ("own", "我的请假和外出"),
                            ("others", "我负责的人谁不在岗"),
                            ("clocks", "我的时限"),
                        ],
                        max_length=6,
                        verbose_name="内容",
                    ),
                ),
                (
                    "digest",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="链接校验码"),
                ),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calendar_feeds",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历订阅",
                "verbose_name_plural": "日历订阅",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user", "reach"),
                        name="one_live_feed_per_reach",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            ("revoked_at__gte", models.F("made_at")),
                            _connector="OR",
                        ),
                        name="feed_revoked_after_it_was_made",
                    ),
                ],
            },
        ),
    ]

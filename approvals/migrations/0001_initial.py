import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("teams", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="签批类别")),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_id", models.BigIntegerField(verbose_name="对象编号")),
                ("round", models.PositiveSmallIntegerField(verbose_name="轮次")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容校验码")),
                ("plan", models.JSONField(verbose_name="方案")),
                ("step", models.PositiveSmallIntegerField(default=0, verbose_name="当前步")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "办理中"),
                            ("agreed", "同意"),
                            ("refused", "不同意"),
                            ("returned", "退回修改"),
                            ("withdrawn", "已撤回"),
                            ("voided", "签字作废"),
                            ("assigned", "已指定批准人"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="开始时间")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("settled_why", models.CharField(blank=True, max_length=200, verbose_name="办结说明")),
            ],
            options={
                "verbose_name": "签批",
                "verbose_name_plural": "签批",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("subject_kind", "subject_id"),
                        name="one_open_sign_off",
                    ),
                    models.UniqueConstraint(
                        fields=("subject_kind", "subject_id", "round"), name="one_sign_off_per_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("settled_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="settled_or_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(verbose_name="步")),
                (
                    "need",
                    models.CharField(
                        choices=[("any", "一人即可"), ("all", "都要签")], max_length=4, verbose_name="要求"
                    ),
                ),
                (
                    "voice",
                    models.CharField(
                        choices=[("decide", "决定"), ("opinion", "意见"), ("assign", "指定批准人")],
                        default="decide",
                        max_length=8,
                        verbose_name="作用",
                    ),
                ),
                ("party", models.CharField(max_length=60, verbose_name="条款中的主体")),
                ("label", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("captain", "队长"),
                            ("member", "队员"),
                            ("first_secretary", "驻村第一书记"),
                            ("tech_commissioner", "科技特派员"),
                            ("rural_service_graduate", "三支一扶人员"),
                            ("graduate_volunteer", "高校毕业生志愿者"),
                            ("finance_assistant", "金融助理"),
                            ("party_secretary", "党（工）委书记"),
                            ("deputy_secretary", "党（工）委副书记"),
                            ("organization_member", "组织委员"),
                            ("attendance_officer", "考勤员"),
                            ("signer", "签批人"),
                            ("leader", "主要负责人"),
                            ("staff", "工作人员"),
                        ],
                        max_length=24,
                        verbose_name="职务",
                    ),
                ),
                (
                    "fallback",
                    models.CharField(
                        choices=[
                            ("none", "不代"),
                            ("acting", "代行职务的人"),
                            ("upward", "代行职务的人，其次上一级"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="空缺时",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="approvals.signoff",
                        verbose_name="签批",
                    ),
                ),
            ],
            options={
                "verbose_name": "签批席位",
                "verbose_name_plural": "签批席位",
                "ordering": ["sign_off", "step", "pk"],
                "indexes": [models.Index(fields=["body", "post"], name="seat_holder")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sign_off", "step", "post", "body"), name="one_seat_per_post_and_step"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.CharField(max_length=80, verbose_name="原因")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="teams.person",
                        verbose_name="回避人",
                    ),
                ),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="approvals.signoff",
                        verbose_name="签批",
                    ),
                ),
            ],
            options={
                "verbose_name": "回避",
                "verbose_name_plural": "回避",
                "constraints": [
                    models.UniqueConstraint(fields=("sign_off", "person"), name="one_recusal_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Filing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_id", models.BigIntegerField(verbose_name="对象编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("filing", "备案"), ("copy", "知会")], max_length=8, verbose_name="类别"
                    ),
                ),
                ("party", models.CharField(max_length=60, verbose_name="条款中的主体")),
                ("label", models.CharField(max_length=120, verbose_name="名称")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="条款")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("captain", "队长"),
                            ("member", "队员"),
                            ("first_secretary", "驻村第一书记"),
                            ("tech_commissioner", "科技特派员"),
                            ("rural_service_graduate", "三支一扶人员"),
                            ("graduate_volunteer", "高校毕业生志愿者"),
                            ("finance_assistant", "金融助理"),
                            ("party_secretary", "党（工）委书记"),
                            ("deputy_secretary", "党（工）委副书记"),
                            ("organization_member", "组织委员"),
                            ("attendance_officer", "考勤员"),
                            ("signer", "签批人"),
                            ("leader", "主要负责人"),
                            ("staff", "工作人员"),
                        ],
                        max_length=24,
                        verbose_name="职务",
                    ),
                ),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="阅知时间")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="阅知人",
                    ),
                ),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="filings",
                        to="approvals.signoff",
                        verbose_name="签批",
                    ),
                ),
            ],
            options={
                "verbose_name": "备案与知会",
                "verbose_name_plural": "备案与知会",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id"], name="filing_subject"),
                    models.Index(fields=["body", "post"], name="filing_holder"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("sign_off", "post", "body"), name="one_filing_per_body"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "filing"), _negated=True),
                            models.Q(("clause", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="filing_names_its_clause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                            models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="seen_by_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("subject_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("subject_id", models.BigIntegerField(verbose_name="对象编号")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="条款")),
                (
                    "post",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("captain", "队长"),
                            ("member", "队员"),
                            ("first_secretary", "驻村第一书记"),
                            ("tech_commissioner", "科技特派员"),
                            ("rural_service_graduate", "三支一扶人员"),
                            ("graduate_volunteer", "高校毕业生志愿者"),
                            ("finance_assistant", "金融助理"),
                            ("party_secretary", "党（工）委书记"),
                            ("deputy_secretary", "党（工）委副书记"),
                            ("organization_member", "组织委员"),
                            ("attendance_officer", "考勤员"),
                            ("signer", "签批人"),
                            ("leader", "主要负责人"),
                            ("staff", "工作人员"),
                        ],
                        max_length=24,
                        verbose_name="职务",
                    ),
                ),
                ("share", models.PositiveSmallIntegerField(default=0, verbose_name="共同办理的第几家")),
                ("started", models.DateTimeField(verbose_name="起算")),
                ("due", models.DateTimeField(verbose_name="截止")),
                ("met", models.DateTimeField(blank=True, null=True, verbose_name="完成")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadlines",
                        to="teams.person",
                        verbose_name="本人",
                    ),
                ),
            ],
            options={
                "verbose_name": "时限",
                "verbose_name_plural": "时限",
                "ordering": ["due"],
                "indexes": [models.Index(fields=["subject_kind", "subject_id"], name="deadline_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("met__isnull", True)),
                        fields=("kind", "subject_kind", "subject_id", "share"),
                        name="one_open_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due__gte", models.F("started"))), name="deadline_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("body__isnull", False), ("person__isnull", False), _connector="OR"
                        ),
                        name="deadline_names_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatUpward",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(verbose_name="次序")),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("captain", "队长"),
                            ("member", "队员"),
                            ("first_secretary", "驻村第一书记"),
                            ("tech_commissioner", "科技特派员"),
                            ("rural_service_graduate", "三支一扶人员"),
                            ("graduate_volunteer", "高校毕业生志愿者"),
                            ("finance_assistant", "金融助理"),
                            ("party_secretary", "党（工）委书记"),
                            ("deputy_secretary", "党（工）委副书记"),
                            ("organization_member", "组织委员"),
                            ("attendance_officer", "考勤员"),
                            ("signer", "签批人"),
                            ("leader", "主要负责人"),
                            ("staff", "工作人员"),
                        ],
                        max_length=24,
                        verbose_name="职务",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="upward",
                        to="approvals.seat",
                        verbose_name="席位",
                    ),
                ),
            ],
            options={
                "verbose_name": "上一级席位",
                "verbose_name_plural": "上一级席位",
                "ordering": ["seat", "rank"],
                "constraints": [models.UniqueConstraint(fields=("seat", "rank"), name="one_upward_per_rank")],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(verbose_name="步")),
                (
                    "need",
                    models.CharField(
                        choices=[("any", "一人即可"), ("all", "都要签")], max_length=4, verbose_name="要求"
                    ),
                ),
                ("capacity", models.CharField(max_length=160, verbose_name="身份")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("agree", "同意"),
                            ("refuse", "不同意"),
                            ("return", "退回修改"),
                            ("opinion", "意见"),
                            ("assign", "指定批准人"),
                        ],
                        max_length=8,
                        verbose_name="决定",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容校验码")),
                ("request_key", models.CharField(max_length=64, unique=True, verbose_name="提交键")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="teams.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "seat",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature",
                        to="approvals.seat",
                        verbose_name="席位",
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="teams.person",
                        verbose_name="签字人",
                    ),
                ),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="approvals.signoff",
                        verbose_name="签批",
                    ),
                ),
            ],
            options={
                "verbose_name": "签字",
                "verbose_name_plural": "签字",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("sign_off", "signer"), name="one_signature_per_signer"),
                    models.UniqueConstraint(
                        condition=models.Q(("need", "any")),
                        fields=("sign_off", "step"),
                        name="one_signature_per_any_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__in", ["agree", "opinion"]),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refusal_says_why",
                    ),
                ],
            },
        ),
    ]

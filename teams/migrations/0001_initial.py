import core.crypto
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "kind",
                    models.CharField(
                        choices=[("office", "机关"), ("unit", "派出单位"), ("team", "工作队")],
                        editable=False,
                        max_length=8,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="全称")),
                ("short_name", models.CharField(blank=True, max_length=30, verbose_name="简称")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="依据文号")),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="teams.body",
                        verbose_name="并入或更名为",
                    ),
                ),
            ],
            options={
                "verbose_name": "机构",
                "verbose_name_plural": "机构",
                "ordering": ["region__path", "pk"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=120, verbose_name="拼音")),
                (
                    "spelling",
                    models.CharField(
                        blank=True, db_index=True, editable=False, max_length=120, verbose_name="拼音连写"
                    ),
                ),
                (
                    "initials",
                    models.CharField(
                        blank=True, db_index=True, editable=False, max_length=40, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "gender",
                    models.CharField(
                        blank=True, choices=[("m", "男"), ("f", "女")], max_length=1, verbose_name="性别"
                    ),
                ),
                (
                    "born",
                    models.CharField(
                        blank=True, help_text="如 1985-03", max_length=7, verbose_name="出生年月（档案）"
                    ),
                ),
                ("phone", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="电话")),
                (
                    "phone_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="电话索引"),
                ),
                ("identity", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="身份证号")),
                (
                    "identity_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="身份证索引"),
                ),
                ("ethnicity", models.CharField(blank=True, max_length=20, verbose_name="民族")),
                ("education", models.CharField(blank=True, max_length=20, verbose_name="学历")),
                ("political_status", models.CharField(blank=True, max_length=20, verbose_name="政治面貌")),
                ("joined_party_on", models.DateField(blank=True, null=True, verbose_name="入党时间")),
                ("full_member_on", models.DateField(blank=True, null=True, verbose_name="转正时间")),
                (
                    "working_since",
                    models.CharField(
                        blank=True, help_text="如 2008-07", max_length=7, verbose_name="参加工作"
                    ),
                ),
                ("staffing", models.CharField(blank=True, max_length=20, verbose_name="编制性质")),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
                "ordering": ["pinyin", "pk"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "这个账号已有人用，换一个"},
                        max_length=40,
                        unique=True,
                        verbose_name="账号",
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("system", "系统管理员"),
                            ("security", "安全管理员"),
                            ("audit", "审计管理员"),
                        ],
                        max_length=8,
                        verbose_name="管理职责",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_staff", models.BooleanField(default=False, verbose_name="可进后台")),
                (
                    "password_is_temporary",
                    models.BooleanField(default=False, verbose_name="首次登录须改密码"),
                ),
                ("second_step", models.BooleanField(default=False, verbose_name="两步验证")),
                (
                    "granted_until",
                    models.DateField(
                        blank=True,
                        editable=False,
                        help_text="所得授权里最晚的一天，为空时不必去查",
                        null=True,
                        verbose_name="授权最晚到",
                    ),
                ),
                (
                    "text_size",
                    models.CharField(
                        choices=[("normal", "标准"), ("large", "大字"), ("xlarge", "特大")],
                        default="normal",
                        max_length=8,
                        verbose_name="字号",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_accounts",
                        to="teams.person",
                        verbose_name="保管人",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="user",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="DispatchingUnit",
            fields=[
                (
                    "body_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="teams.body",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=24, verbose_name="单位代码")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=160, verbose_name="拼音")),
                (
                    "spelling",
                    models.CharField(blank=True, editable=False, max_length=160, verbose_name="拼音连写"),
                ),
                (
                    "initials",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="拼音首字母"),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("central", "中央驻地方单位"),
                            ("province", "省直单位"),
                            ("partner_city", "对口帮扶市"),
                            ("city", "市直单位"),
                            ("county", "县直单位"),
                            ("town", "乡镇单位"),
                        ],
                        max_length=12,
                        verbose_name="选派层级",
                    ),
                ),
            ],
            options={
                "verbose_name": "派出单位",
                "verbose_name_plural": "派出单位",
            },
            bases=("teams.body",),
        ),
        migrations.CreateModel(
            name="Office",
            fields=[
                (
                    "body_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="teams.body",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门",
                "verbose_name_plural": "部门",
            },
            bases=("teams.body",),
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "body_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="teams.body",
                    ),
                ),
                (
                    "team_kind",
                    models.CharField(
                        choices=[("town", "驻镇帮镇扶村工作队"), ("village", "驻村工作队")],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                (
                    "task",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("weak_branch", "软弱涣散整顿"),
                            ("poverty_relief", "扶贫"),
                            ("beautiful_village", "美丽乡村"),
                        ],
                        max_length=20,
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作队",
                "verbose_name_plural": "工作队",
                "ordering": ["region__path", "pk"],
            },
            bases=("teams.body",),
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("path", models.CharField(db_index=True, max_length=40, verbose_name="路径")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "省"),
                            ("city", "市"),
                            ("county", "县（市、区）"),
                            ("town", "乡镇（街道、农场）"),
                            ("village", "村（社区）"),
                        ],
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                (
                    "code",
                    models.CharField(blank=True, db_index=True, max_length=12, verbose_name="统计用区划代码"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "spelling",
                    models.CharField(blank=True, editable=False, max_length=240, verbose_name="拼音连写"),
                ),
                (
                    "initials",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="拼音首字母"),
                ),
                (
                    "support_class",
                    models.CharField(
                        blank=True, help_text="如：重点帮扶镇", max_length=20, verbose_name="镇类型"
                    ),
                ),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="依据文号")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="teams.region",
                        verbose_name="上级",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="teams.region",
                        verbose_name="并入或更名为",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
                "verbose_name_plural": "行政区划",
                "ordering": ["path", "valid_from"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="teams_region_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("path",),
                        name="one_living_region_a_path",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="registered_in",
            field=models.ForeignKey(
                blank=True,
                help_text="由这里的系统管理员维护，没有任职时也找得到",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registered",
                to="teams.region",
                verbose_name="登记地",
            ),
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("audit", "审计"),
                            ("inspection", "督查检查"),
                            ("assistance", "邻近部门协助"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="用途",
                    ),
                ),
                ("why", models.CharField(max_length=200, verbose_name="理由")),
                ("document", models.CharField(max_length=80, verbose_name="依据文号")),
                ("given_at", models.DateTimeField(verbose_name="授权时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="收回时间")),
                ("revoked_why", models.CharField(blank=True, max_length=200, verbose_name="收回理由")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="授权人",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收回人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="teams.region",
                        verbose_name="区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "授权",
                "verbose_name_plural": "授权",
                "ordering": ["-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="teams_grant_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body__isnull", True), ("region__isnull", False)),
                            models.Q(("body__isnull", False), ("region__isnull", True)),
                            _connector="OR",
                        ),
                        name="grant_names_one_object",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", False)), name="grant_names_its_last_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("why", ""), _negated=True), models.Q(("document", ""), _negated=True)
                        ),
                        name="grant_names_its_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revoked_at__isnull", True),
                            models.Q(("revoked_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_revoked_with_reason",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="body",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bodies",
                to="teams.region",
                verbose_name="所在",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="duty_region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="teams.region",
                verbose_name="管理范围",
            ),
        ),
        migrations.CreateModel(
            name="RegionPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="teams.region"),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "区划授权",
                "verbose_name_plural": "区划授权",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Robot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[("wecom", "企业微信"), ("dingtalk", "钉钉"), ("feishu", "飞书")],
                        max_length=10,
                        verbose_name="软件",
                    ),
                ),
                ("group", models.CharField(max_length=40, verbose_name="群名称")),
                ("token", core.crypto.EncryptedTextField(verbose_name="口令")),
                ("token_hash", models.CharField(editable=False, max_length=64, verbose_name="口令索引")),
                ("secret", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="加签密钥")),
                ("hour", models.PositiveSmallIntegerField(default=8, verbose_name="发送时间")),
                ("added_at", models.DateTimeField(verbose_name="添加时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="停用时间")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="添加人",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="robots",
                        to="teams.body",
                        verbose_name="部门或工作队",
                    ),
                ),
            ],
            options={
                "verbose_name": "群机器人",
                "verbose_name_plural": "群机器人",
                "ordering": ["body__region__path", "body", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("token_hash",),
                        name="one_robot_per_webhook",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hour__gte", 7), ("hour__lte", 20)), name="robot_hour_by_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="校验码")),
                ("content", core.crypto.EncryptedTextField(blank=True, default="", verbose_name="文件内容")),
                ("lines", models.JSONField(default=list, verbose_name="核对结果")),
                ("notes", models.JSONField(default=list, verbose_name="说明")),
                ("plan_hash", models.CharField(max_length=64, verbose_name="核对结果校验码")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checked", "待确认"),
                            ("applied", "已导入"),
                            ("dropped", "已放弃"),
                            ("expired", "过期未确认"),
                        ],
                        default="checked",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="办理时间")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roster_imports",
                        to="teams.region",
                        verbose_name="导入到",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "名册导入",
                "verbose_name_plural": "名册导入",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("state", "checked")),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", True),
                                ("state", "expired"),
                            ),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("state__in", ["applied", "dropped"]),
                            ),
                            _connector="OR",
                        ),
                        name="roster_import_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "checked"), ("content", ""), _connector="OR"),
                        name="roster_import_keeps_no_workbook",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "session_key",
                    models.CharField(
                        max_length=64, primary_key=True, serialize=False, verbose_name="会话校验码"
                    ),
                ),
                ("agent", models.CharField(blank=True, max_length=255, verbose_name="浏览器标识")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="网络地址")),
                ("started_at", models.DateTimeField(null=True, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="最近使用")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "登录",
                "verbose_name_plural": "登录",
                "ordering": ["-seen_at", "session_key"],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="用途")),
                (
                    "digest",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="令牌校验码"),
                ),
                ("hint", models.CharField(max_length=12, verbose_name="令牌开头")),
                ("scopes", models.JSONField(verbose_name="权限")),
                (
                    "made_under",
                    models.CharField(editable=False, max_length=128, verbose_name="登录密码校验码"),
                ),
                ("created_at", models.DateTimeField(verbose_name="生成时间")),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="最近使用")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))),
                        name="token_expires_after_creation",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
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
                    "title",
                    models.CharField(
                        blank=True, help_text="如：镇党委副书记", max_length=60, verbose_name="职务全称"
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=120, verbose_name="书面依据")),
                ("home_post", models.CharField(blank=True, max_length=60, verbose_name="派出单位职务")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="批准文号")),
                ("party_relation", models.CharField(blank=True, max_length=60, verbose_name="组织关系")),
                ("insured_until", models.DateField(blank=True, null=True, verbose_name="保险止期")),
                ("remark", models.CharField(blank=True, max_length=120, verbose_name="备注")),
                ("void", models.BooleanField(default=False, verbose_name="已撤销")),
                (
                    "acting_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acting",
                        to="teams.appointment",
                        verbose_name="代行谁的职务",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "stationed_at",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stationed",
                        to="teams.region",
                        verbose_name="驻点",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="teams.dispatchingunit",
                        verbose_name="派出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["body", "post", "person__pinyin", "pk"],
                "indexes": [models.Index(fields=["body", "post"], name="appointment_seat")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("valid_to__lt", models.F("valid_from")), ("void", True)),
                            models.Q(("valid_to__isnull", True), ("void", False)),
                            models.Q(("valid_to__gte", models.F("valid_from")), ("void", False)),
                            _connector="OR",
                        ),
                        name="appointment_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("void", False)),
                        fields=("person", "post", "body", "valid_from"),
                        name="one_appointment_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("acting_for__isnull", True),
                            ("post__in", ("captain", "member")),
                            ("valid_to__isnull", True),
                        ),
                        fields=("person",),
                        name="one_open_full_time_posting",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("acting_for__isnull", True),
                            models.Q(("basis", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="acting_needs_written_basis",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("post__in", ("captain", "member")), _negated=True),
                            ("unit__isnull", False),
                            ("acting_for__isnull", False),
                            _connector="OR",
                        ),
                        name="posting_names_its_unit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficeFunction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "function",
                    models.CharField(
                        choices=[
                            ("party_committee", "党（工）委"),
                            ("village_branch", "村党组织"),
                            ("organization", "组织部门"),
                            ("rural_work", "农办"),
                            ("agriculture", "农业农村部门"),
                            ("rural_revitalization", "乡村振兴部门"),
                            ("stationing_office", "驻村办"),
                            ("poverty_relief", "扶贫办"),
                            ("party_building", "基层党建办"),
                            ("finance", "财政部门"),
                        ],
                        max_length=24,
                        verbose_name="职能",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="functions",
                        to="teams.office",
                        verbose_name="部门",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门职能",
                "verbose_name_plural": "部门职能",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="teams_officefunction_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        fields=("office", "function", "valid_from"), name="one_function_row_a_day"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="dispatchingunit",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="as_units",
                to="teams.office",
                verbose_name="同一机构的部门",
            ),
        ),
        migrations.CreateModel(
            name="Pairing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "牵头单位"),
                            ("first_secretary", "选派第一书记单位"),
                            ("member", "选派驻镇队员单位"),
                            ("finance_assistant", "金融助理"),
                            ("specialist", "科技特派员等"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="原文")),
                ("document", models.CharField(blank=True, max_length=80, verbose_name="依据")),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairings",
                        to="teams.dispatchingunit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairings",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
            ],
            options={
                "verbose_name": "组团结对",
                "verbose_name_plural": "组团结对",
                "ordering": ["team", "role", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="teams_pairing_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit__isnull", False), models.Q(("note", ""), _negated=True), _connector="OR"
                        ),
                        name="pairing_names_unit_or_quotes",
                    ),
                    models.UniqueConstraint(
                        fields=("team", "role", "unit", "valid_from"), name="one_pairing_per_team_role_unit"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BodyPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "content_object",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="teams.body"),
                ),
                (
                    "permission",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.permission"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "机构授权",
                "verbose_name_plural": "机构授权",
                "abstract": False,
                "unique_together": {("user", "permission", "content_object")},
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("why", models.CharField(max_length=100, verbose_name="原因")),
                ("given_at", models.DateTimeField(verbose_name="设定时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="提前结束时间")),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_on",
                        to="teams.appointment",
                        verbose_name="委托的职务",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_on",
                        to="teams.appointment",
                        verbose_name="代办人的任职",
                    ),
                ),
            ],
            options={
                "verbose_name": "代办委托",
                "verbose_name_plural": "代办委托",
                "ordering": ["-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="teams_delegation_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__isnull", False)), name="delegation_names_its_last_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="delegation_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Away",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(help_text="如 202611", verbose_name="年月")),
                ("day", models.PositiveSmallIntegerField(verbose_name="日")),
                (
                    "half",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午")], max_length=2, verbose_name="半天"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("leave", "请假"), ("trip", "因公外出")], max_length=8, verbose_name="类别"
                    ),
                ),
                ("source_id", models.BigIntegerField(verbose_name="来源编号")),
                ("firm", models.BooleanField(default=False, verbose_name="已定")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="away",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "离岗半天",
                "verbose_name_plural": "离岗半天",
                "indexes": [
                    models.Index(fields=["kind", "source_id"], name="away_source"),
                    models.Index(fields=["month", "day", "half"], name="away_on"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "month", "day", "half"), name="one_cause_per_half_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day__gte", 1), ("day__lte", 31)), name="away_day_of_month"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("identity_hash", ""), _negated=True),
                fields=("identity_hash",),
                name="one_person_per_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="body",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="teams_body_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("duty", ""), ("duty_region__isnull", True), ("holder__isnull", True)),
                    models.Q(
                        models.Q(("duty", ""), _negated=True),
                        ("holder__isnull", False),
                        ("person__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="duty_names_its_holder",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True), models.Q(("duty", ""), _negated=True)),
                fields=("holder",),
                name="one_duty_per_holder",
            ),
        ),
        migrations.AlterUniqueTogether(
            name="regionpermission",
            unique_together={("user", "permission", "content_object")},
        ),
    ]

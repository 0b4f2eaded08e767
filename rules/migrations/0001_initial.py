import django.db.models.deletion
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
            name="LocalRule",
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
                ("under", models.CharField(max_length=60, verbose_name="依据的文件")),
                ("answers", models.CharField(blank=True, max_length=60, verbose_name="作为哪套制度")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("issuer", models.CharField(blank=True, max_length=120, verbose_name="印发机关")),
                ("issued", models.DateField(blank=True, null=True, verbose_name="印发日")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="施行日")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="最后有效日")),
                ("team_kinds", models.JSONField(default=list, verbose_name="适用的工作队")),
                ("topics", models.JSONField(default=list, verbose_name="内容")),
                ("body", models.JSONField(default=dict, verbose_name="规则")),
                ("body_hash", models.CharField(blank=True, max_length=64, verbose_name="校验码")),
                ("repeals", models.BooleanField(default=False, verbose_name="只废止")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("pending", "待确认"),
                            ("returned", "退回修改"),
                            ("confirmed", "已确认"),
                            ("refused", "不同意"),
                            ("withdrawn", "已撤回"),
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
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules_drafted",
                        to="teams.person",
                        verbose_name="起草人",
                    ),
                ),
                (
                    "proposer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules_proposed",
                        to="teams.person",
                        verbose_name="登记人",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="local_rules",
                        to="teams.region",
                        verbose_name="区划",
                    ),
                ),
                (
                    "supersedes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="rules.localrule",
                        verbose_name="替代",
                    ),
                ),
            ],
            options={
                "verbose_name": "本地制度",
                "verbose_name_plural": "本地制度",
                "ordering": ["region__path", "-valid_from", "-pk"],
                "indexes": [models.Index(fields=["region", "state"], name="local_rule_region")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["refused", "withdrawn"]), _negated=True),
                        fields=("supersedes",),
                        name="one_next_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="local_rule_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                ("submitted_at__isnull", False),
                                ("valid_from__isnull", False),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("issuer", ""), _negated=True),
                                models.Q(("body_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="submitted_local_rule_is_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repeals", False), ("supersedes__isnull", False), _connector="OR"
                        ),
                        name="repeal_names_a_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalRuleScope",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "team_kind",
                    models.CharField(
                        choices=[("town", "驻镇帮镇扶村工作队"), ("village", "驻村工作队")],
                        max_length=8,
                        verbose_name="工作队",
                    ),
                ),
                ("topic", models.CharField(max_length=20, verbose_name="内容")),
                ("answers", models.CharField(blank=True, max_length=60, verbose_name="作为哪套制度")),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.region",
                        verbose_name="区划",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scopes",
                        to="rules.localrule",
                        verbose_name="本地制度",
                    ),
                ),
            ],
            options={
                "verbose_name": "本地制度适用",
                "verbose_name_plural": "本地制度适用",
                "ordering": ["region__path", "topic", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("region", "team_kind", "topic", "answers"),
                        name="one_open_local_rule",
                    ),
                    models.UniqueConstraint(
                        fields=("rule", "team_kind", "topic"), name="one_scope_per_kind_and_topic"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegionSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="止")),
                ("key", models.CharField(max_length=60, verbose_name="设置项")),
                ("value", models.JSONField(verbose_name="值")),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                ("set_at", models.DateTimeField(verbose_name="设置时间")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settings",
                        to="teams.region",
                        verbose_name="区划",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="设置人",
                    ),
                ),
            ],
            options={
                "verbose_name": "区域设置",
                "verbose_name_plural": "区域设置",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="rules_regionsetting_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("region", "key"),
                        name="one_open_setting_per_region",
                    ),
                ],
            },
        ),
    ]

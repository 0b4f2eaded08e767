import core.crypto
import datetime
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
            name="AbsenceCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "halves",
                    models.CharField(
                        choices=[("day", "全天"), ("am", "上午"), ("pm", "下午")],
                        default="day",
                        max_length=4,
                        verbose_name="时段",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("register", "台账到时没有登记"),
                            ("marked", "台账记为待核"),
                            ("overdue", "假满没有销假"),
                            ("spot_check", "查岗发现"),
                            ("reported", "工作中发现"),
                        ],
                        max_length=12,
                        verbose_name="发现方式",
                    ),
                ),
                ("origin_kind", models.CharField(blank=True, max_length=40, verbose_name="来源类别")),
                ("origin_id", models.BigIntegerField(null=True, verbose_name="来源编号")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "待核"), ("explained", "已说明"), ("unexcused", "无故不在岗")],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="列入时间")),
                (
                    "explained_with",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("leave", "已批准请假"),
                            ("late_paper", "补办了请假手续"),
                            ("trip", "因公外出"),
                            ("correction", "更正登记"),
                        ],
                        max_length=12,
                        verbose_name="说明方式",
                    ),
                ),
                ("found_at", models.DateTimeField(null=True, verbose_name="认定时间")),
                ("capacity", models.CharField(blank=True, max_length=160, verbose_name="认定身份")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="认定理由")),
                ("source", models.PositiveSmallIntegerField(null=True, verbose_name="结论来源")),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="第几次认定")),
                ("pack_id", models.CharField(blank=True, max_length=60, verbose_name="制度")),
                ("chain", models.JSONField(null=True, verbose_name="处置步骤")),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences_found",
                        to="teams.person",
                        verbose_name="认定人",
                    ),
                ),
                (
                    "joined",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days_joined",
                        to="attendance.absencecase",
                        verbose_name="并入",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_cases",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_cases",
                        to="teams.appointment",
                        verbose_name="驻点任职",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_cases",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_cases",
                        to="teams.dispatchingunit",
                        verbose_name="派出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "缺勤处置",
                "verbose_name_plural": "缺勤处置",
                "ordering": ["day", "pk"],
                "indexes": [
                    models.Index(fields=["team", "day"], name="absence_team"),
                    models.Index(fields=["unit", "day"], name="absence_unit"),
                    models.Index(fields=["closed_at", "state"], name="absence_open"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "day"), name="one_absence_case_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "unexcused"), _negated=True),
                            models.Q(
                                ("found_at__isnull", False),
                                ("found_by__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("capacity", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="finding_has_a_name_and_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found_by", None),
                            models.Q(("found_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_finds_his_own_absence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "explained"), _negated=True),
                            models.Q(("explained_with", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="explanation_says_with_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "pending"), _negated=True),
                            ("closed_at", None),
                            _connector="OR",
                        ),
                        name="pending_case_is_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("joined", None),
                            models.Q(("joined", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="case_not_joined_to_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AbsenceAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("opened", "列为待核"),
                            ("explained", "查明有因"),
                            ("found", "认定无故不在岗"),
                            ("withdrawn", "撤销认定"),
                            ("noted", "补充情况"),
                        ],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("capacity", models.CharField(blank=True, max_length=160, verbose_name="身份")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="内容")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="attendance.absencecase",
                        verbose_name="缺勤处置",
                    ),
                ),
            ],
            options={
                "verbose_name": "缺勤处置记录",
                "verbose_name_plural": "缺勤处置记录",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="AbsenceSweep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=40, verbose_name="县级区划路径")),
                ("hour", models.CharField(max_length=8, verbose_name="时刻")),
                ("through", models.DateField(default=datetime.date(1, 1, 1), verbose_name="已列到")),
            ],
            options={
                "verbose_name": "待核列出进度",
                "verbose_name_plural": "待核列出进度",
                "constraints": [
                    models.UniqueConstraint(fields=("place", "hour"), name="one_absence_sweep_a_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次认定")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("code", models.CharField(max_length=40, verbose_name="步骤")),
                ("form", models.CharField(max_length=20, verbose_name="形式")),
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("party", models.CharField(max_length=60, verbose_name="主体")),
                ("label", models.CharField(max_length=120, verbose_name="主体名称")),
                ("what", models.CharField(max_length=200, verbose_name="要办的事")),
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
                ("started_at", models.DateTimeField(null=True, verbose_name="起算")),
                ("due", models.DateTimeField(null=True, verbose_name="截止")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("capacity", models.CharField(blank=True, max_length=160, verbose_name="身份")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("outcomes", models.JSONField(default=list, verbose_name="措施")),
                ("sent_to", models.CharField(blank=True, max_length=200, verbose_name="报送")),
                ("late", models.BooleanField(default=False, verbose_name="逾期")),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="不再办理")),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_steps",
                        to="teams.body",
                        verbose_name="机构",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="attendance.absencecase",
                        verbose_name="缺勤处置",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_steps_done",
                        to="teams.person",
                        verbose_name="经办人",
                    ),
                ),
                (
                    "joint_body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.body",
                        verbose_name="共同负责的机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "处置步骤",
                "verbose_name_plural": "处置步骤",
                "ordering": ["case", "round", "order"],
                "indexes": [models.Index(fields=["body", "done_at"], name="absence_step_body")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "round", "code"), name="one_step_a_round"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("done_by", None)),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_by__isnull", False),
                                models.Q(("capacity", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="done_step_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at", None), ("dropped_at", None), _connector="OR"),
                        name="step_done_or_dropped",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AbsenceStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("whereabouts", models.CharField(max_length=200, verbose_name="去向")),
                ("reason", models.CharField(max_length=500, verbose_name="原因")),
                ("papers", models.CharField(blank=True, max_length=200, verbose_name="手续")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="佐证")),
                ("remedy", models.CharField(max_length=500, verbose_name="整改")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待单位签字"),
                            ("signed", "已签字"),
                            ("returned", "退回修改"),
                            ("paper", "纸质代录"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="写成时间")),
                ("paper_signer", models.CharField(blank=True, max_length=60, verbose_name="纸质签字人")),
                ("paper_on", models.DateField(null=True, verbose_name="纸质签字日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="attendance.absencecase",
                        verbose_name="缺勤处置",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="attendance.casestep",
                        verbose_name="处置步骤",
                    ),
                ),
            ],
            options={
                "verbose_name": "情况说明",
                "verbose_name_plural": "情况说明",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "signed", "paper"])),
                        fields=("step",),
                        name="one_standing_statement",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paper"), _negated=True),
                            models.Q(
                                models.Q(("paper_signer", ""), _negated=True), ("paper_on__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="paper_statement_says_who_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountyPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(max_length=10, verbose_name="月或周")),
                ("written_at", models.DateTimeField(verbose_name="汇总时间")),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="totals",
                        to="teams.region",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "县级合计",
                "verbose_name_plural": "县级合计",
                "ordering": ["-period", "county"],
                "indexes": [models.Index(fields=["period"], name="county_period")],
                "constraints": [
                    models.UniqueConstraint(fields=("county", "period"), name="one_total_a_county_and_period")
                ],
            },
        ),
        migrations.CreateModel(
            name="CountyMonthLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=40, verbose_name="区划路径")),
                ("town", models.CharField(max_length=40, verbose_name="乡镇路径")),
                ("month", models.PositiveIntegerField(verbose_name="年月")),
                ("people", models.PositiveSmallIntegerField(verbose_name="计入人数")),
                ("on_post", models.PositiveSmallIntegerField(verbose_name="在岗")),
                ("nights", models.PositiveSmallIntegerField(verbose_name="住下")),
                ("leave", models.PositiveSmallIntegerField(verbose_name="请假")),
                ("trip", models.PositiveSmallIntegerField(verbose_name="公出")),
                ("unverified", models.PositiveSmallIntegerField(verbose_name="待核")),
                ("silent", models.PositiveSmallIntegerField(verbose_name="没有登记")),
                ("silent_today", models.PositiveSmallIntegerField(verbose_name="当天没有登记")),
                ("measured", models.PositiveSmallIntegerField(verbose_name="有定额")),
                ("at_risk", models.PositiveSmallIntegerField(verbose_name="定额有风险")),
                ("missed", models.PositiveSmallIntegerField(verbose_name="定额未达")),
                (
                    "appointment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.dispatchingunit",
                        verbose_name="派出单位",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="attendance.countyperiod",
                        verbose_name="县级合计",
                    ),
                ),
            ],
            options={
                "verbose_name": "县级月度合计明细",
                "verbose_name_plural": "县级月度合计明细",
                "ordering": ["of", "pk"],
                "indexes": [
                    models.Index(fields=["month", "path"], name="month_total_place"),
                    models.Index(fields=["month", "unit"], name="month_total_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountyMonthDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(verbose_name="年月")),
                ("town", models.CharField(max_length=40, verbose_name="乡镇路径")),
                ("day", models.PositiveSmallIntegerField(verbose_name="日")),
                ("posted", models.PositiveIntegerField(verbose_name="专职人数")),
                ("nights", models.PositiveIntegerField(verbose_name="住下")),
                ("unsaid", models.PositiveIntegerField(verbose_name="没有登记的人")),
                ("there", models.PositiveIntegerField(verbose_name="在岗")),
                ("leave", models.PositiveIntegerField(verbose_name="请假")),
                ("trip", models.PositiveIntegerField(verbose_name="公出")),
                ("unverified", models.PositiveIntegerField(verbose_name="待核")),
                ("excused", models.PositiveIntegerField(verbose_name="休息、培训")),
                ("silent", models.PositiveIntegerField(verbose_name="没有登记")),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="attendance.countyperiod",
                        verbose_name="县级合计",
                    ),
                ),
            ],
            options={
                "verbose_name": "县级月度合计每天",
                "verbose_name_plural": "县级月度合计每天",
                "ordering": ["of", "pk"],
                "indexes": [models.Index(fields=["month", "town"], name="month_day_town")],
            },
        ),
        migrations.CreateModel(
            name="CountyQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=40, verbose_name="区划路径")),
                ("town", models.CharField(max_length=40, verbose_name="乡镇路径")),
                ("period", models.CharField(max_length=10, verbose_name="月或周")),
                ("order", models.PositiveIntegerField(verbose_name="次序")),
                ("measure", models.CharField(max_length=100, verbose_name="要求")),
                ("label", models.CharField(max_length=100, verbose_name="要求的说法")),
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("state", models.CharField(max_length=12, verbose_name="状态")),
                ("text", models.CharField(max_length=200, verbose_name="情况")),
                ("causes", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("ways", models.JSONField(default=list, verbose_name="还能怎么办")),
                ("changed", models.PositiveSmallIntegerField(default=0, verbose_name="关账后有变动的天数")),
                (
                    "appointment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="attendance.countyperiod",
                        verbose_name="县级合计",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="teams.dispatchingunit",
                        verbose_name="派出单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "县级合计定额",
                "verbose_name_plural": "县级合计定额",
                "ordering": ["of__county__path", "of", "order"],
                "indexes": [
                    models.Index(fields=["period", "path"], name="quota_total_place"),
                    models.Index(fields=["period", "measure", "state"], name="quota_total_state"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
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
                    "part",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午"), ("night", "夜间")],
                        max_length=5,
                        verbose_name="时段",
                    ),
                ),
                (
                    "source",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (10, "本人签到"),
                            (20, "导入"),
                            (30, "乡镇登记"),
                            (40, "更正"),
                            (50, "查岗"),
                            (60, "乡镇认定"),
                            (90, "县级认定"),
                        ],
                        verbose_name="来源",
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(verbose_name="第几次")),
                (
                    "value",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_post", "在岗"),
                            ("duty", "值班"),
                            ("comp_rest", "补休"),
                            ("rest", "休息"),
                            ("training", "培训"),
                            ("unverified", "待核"),
                            ("visit", "下组入户"),
                            ("village", "住村"),
                            ("town", "住镇"),
                            ("none", "没有住下"),
                            ("unexcused", "无故不在岗"),
                        ],
                        max_length=12,
                        verbose_name="情况",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="理由")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts_entered",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "出勤事实",
                "verbose_name_plural": "出勤事实",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["month", "person"], name="fact_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "month", "day", "part", "source", "revision"),
                        name="one_fact_a_revision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day__gte", 1), ("day__lte", 31)), name="fact_day_of_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision__gte", 1)), name="fact_revision_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ("am", "pm", "night"))), name="fact_part_of_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", 40), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="correction_needs_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value", "unexcused"), _negated=True),
                            models.Q(
                                ("entered_by__isnull", False),
                                ("source__in", [60, 90]),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="unexcused_is_a_finding",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldCheck",
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
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("period", models.CharField(max_length=10, verbose_name="哪一周或月")),
                ("first", models.DateField(verbose_name="从")),
                ("last", models.DateField(verbose_name="到")),
                ("held_on", models.DateField(verbose_name="调度日期")),
                ("chair", models.CharField(max_length=60, verbose_name="主持人")),
                ("decided", models.CharField(blank=True, max_length=500, verbose_name="议定的事")),
                ("figures", models.JSONField(verbose_name="当时的数字")),
                ("as_of", models.DateTimeField(verbose_name="数字截至")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("void_why", models.CharField(blank=True, max_length=120, verbose_name="作废原因")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks_recorded",
                        to="teams.person",
                        verbose_name="登记人",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks_held",
                        to="teams.region",
                        verbose_name="乡镇或县",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="作废人",
                    ),
                ),
            ],
            options={
                "verbose_name": "调度",
                "verbose_name_plural": "调度",
                "ordering": ["held_on", "pk"],
                "indexes": [models.Index(fields=["period", "region"], name="held_check_period")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("clause", ""), _negated=True), name="held_check_names_its_clause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("chair", ""), _negated=True), name="held_check_says_who"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_on__gte", models.F("first")), ("last__gte", models.F("first"))
                        ),
                        name="held_check_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_why", ""), ("voided_at__isnull", True)),
                            models.Q(
                                ("voided_at__isnull", False),
                                ("voided_by__isnull", False),
                                models.Q(("void_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="voided_check_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionBulletin",
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
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("title", models.CharField(max_length=80, verbose_name="标题")),
                ("prefix", models.CharField(max_length=20, verbose_name="发文代字")),
                ("first", models.DateField(verbose_name="从")),
                ("last", models.DateField(verbose_name="到")),
                ("method", models.CharField(max_length=200, verbose_name="方式")),
                ("overall", models.CharField(max_length=1000, verbose_name="总体情况")),
                ("demands", models.CharField(blank=True, max_length=1000, verbose_name="要求")),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="时限")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="修订号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("pending", "待签发"),
                            ("issued", "已印发"),
                            ("dropped", "不发了"),
                        ],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="年份")),
                ("serial", models.PositiveIntegerField(blank=True, null=True, verbose_name="序号")),
                ("hash", models.CharField(blank=True, max_length=64, verbose_name="内容校验码")),
                ("issued_at", models.DateTimeField(blank=True, null=True, verbose_name="印发时间")),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="attendance.inspectionbulletin",
                        verbose_name="更正",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins_drafted",
                        to="teams.person",
                        verbose_name="起草人",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="签发人",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletins",
                        to="teams.office",
                        verbose_name="发文单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "督查通报",
                "verbose_name_plural": "督查通报",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="BulletinItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(verbose_name="序号")),
                ("town", models.CharField(max_length=60, verbose_name="乡镇")),
                ("village", models.CharField(blank=True, max_length=60, verbose_name="村")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("post", models.CharField(max_length=60, verbose_name="职务")),
                ("unit", models.CharField(blank=True, max_length=80, verbose_name="派出单位")),
                ("problem", models.CharField(max_length=300, verbose_name="问题")),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bulletin_items",
                        to="attendance.absencecase",
                        verbose_name="缺勤处置",
                    ),
                ),
                (
                    "bulletin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="attendance.inspectionbulletin",
                        verbose_name="督查通报",
                    ),
                ),
            ],
            options={
                "verbose_name": "通报问题",
                "verbose_name_plural": "通报问题",
                "ordering": ["bulletin", "order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("bulletin", "case"), name="one_item_a_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthObjection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(help_text="如 202611", verbose_name="年月")),
                ("version", models.PositiveSmallIntegerField(default=0, verbose_name="第几次关账")),
                ("day", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="日")),
                ("text", models.CharField(max_length=200, verbose_name="异议")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="答复")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="答复人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="month_objections",
                        to="teams.person",
                        verbose_name="本人",
                    ),
                ),
            ],
            options={
                "verbose_name": "考勤异议",
                "verbose_name_plural": "考勤异议",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "month", "version"), name="one_objection_a_month_and_closing"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="objection_answered_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(help_text="如 202611", verbose_name="年月")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                (
                    "kind",
                    models.CharField(
                        choices=[("provisional", "临时"), ("final", "正式")],
                        max_length=12,
                        verbose_name="性质",
                    ),
                ),
                ("basis", models.CharField(max_length=64, verbose_name="依据")),
                ("sheets", models.JSONField(default=list, verbose_name="关账")),
                ("towns", models.JSONField(default=list, verbose_name="乡镇")),
                ("hash", models.CharField(blank=True, max_length=64, verbose_name="内容校验码")),
                ("asked_at", models.DateTimeField(verbose_name="要求生成时间")),
                ("claimed_until", models.DateTimeField(blank=True, null=True, verbose_name="占用到")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="要求生成的人",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="month_reports",
                        to="teams.region",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度考勤报表",
                "verbose_name_plural": "月度考勤报表",
                "ordering": ["-month", "-version"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["asked_at"],
                        name="report_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("county", "month", "version"), name="one_report_a_version"
                    ),
                    models.UniqueConstraint(fields=("county", "month", "basis"), name="one_report_a_basis"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            models.Q(("hash", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="finished_report_has_hash",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.PositiveIntegerField(help_text="如 202611", verbose_name="年月")),
                ("version", models.PositiveSmallIntegerField(verbose_name="第几次关账")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待核对关账"),
                            ("closed", "已关账"),
                            ("returned", "退回修改"),
                            ("withdrawn", "已撤回"),
                            ("reopened", "已重开"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("hash", models.CharField(max_length=64, verbose_name="内容校验码")),
                ("estimated", models.BooleanField(default=False, verbose_name="日历按周末推算")),
                ("sent_at", models.DateTimeField(verbose_name="送核时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="关账时间")),
                ("reopened_at", models.DateTimeField(blank=True, null=True, verbose_name="重开时间")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="重开原因")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="关账人",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="重开人",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送核人",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="month_sheets",
                        to="teams.team",
                        verbose_name="工作队",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度考勤",
                "verbose_name_plural": "月度考勤",
                "ordering": ["-month", "pk"],
                "indexes": [models.Index(fields=["month", "team"], name="sheet_month")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "closed"])),
                        fields=("team", "month"),
                        name="one_standing_sheet_a_month",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["pending", "closed", "reopened"])),
                        fields=("team", "month", "version"),
                        name="one_sheet_a_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="sheet_version_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["closed", "reopened"]), _negated=True),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="closed_sheet_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "reopened"), _negated=True),
                            models.Q(models.Q(("reason", ""), _negated=True), ("reopened_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="reopened_sheet_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.PositiveIntegerField(verbose_name="序号")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("post", models.CharField(max_length=60, verbose_name="职务")),
                ("unit", models.CharField(blank=True, max_length=120, verbose_name="派出单位")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="驻点")),
                ("totals", models.JSONField(verbose_name="合计")),
                ("days", models.JSONField(verbose_name="逐日情况")),
                ("marks", models.JSONField(verbose_name="逐日符号")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.appointment",
                        verbose_name="任职",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="attendance.monthsheet",
                        verbose_name="月度考勤",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度考勤明细",
                "verbose_name_plural": "月度考勤明细",
                "ordering": ["sheet", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "appointment"), name="one_line_a_posting")
                ],
            },
        ),
        migrations.CreateModel(
            name="PostPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(db_index=True, max_length=40, verbose_name="区划路径")),
                ("latitude", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="纬度")),
                ("longitude", models.DecimalField(decimal_places=5, max_digits=8, verbose_name="经度")),
                ("set_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="teams.region",
                        verbose_name="驻点",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points_set",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "驻点位置",
                "verbose_name_plural": "驻点位置",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__gte", 3),
                            ("latitude__lte", 54),
                            ("longitude__gte", 73),
                            ("longitude__lte", 136),
                        ),
                        name="point_in_the_country",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
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
                ("month", models.PositiveIntegerField(help_text="如 202611", verbose_name="年月")),
                ("teams", models.JSONField(default=list, verbose_name="工作队")),
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
                "verbose_name": "考勤导入",
                "verbose_name_plural": "考勤导入",
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
                        name="register_import_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "checked"), ("content", ""), _connector="OR"),
                        name="register_import_keeps_no_workbook",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=40, verbose_name="路径")),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("people", models.PositiveIntegerField(verbose_name="人数")),
                ("hash", models.CharField(max_length=64, verbose_name="内容校验码")),
                ("lines", models.JSONField(verbose_name="内容")),
                ("workbook", models.BinaryField(verbose_name="表格")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="attendance.monthreport",
                        verbose_name="报表",
                    ),
                ),
            ],
            options={
                "verbose_name": "出勤登记表",
                "verbose_name_plural": "出勤登记表",
                "ordering": ["report", "path"],
                "constraints": [models.UniqueConstraint(fields=("report", "path"), name="one_part_a_place")],
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_key", models.CharField(max_length=64, verbose_name="提交键")),
                (
                    "kind",
                    models.CharField(
                        choices=[("on_post", "在岗"), ("overnight", "过夜")],
                        max_length=10,
                        verbose_name="签到",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("not_asked", "不要求定位"),
                            ("no_point", "驻点位置还没有登记"),
                            ("inside", "在范围内"),
                            ("outside", "在范围外"),
                            ("no_position", "没有定位"),
                        ],
                        max_length=12,
                        verbose_name="位置",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(decimal_places=3, max_digits=6, null=True, verbose_name="纬度"),
                ),
                (
                    "longitude",
                    models.DecimalField(decimal_places=3, max_digits=6, null=True, verbose_name="经度"),
                ),
                ("accuracy", models.PositiveIntegerField(null=True, verbose_name="误差")),
                ("distance", models.PositiveIntegerField(null=True, verbose_name="距驻点")),
                ("device_time", models.DateTimeField(null=True, verbose_name="手机时间")),
                ("sent_at", models.DateTimeField(db_index=True, verbose_name="收到时间")),
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_in",
                        to="attendance.fact",
                        verbose_name="出勤事实",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to="teams.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to="teams.appointment",
                        verbose_name="驻点任职",
                    ),
                ),
            ],
            options={
                "verbose_name": "签到",
                "verbose_name_plural": "签到",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "client_key"), name="one_sign_in_a_key"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="sign_in_place_whole_or_none",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInPhoto",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.FileField(upload_to="sign-ins/%Y/%m/", verbose_name="照片")),
                ("size", models.PositiveIntegerField(verbose_name="字节数")),
                ("added_at", models.DateTimeField(verbose_name="附上时间")),
                (
                    "sign_in",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="photo",
                        to="attendance.signin",
                        verbose_name="签到",
                    ),
                ),
            ],
            options={
                "verbose_name": "签到照片",
                "verbose_name_plural": "签到照片",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
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
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("serial", models.PositiveIntegerField(verbose_name="第几次")),
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                (
                    "method",
                    models.CharField(
                        choices=[("online", "线上"), ("on_site", "线下")], max_length=8, verbose_name="方式"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "time",
                    models.CharField(
                        choices=[("am", "上午"), ("pm", "下午"), ("night", "夜间")],
                        max_length=5,
                        verbose_name="时段",
                    ),
                ),
                ("others", models.CharField(blank=True, max_length=80, verbose_name="会同人员")),
                (
                    "how_many",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="抽取人数"),
                ),
                ("by_town", models.BooleanField(default=False, verbose_name="每个乡镇各抽")),
                (
                    "seed_from",
                    models.CharField(
                        choices=[
                            ("system", "系统随机产生"),
                            ("published", "公开的数字"),
                            ("none", "不抽取，全部查"),
                        ],
                        max_length=10,
                        verbose_name="种子来源",
                    ),
                ),
                ("seed_basis", models.CharField(blank=True, max_length=80, verbose_name="用哪个数字")),
                ("seed", models.CharField(blank=True, max_length=64, verbose_name="种子")),
                ("seeded_at", models.DateTimeField(blank=True, null=True, verbose_name="种子确定时间")),
                ("pool", models.JSONField(default=list, verbose_name="待抽名单")),
                ("pool_hash", models.CharField(max_length=64, verbose_name="名单校验码")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "待抽取"),
                            ("drawn", "已抽取"),
                            ("closed", "已结束"),
                            ("cancelled", "已取消"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("planned_at", models.DateTimeField(verbose_name="安排时间")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="抽取时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                ("cancelled_why", models.CharField(blank=True, max_length=120, verbose_name="取消原因")),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="取消人",
                    ),
                ),
                (
                    "checkers",
                    models.ManyToManyField(
                        related_name="checks_made", to="teams.person", verbose_name="查岗人"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="结束人",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="teams.office",
                        verbose_name="组织单位",
                    ),
                ),
                ("places", models.ManyToManyField(related_name="+", to="teams.region", verbose_name="范围")),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks_planned",
                        to="teams.person",
                        verbose_name="安排人",
                    ),
                ),
            ],
            options={
                "verbose_name": "查岗",
                "verbose_name_plural": "查岗",
                "ordering": ["-day", "-pk"],
                "indexes": [models.Index(fields=["office", "day"], name="check_office")],
                "constraints": [
                    models.UniqueConstraint(fields=("office", "year", "serial"), name="one_check_a_number"),
                    models.CheckConstraint(
                        condition=models.Q(("clause", ""), _negated=True), name="check_names_its_clause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("how_many__isnull", True), ("seed_from", "none")),
                            models.Q(models.Q(("seed_from", "none"), _negated=True), ("how_many__gte", 1)),
                            _connector="OR",
                        ),
                        name="check_draws_or_takes_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["drawn", "closed"]), _negated=True),
                            ("drawn_at__isnull", False),
                            _connector="OR",
                        ),
                        name="drawn_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["drawn", "closed"]), _negated=True),
                            ("seed_from", "none"),
                            models.Q(("seed", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="drawn_from_a_seed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="closed_check_says_who",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "cancelled"), _negated=True),
                            models.Q(("cancelled_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cancelled_check_says_why",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="inspectionbulletin",
            name="checks",
            field=models.ManyToManyField(
                related_name="bulletins", to="attendance.spotcheck", verbose_name="查岗"
            ),
        ),
        migrations.CreateModel(
            name="SpotTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12, verbose_name="代码")),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="摘要")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("on_post", "在岗"),
                            ("leave", "请假在外"),
                            ("trip", "公出"),
                            ("absent", "不在岗，待核"),
                        ],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=120, verbose_name="情况")),
                ("found_at", models.DateTimeField(blank=True, null=True, verbose_name="查到时间")),
                ("keys", models.JSONField(default=list, editable=False, verbose_name="提交键")),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="attendance.spotcheck",
                        verbose_name="查岗",
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="查岗人",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spot_checks",
                        to="teams.appointment",
                        verbose_name="驻点任职",
                    ),
                ),
            ],
            options={
                "verbose_name": "查岗对象",
                "verbose_name_plural": "查岗对象",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("check_of", "posting"), name="one_target_a_check"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found_at__isnull", True), ("found_by__isnull", True), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("found_at__isnull", False),
                                ("found_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="found_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitTalk",
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
                ("clause", models.CharField(max_length=60, verbose_name="条款")),
                ("held_on", models.DateField(verbose_name="约谈日期")),
                ("talker", models.CharField(max_length=60, verbose_name="谈话人")),
                ("with_whom", models.CharField(max_length=60, verbose_name="谈话对象")),
                ("why", models.CharField(max_length=300, verbose_name="事由")),
                ("outcome", models.CharField(max_length=500, verbose_name="结果")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="知悉时间")),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("void_why", models.CharField(blank=True, max_length=120, verbose_name="作废原因")),
                (
                    "cases",
                    models.ManyToManyField(
                        blank=True,
                        related_name="talks",
                        to="attendance.absencecase",
                        verbose_name="为了哪几件",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="teams.office",
                        verbose_name="约谈单位",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks_recorded",
                        to="teams.person",
                        verbose_name="登记人",
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
                        verbose_name="知悉人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="teams.dispatchingunit",
                        verbose_name="派出单位",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="teams.person",
                        verbose_name="作废人",
                    ),
                ),
            ],
            options={
                "verbose_name": "约谈",
                "verbose_name_plural": "约谈",
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("clause", ""), _negated=True), name="talk_names_its_clause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("voided_at__isnull", True),
                            models.Q(("void_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="voided_talk_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seen_at__isnull", True), ("seen_by__isnull", True)),
                            models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="talk_seen_by_and_when",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="inspectionbulletin",
            constraint=models.UniqueConstraint(
                fields=("office", "year", "serial"), name="one_bulletin_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionbulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", models.F("first"))), name="bulletin_dates_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionbulletin",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_at__isnull", False),
                        ("serial__isnull", False),
                        ("state", "issued"),
                        ("year__isnull", False),
                        ("issued_by__isnull", False),
                        models.Q(("hash", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "issued"), _negated=True),
                        ("hash", ""),
                        ("issued_at__isnull", True),
                        ("serial__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="issued_bulletin_is_numbered",
            ),
        ),
    ]

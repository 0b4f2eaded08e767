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
                            ("village", "住村"),
                            ("town", "住镇"),
                            ("none", "没有住下"),
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
                ],
            },
        ),
    ]

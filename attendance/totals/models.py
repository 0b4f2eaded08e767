"""A county's month as it was last summed up: what pages of more people than can be derived at once read instead.

These rows are a copy, rewritten whole; nothing is decided by them and nothing refers to them.
"""

from __future__ import annotations

from django.db import models

from teams.models import Appointment, DispatchingUnit, Person, Region, Team


class CountyPeriod(models.Model):
    """One county's month or week; ``written_at`` says of when its rows are. ``period``: 2026-11, 2026-W48.

    Of a week only the quotas are written: its days stand in the months it lies in.
    """

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="totals"
    )
    period = models.CharField("月或周", max_length=10)
    written_at = models.DateTimeField("汇总时间")

    class Meta:
        verbose_name = "县级合计"
        verbose_name_plural = "县级合计"
        ordering = ["-period", "county"]
        constraints = [
            models.UniqueConstraint(fields=["county", "period"], name="one_total_a_county_and_period"),
        ]
        indexes = [models.Index(fields=["period"], name="county_period")]

    def __str__(self) -> str:
        return f"{self.county} {self.period}"


class CountyMonthDay(models.Model):
    """One day of one town of a month: people or halves of days, as a board counts them.

    The columns are those of :class:`attendance.by_day.DayCount`.
    """

    of = models.ForeignKey(
        CountyPeriod, verbose_name="县级合计", on_delete=models.CASCADE, related_name="days"
    )
    month = models.PositiveIntegerField("年月")
    town = models.CharField("乡镇路径", max_length=40)
    day = models.PositiveSmallIntegerField("日")
    posted = models.PositiveIntegerField("专职人数")
    nights = models.PositiveIntegerField("住下")
    unsaid = models.PositiveIntegerField("没有登记的人")
    there = models.PositiveIntegerField("在岗")
    leave = models.PositiveIntegerField("请假")
    trip = models.PositiveIntegerField("公出")
    unverified = models.PositiveIntegerField("待核")
    excused = models.PositiveIntegerField("休息、培训")
    silent = models.PositiveIntegerField("没有登记")

    class Meta:
        verbose_name = "县级月度合计每天"
        verbose_name_plural = "县级月度合计每天"
        ordering = ["of", "pk"]
        indexes = [models.Index(fields=["month", "town"], name="month_day_town")]

    def __str__(self) -> str:
        return f"{self.of_id} {self.town} {self.day}"


def _copied(to: type[models.Model], label: str, *, null: bool = False) -> models.ForeignKey:
    """Whom a row was copied of: read by its column, so that no key is indexed, and not checked anew with each copy.

    What somebody removes takes the rows along; what is removed while they are written goes with the next writing.
    """
    return models.ForeignKey(
        to, verbose_name=label, null=null, on_delete=models.CASCADE, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip


class OfPosting(models.Model):
    """Whose row it is and where, by which a page finds it."""

    appointment = _copied(Appointment, "任职")
    person = _copied(Person, "人员")
    team = _copied(Team, "工作队")
    unit = _copied(DispatchingUnit, "派出单位", null=True)
    path = models.CharField("区划路径", max_length=40)
    town = models.CharField("乡镇路径", max_length=40)

    class Meta:
        abstract = True


class CountyQuotaQuerySet(models.QuerySet["CountyQuota"]):
    def for_pages(self) -> CountyQuotaQuerySet:
        return self.select_related("appointment__person", "appointment__body__region", "appointment__unit")


class CountyQuota(OfPosting):
    """How one quota of one person stood: a line of :class:`attendance.quotas.Standings`, with what its page says of it.

    ``measure`` names the rule, ``state`` is what a reader is told; halves of days or nights.
    """

    of = models.ForeignKey(
        CountyPeriod, verbose_name="县级合计", on_delete=models.CASCADE, related_name="quotas"
    )
    period = models.CharField("月或周", max_length=10)
    order = models.PositiveIntegerField("次序")
    measure = models.CharField("要求", max_length=100)
    label = models.CharField("要求的说法", max_length=100)
    clause = models.CharField("条款", max_length=60)
    state = models.CharField("状态", max_length=12)
    text = models.CharField("情况", max_length=200)
    causes = models.CharField("原因", max_length=200, blank=True)
    ways = models.JSONField("还能怎么办", default=list)
    changed = models.PositiveSmallIntegerField("关账后有变动的天数", default=0)

    objects = CountyQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = "县级合计定额"
        verbose_name_plural = "县级合计定额"
        ordering = ["of__county__path", "of", "order"]
        indexes = [
            models.Index(fields=["period", "path"], name="quota_total_place"),
            models.Index(fields=["period", "measure", "state"], name="quota_total_state"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.appointment_id} {self.measure}"


class CountyMonthLine(OfPosting):
    """One posting's month. Halves of days, but ``nights``; ``people`` is 1 where the person is counted.

    ``silent``: working days of which nothing is entered, ``silent_today`` the day of writing among them. ``measured``,
    ``at_risk`` and ``missed`` are 1 where a document asks something of the person's month, where it is at risk, where
    it was missed without a cause.
    """

    of = models.ForeignKey(
        CountyPeriod, verbose_name="县级合计", on_delete=models.CASCADE, related_name="lines"
    )
    month = models.PositiveIntegerField("年月")
    people = models.PositiveSmallIntegerField("计入人数")
    on_post = models.PositiveSmallIntegerField("在岗")
    nights = models.PositiveSmallIntegerField("住下")
    leave = models.PositiveSmallIntegerField("请假")
    trip = models.PositiveSmallIntegerField("公出")
    unverified = models.PositiveSmallIntegerField("待核")
    silent = models.PositiveSmallIntegerField("没有登记")
    silent_today = models.PositiveSmallIntegerField("当天没有登记")
    measured = models.PositiveSmallIntegerField("有定额")
    at_risk = models.PositiveSmallIntegerField("定额有风险")
    missed = models.PositiveSmallIntegerField("定额未达")

    class Meta:
        verbose_name = "县级月度合计明细"
        verbose_name_plural = "县级月度合计明细"
        ordering = ["of", "pk"]
        indexes = [
            models.Index(fields=["month", "path"], name="month_total_place"),
            models.Index(fields=["month", "unit"], name="month_total_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.appointment_id}"

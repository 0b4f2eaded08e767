"""A county's month as it was last summed up: what pages of more people than can be derived at once read instead.

These rows are a copy, rewritten whole; nothing is decided by them and nothing refers to them.
"""

from __future__ import annotations

from django.db import models

from teams.models import Appointment, DispatchingUnit, Person, Region, Team


class CountyMonth(models.Model):
    """One county's month; ``written_at`` says of when its lines are. ``month`` is written 202611."""

    county = models.ForeignKey(
        Region, verbose_name="县（市、区）", on_delete=models.PROTECT, related_name="month_totals"
    )
    month = models.PositiveIntegerField("年月", help_text="如 202611")
    written_at = models.DateTimeField("汇总时间")

    class Meta:
        verbose_name = "县级月度合计"
        verbose_name_plural = "县级月度合计"
        ordering = ["-month", "county"]
        constraints = [
            models.UniqueConstraint(fields=["county", "month"], name="one_total_a_county_and_month"),
        ]

    def __str__(self) -> str:
        return f"{self.county} {self.month}"


class CountyMonthDay(models.Model):
    """One day of one town in it. People who are ``posted``; everything else in halves of days, as a board counts them.

    The columns are those of :class:`attendance.by_day.DayCount`.
    """

    of = models.ForeignKey(
        CountyMonth, verbose_name="县级月度合计", on_delete=models.CASCADE, related_name="days"
    )
    month = models.PositiveIntegerField("年月")
    town = models.CharField("乡镇路径", max_length=40)
    day = models.PositiveSmallIntegerField("日")
    posted = models.PositiveIntegerField("专职人数")
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


class CountyMonthLine(models.Model):
    """One posting's month. Halves of days, but ``nights``; ``people`` is 1 where the person is counted.

    ``silent``: working days of which nothing is entered. ``measured``, ``at_risk`` and ``missed`` are 1 where a
    document asks something of the person's month, where it is at risk, where it was missed without a cause.
    """

    of = models.ForeignKey(
        CountyMonth, verbose_name="县级月度合计", on_delete=models.CASCADE, related_name="lines"
    )
    month = models.PositiveIntegerField("年月")
    appointment = models.ForeignKey(
        Appointment, verbose_name="任职", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, verbose_name="工作队", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        DispatchingUnit, verbose_name="派出单位", null=True, on_delete=models.CASCADE, related_name="+",
        db_index=False,
    )  # fmt: skip
    path = models.CharField("区划路径", max_length=40)
    town = models.CharField("乡镇路径", max_length=40)
    people = models.PositiveSmallIntegerField("计入人数")
    on_post = models.PositiveSmallIntegerField("在岗")
    nights = models.PositiveSmallIntegerField("住下")
    leave = models.PositiveSmallIntegerField("请假")
    trip = models.PositiveSmallIntegerField("公出")
    unverified = models.PositiveSmallIntegerField("待核")
    silent = models.PositiveSmallIntegerField("没有登记")
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

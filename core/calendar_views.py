"""法定日历: a year's days off and weekends worked, for everybody; a new notice entered by whoever keeps the calendar."""

from __future__ import annotations

import calendar as weeks
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core import calendar_years, clock, editions, web
from core.access import access, allows
from core.calendar import EDITION, statutory_calendar
from core.calendar_text import ONE_DAY, Holiday, read_notice, weekday
from core.calendar_years import Days, changes, differing, known_days, said
from core.errors import Refused
from core.models import CalendarDay, CalendarNotice

#: How far from today a year can be looked at or entered.
BEHIND, AHEAD = 2, 1


@access("login")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One year: twelve months with 休 and 班, the holidays in words, the notice, or that it is an estimate."""
    year = _year(request.GET.get("year", ""))
    days = known_days(year)
    notice = CalendarNotice.objects.filter(pk=year).select_related("entered_by").first()
    context = {
        "year": year,
        "years": [
            {"label": f"{each} 年", "url": f"{reverse('core:calendar')}?year={each}", "active": each == year}
            for each in _years()
        ],
        "notice": notice,
        "estimate": "" if notice else f"{year} 年",
        "months": [_month(year, month, days) for month in range(1, 13)],
        "special": _special(days),
        "workdays": statutory_calendar().count_workdays(date(year, 1, 1), date(year, 12, 31)),
        "may_enter": allows("installation_keeper", request.user),
    }
    return render(request, "core/calendar.html", context)


class NoticeForm(forms.Form):
    """The notice's year, number and words."""

    use_required_attribute = False

    year = forms.TypedChoiceField(
        label="哪一年", coerce=int, error_messages={"required": "选年份", "invalid_choice": "选列出的年份"}
    )
    number = forms.CharField(
        label="文号",
        help_text="如：国办发明电〔2025〕7号",
        max_length=calendar_years.NUMBER_LENGTH,
        error_messages={"required": "写明通知的文号", "max_length": "文号最多 60 字"},
    )
    text = forms.CharField(
        label="通知原文",
        help_text="从“一、元旦”起，把各个节日的几段原样粘贴进来，系统自己读出日期",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={
            "required": "粘贴通知里各个节日的几段",
            "max_length": "只粘贴各个节日的几段，不超过 4000 字",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(each, f"{each} 年") for each in _years()]

    def holidays(self) -> list[Holiday]:
        """What the words say; refusals stand beside the field, and the list is empty."""
        try:
            return read_notice(self.cleaned_data["text"], self.cleaned_data["year"])
        except Refused as refused:
            web.refusals_to_form(self, refused)
            return []


@access("installation_keeper")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a notice: paste its words, look at what was read and what it changes, then put it in force."""
    if request.method != "POST":
        form = NoticeForm(initial={"year": _next_unpublished()})
        return render(request, "core/calendar_form.html", {"form": form})
    form = NoticeForm(request.POST)
    holidays = form.holidays() if form.is_valid() else []
    if not holidays or "mend" in request.POST:
        return render(request, "core/calendar_form.html", {"form": form}, status=200 if holidays else 422)
    year, number = form.cleaned_data["year"], form.cleaned_data["number"]
    status = 200
    if "confirm" in request.POST:
        try:
            calendar_years.enter_year(
                acting_user=request.user,
                year=year,
                number=number,
                source=f"国务院办公厅关于{year}年部分节假日安排的通知",
                holidays=holidays,
                seen=request.POST.get("seen", ""),
            )
        except Refused as refused:
            web.refusals_to_form(form, refused)
            if form.errors.keys() & form.fields.keys():
                return render(request, "core/calendar_form.html", {"form": form}, status=refused.status)
            status = refused.status
        else:
            messages.success(request, f"{year} 年的安排已启用，以后的天数都按它算")
            return redirect(f"{reverse('core:calendar')}?year={year}")
    after = differing(holidays)
    context = {
        "form": form,
        "year": year,
        "rows": [_holiday(each) for each in holidays],
        "months": [_month(year, month, after) for month in range(1, 13)],
        "changes": [
            f"{each.day:%Y-%m-%d}（{weekday(each.day)}）：{each.before} → {each.after}"
            for each in changes(known_days(year), after)
        ],
        "seen": editions.stamp_of(EDITION),
    }
    return render(request, "core/calendar_check.html", context, status=status)


def _years() -> range:
    this = clock.today().year
    return range(this - BEHIND, this + AHEAD + 1)


def _year(asked: str) -> int:
    return (
        int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in _years() else clock.today().year
    )


def _next_unpublished() -> int:
    known = set(CalendarNotice.objects.values_list("year", flat=True))
    this = clock.today().year
    return next((year for year in range(this, this + AHEAD + 1) if year not in known), this)


def _month(year: int, month: int, days: Days) -> dict[str, Any]:
    """A month as rows of seven cells; None where the week belongs to another month."""
    rows = [
        [_cell(date(year, month, number), days) if number else None for number in week]
        for week in weeks.Calendar().monthdayscalendar(year, month)
    ]
    return {
        "name": f"{month} 月",
        "weeks": rows,
        "workdays": sum(1 for row in rows for cell in row if cell and cell["works"]),
    }


def _cell(day: date, days: Days) -> dict[str, Any]:
    kind = days.get(day, ("", ""))[0]
    works = kind == CalendarDay.Kind.WORK or (not kind and day.weekday() < 5)
    mark = {CalendarDay.Kind.WORK.value: "班", CalendarDay.Kind.REST.value: "休"}.get(kind, "")
    return {
        "day": day.day,
        "mark": mark,
        "works": works,
        "says": f"{day.month}月{day.day}日 {said(day, days)}" if mark else "",
    }


def _special(days: Days) -> list[str]:
    """The days that differ from the week, runs of one holiday together: ``2月16日（周一）至 2月20日（周五）：放假（春节）``."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][-1] == ONE_DAY and said(day, days) == said(runs[-1][-1], days):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [f"{_span(run)}：{said(run[0], days)}" for run in runs]


def _holiday(holiday: Holiday) -> dict[str, str]:
    span = f"{_span(holiday.off)}，共 {len(holiday.off)} 天"
    worked = f"；补班：{'、'.join(_day(day) for day in holiday.worked)}" if holiday.worked else ""
    return {"label": holiday.name, "value": f"{span}{worked}"}


def _span(days: Sequence[date]) -> str:
    return _day(days[0]) if len(days) == 1 else f"{_day(days[0])}至 {_day(days[-1])}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（{weekday(day)}）"

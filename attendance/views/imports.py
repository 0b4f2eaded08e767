"""考勤导入: a template, a workbook looked through, what it would change, and confirming it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.imports import services
from attendance.imports.models import RegisterImport
from attendance.imports.planning import KINDS
from attendance.imports.template import template
from attendance.views import tabs
from core import clock, import_pages, web, workbooks
from core.access import access
from core.errors import Refused
from core.months import month_asked, month_words
from leave.whereabouts.forms import MonthInput
from teams.models import Region, Team, User


class UploadForm(forms.Form):
    """One month, one file."""

    use_required_attribute = False

    month = forms.CharField(
        label="月份", widget=MonthInput(), error_messages={"required": "选一个月份"}, max_length=7
    )
    file = import_pages.workbook_field("考勤表")


def _teams(user: User) -> list[Team]:
    teams = list(services.teams_for(user))
    if not teams:
        raise Http404
    return teams


@access("register")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(http: HttpRequest) -> HttpResponse:
    """Upload a month to have it looked through; and what was imported before."""
    teams = _teams(http.user)
    if http.method != "POST":
        month = month_asked(http.GET.get("month", ""), clock.today())
        return _page(http, teams, month, UploadForm(initial={"month": f"{month:%Y-%m}"}))
    form = UploadForm(http.POST, http.FILES)
    month = month_asked(http.POST.get("month", "")[:7], clock.today())
    problems: list[Any] = []
    if form.is_valid():
        try:
            row = services.check(acting_user=http.user, month=month, file=form.cleaned_data["file"])
        except Refused as refused:
            problems = getattr(refused, "problems", [])
            web.refusals_to_form(form, refused)
        else:
            return redirect(row)
    return _page(http, teams, month, form, problems, 422)


def _page(
    http: HttpRequest,
    teams: list[Team],
    month: date,
    form: UploadForm,
    problems: list[Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "pages": tabs.pages("register"),
        "form": form,
        "month": month,
        "towns": list(_towns(teams).values()),
        **import_pages.problems_shown(problems or []),
        "page": web.page_of(http, services.seen_by(http.user)),
        "register_url": f"{reverse('attendance:register')}?month={month:%Y-%m}",
    }
    return render(http, "attendance/imports.html", context, status=status)


def _towns(teams: list[Team]) -> dict[str, Region]:
    return {town.path: town for team in teams for town in [team.region.town]}


@access("register")
@require_safe
def import_template(http: HttpRequest) -> HttpResponse:
    """The workbook to fill in, of one town's teams (``?town=…&month=2026-11``); the first town where none is named."""
    teams = _teams(http.user)
    towns = _towns(teams)
    town = towns.get(http.GET.get("town", "")) or next(iter(towns.values()))
    month = month_asked(http.GET.get("month", ""), clock.today())
    here = [team for team in teams if team.region.town.path == town.path]
    name = f"{town.name}{month_words(month)}考勤导入模板.xlsx"
    return workbooks.response(template(here, month), name)


@access("register")
@require_safe
def one(http: HttpRequest, pk: int) -> HttpResponse:
    """What a workbook would change, or has changed, person by person."""
    return _show(http, _found(http, pk))


@access("register")
@require_POST
def apply(http: HttpRequest, pk: int) -> HttpResponse:
    """Carry out what the page showed; a conflict shows the page with the reason."""
    found = _found(http, pk)
    try:
        row = services.apply(import_id=pk, acting_user=http.user, plan_hash=http.POST.get("plan_hash", ""))
    except Refused as refused:
        return _show(http, found, refused)
    messages.success(http, f"已导入：{row.count('changed')} 人有改动")
    return redirect(row)


@access("register")
@require_POST
def recheck(http: HttpRequest, pk: int) -> HttpResponse:
    """Look through the kept workbook again."""
    found = _found(http, pk)
    try:
        row = services.recheck(import_id=pk, acting_user=http.user)
    except Refused as refused:
        return _show(http, found, refused)
    messages.success(http, "已重新核对，下面是现在的结果")
    return redirect(row)


@access("register")
@require_POST
def drop(http: HttpRequest, pk: int) -> HttpResponse:
    """Give the import up."""
    found = _found(http, pk)
    try:
        services.drop(import_id=pk, acting_user=http.user)
    except Refused as refused:
        return _show(http, found, refused)
    messages.success(http, "已放弃，什么都没有导入，考勤表已清掉")
    return redirect("attendance:imports")


def _found(http: HttpRequest, pk: int) -> RegisterImport:
    row = next((row for row in services.seen_by(http.user) if row.pk == pk), None)
    if row is None:
        raise Http404
    return row


def _show(http: HttpRequest, row: RegisterImport, refused: Refused | None = None) -> HttpResponse:
    context = {
        **import_pages.lines_shown(http, row, KINDS, reverse("attendance:import", args=[row.pk]), refused),
        "pages": tabs.pages("register"),
        "to_do": row.count("changed"),
        "cells": sum(line["days"] for line in row.lines),
        "register_url": f"{reverse('attendance:register')}?month={row.first:%Y-%m}",
    }
    return render(http, "attendance/import.html", context, status=refused.status if refused else 200)

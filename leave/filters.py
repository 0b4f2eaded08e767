"""What an overseer may narrow the list of leave by. The state lives in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q

from core import clock
from leave.forms import DayInput
from leave.models import LeaveRequest, LeaveRequestQuerySet, Phase
from rules.book import rule_book
from teams.models import Team


def type_choices() -> list[tuple[str, str]]:
    """Every type some document or law knows, each once."""
    book = rule_book()
    found = {kind.code: kind.label for kind in book.common.leave_type}
    for pack in book.packs.values():
        found.update({kind.code: kind.label for kind in pack.leave_type})
    return list(found.items())


def _teams(request: Any) -> Any:
    return Team.objects.visible_to(request.user) if request is not None else Team.objects.none()


class LeaveFilter(django_filters.FilterSet):
    """状态, 类型, 工作队, 姓名或拼音, 日期范围."""

    phase = django_filters.ChoiceFilter(
        label="状态",
        empty_label="全部状态",
        choices=[choice for choice in Phase.choices if choice[0] != Phase.DRAFT],
    )
    type = django_filters.ChoiceFilter(label="类型", empty_label="全部类型", choices=type_choices)
    team = django_filters.ModelChoiceFilter(
        field_name="posting__body__team", label="工作队", empty_label="全部工作队", queryset=_teams
    )
    name = django_filters.CharFilter(
        label="姓名或拼音",
        method="by_name",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 40}),
    )
    since = django_filters.DateFilter(
        field_name="end",
        lookup_expr="gte",
        label="从",
        widget=DayInput(),
        error_messages={"invalid": "日期写成 2026-11-24 的样子"},
    )
    until = django_filters.DateFilter(
        field_name="start",
        lookup_expr="lte",
        label="到",
        widget=DayInput(),
        error_messages={"invalid": "日期写成 2026-11-24 的样子"},
    )

    class Meta:
        model = LeaveRequest
        fields: list[str] = []

    def by_name(self, rows: LeaveRequestQuerySet, name: str, value: str) -> LeaveRequestQuerySet:
        """By part of the name, by full pinyin with or without spaces, or by its first letters."""
        text = value.strip().lower()
        if not text:
            return rows
        spaced = Q(applicant__pinyin__startswith=text) | Q(
            applicant__initials__startswith=text.replace(" ", "")
        )
        return rows.filter(Q(applicant__name__contains=value.strip()) | spaced | Q(number__endswith=text))


def filtered(request: Any) -> LeaveFilter:
    """The list an overseer sees, narrowed by the address. Drafts are their drafters' alone."""
    rows = (
        LeaveRequest.objects.visible_to(request.user)
        .exclude(state=LeaveRequest.State.DRAFT)
        .with_phase(clock.today())
        .for_lists()
        .order_by("-pk")
    )
    return LeaveFilter(request.GET, queryset=rows, request=request)

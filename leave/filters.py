"""What an overseer may narrow the list of leave by. The state lives in the address."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from leave.finding import numbered
from leave.forms import DayInput
from leave.models import LeaveRequest, LeaveRequestQuerySet, OfficialTrip, Phase, TripPhase
from rules.book import leave_types_known
from teams.models import Team
from teams.models.places import path_range
from teams.names import so_named
from teams.words import Level


def places_of(user: Any) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]:
    """The towns (by path) and the teams the user may choose from; one query."""
    teams = list(Team.objects.visible_to(user).select_related("region__parent"))
    towns: dict[str, str] = {}
    for team in teams:
        region = team.region if team.region.level == Level.TOWN else team.region.parent
        if region is not None:
            towns[region.path] = region.name
    return sorted(towns.items()), [(team.pk, str(team)) for team in teams]


def _narrow(filters: dict[str, Any], user: Any) -> None:
    """Give 乡镇 and 工作队 the viewer's own; a choice of one thing is no filter and is left out."""
    towns, teams = places_of(user)
    for name, choices in (("town", towns), ("team", teams)):
        if len(choices) > 1:
            filters[name].extra["choices"] = choices
        else:
            del filters[name]


class LeaveFilter(django_filters.FilterSet):
    """状态, 类型, 乡镇, 工作队, 姓名或拼音, 日期范围. A choice of one thing is no filter and is left out."""

    phase = django_filters.ChoiceFilter(
        label="状态",
        empty_label="全部状态",
        choices=[choice for choice in Phase.choices if choice[0] != Phase.DRAFT],
    )
    type = django_filters.ChoiceFilter(label="类型", empty_label="全部类型", choices=leave_types_known)
    town = django_filters.ChoiceFilter(label="乡镇", empty_label="全部乡镇", method="in_town")
    team = django_filters.ChoiceFilter(field_name="posting__body", label="工作队", empty_label="全部工作队")
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
    name = django_filters.CharFilter(
        label="姓名或拼音",
        method="by_name",
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 40}),
    )

    #: The person whose name is looked for.
    whose = "applicant"

    class Meta:
        model = LeaveRequest
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _narrow(self.filters, self.request.user)

    @property
    def qs(self) -> Any:
        """What the address asks for, of what the viewer may see, whether or not anything is asked."""
        return super().qs.visible_to(self.request.user)

    def in_town(self, rows: LeaveRequestQuerySet, name: str, value: str) -> LeaveRequestQuerySet:
        """In the town or in a village of it."""
        low, high = path_range(value)
        return rows.filter(posting__body__region__path__gte=low, posting__body__region__path__lt=high)

    def by_name(self, rows: LeaveRequestQuerySet, name: str, value: str) -> LeaveRequestQuerySet:
        """The person so named, or the request whose number ends so."""
        return so_named(rows, value, self.whose, also=numbered(value))


def filtered(request: Any) -> LeaveFilter:
    """The list an overseer sees, narrowed by the address. Drafts are their drafters' alone."""
    # By the time first, which no index serves: asked for the newest keys of one county, PostgreSQL reads those of the
    # whole country backwards until it has met twenty of it, for seconds.
    rows = (
        LeaveRequest.objects.whole()
        .exclude(state=LeaveRequest.State.DRAFT)
        .for_rows()
        .order_by("-created_at", "-pk")
    )
    return LeaveFilter(request.GET, queryset=rows, request=request)


class TripFilter(LeaveFilter):
    """The same of trips, which have no type."""

    phase = django_filters.ChoiceFilter(label="状态", empty_label="全部状态", choices=TripPhase.choices)
    type = None
    whose = "traveller"

    class Meta:
        model = OfficialTrip
        fields: list[str] = []


def filtered_trips(request: Any) -> TripFilter:
    """The trips the viewer may see, narrowed by the address."""
    rows = OfficialTrip.objects.for_lists().order_by("-reported_at", "-pk")
    return TripFilter(request.GET, queryset=rows, request=request)

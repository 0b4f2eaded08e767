"""What the register is narrowed by: a period, a place, a unit, a type, a state. All of it lives in the address."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from core import clock
from leave.filters import places_of
from leave.forms import DayInput
from leave.models import LeaveRequestQuerySet, OfficialTripQuerySet, Phase, TripPhase
from rules.book import leave_types_known
from teams.models import Appointment, DispatchingUnit, User
from teams.models.places import path_range

#: The type under which trips are asked for.
TRIP = "trip"
WHOLE_YEAR = "year"
QUARTERS = "一二三四"
WRONG_DAY = "日期写成 2026-11-24 的样子"


@dataclass(frozen=True)
class Wanted:
    """The register one asks for; None and ``""`` narrow nothing. ``first`` and ``last`` bound the beginning."""

    first: date | None = None
    last: date | None = None
    town: str = ""
    team: int | None = None
    unit: int | None = None
    type: str = ""
    phase: str = ""

    def of_leave(self, rows: LeaveRequestQuerySet) -> LeaveRequestQuerySet:
        if self.type == TRIP or (self.phase and self.phase not in Phase.values):
            return rows.none()
        rows = rows.with_phase(clock.today()).filter(**self._common())
        if self.type:
            rows = rows.filter(type=self.type)
        return rows.filter(phase=self.phase) if self.phase else rows

    def of_trips(self, rows: OfficialTripQuerySet) -> OfficialTripQuerySet:
        if self.type not in ("", TRIP) or (self.phase and self.phase not in TripPhase.values):
            return rows.none()
        rows = rows.with_phase(clock.today()).filter(**self._common())
        return rows.filter(phase=self.phase) if self.phase else rows

    def _common(self) -> dict[str, Any]:
        asked: dict[str, Any] = {"start__gte": self.first, "start__lte": self.last}
        asked |= {"posting__body": self.team, "posting__unit": self.unit}
        if self.town:
            low, high = path_range(self.town)
            asked |= {"posting__body__region__path__gte": low, "posting__body__region__path__lt": high}
        return {name: value for name, value in asked.items() if value is not None}


class LedgerForm(forms.Form):
    """年度 and 月份或季度, or from one day to another; a choice of one thing is no filter and is left out."""

    year = forms.TypedChoiceField(label="年度", coerce=int, required=False)
    part = forms.ChoiceField(label="月份或季度", required=False)
    since = forms.DateField(
        label="从", required=False, widget=DayInput(), error_messages={"invalid": WRONG_DAY}
    )
    until = forms.DateField(
        label="到", required=False, widget=DayInput(), error_messages={"invalid": WRONG_DAY}
    )
    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.TypedChoiceField(label="工作队", required=False, coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label="派出单位", required=False, coerce=int, empty_value=None)
    type = forms.ChoiceField(label="类别", required=False)
    phase = forms.ChoiceField(label="状态", required=False)

    def __init__(self, asked: QueryDict, user: User) -> None:
        self.today = clock.today()
        said = asked.copy()
        said.setdefault("year", str(self.today.year))
        said.setdefault("part", str(self.today.month))
        super().__init__(said)
        towns, teams = places_of(user)
        units = DispatchingUnit.objects.filter(
            pk__in=Appointment.objects.visible_to(user).postings().order_by().values("unit")
        ).order_by("region__path", "pinyin", "pk")
        self.offered: dict[str, list[tuple[Any, str]]] = {
            "year": _years(self.today.year, said.get("year", "")),
            "part": _parts(),
            "town": [("", "全部乡镇"), *towns],
            "team": [("", "全部工作队"), *teams],
            "unit": [("", "全部派出单位"), *((unit.pk, str(unit)) for unit in units)],
            "type": [("", "全部类别"), *leave_types_known(), (TRIP, "因公外出")],
            "phase": [("", "全部状态"), *_phases()],
        }
        for name, choices in self.offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("town", "team", "unit"):
            if len(self.offered[name]) <= 2:
                del self.fields[name]

    @property
    def wanted(self) -> Wanted:
        """What was asked; a value that makes no sense narrows nothing and is said beside its field."""
        self.is_valid()
        said = self.cleaned_data
        first, last = self._period()
        return Wanted(
            first=first,
            last=last,
            town=said.get("town") or "",
            team=said.get("team"),
            unit=said.get("unit"),
            type=said.get("type") or "",
            phase=said.get("phase") or "",
        )

    def _period(self) -> tuple[date | None, date | None]:
        said = self.cleaned_data
        if said.get("since") or said.get("until"):
            return said.get("since"), said.get("until")
        year, part = said.get("year") or self.today.year, said.get("part") or WHOLE_YEAR
        if part == WHOLE_YEAR:
            return date(year, 1, 1), date(year, 12, 31)
        months = range(3 * int(part[1]) - 2, 3 * int(part[1]) + 1) if part[0] == "q" else [int(part)]
        last = months[-1]
        return date(year, months[0], 1), date(year, last, calendar.monthrange(year, last)[1])

    @property
    def period_words(self) -> str:
        """``2026年11月``, ``2026年第四季度``, ``2026年``, or from which day to which."""
        self.is_valid()
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since or until:
            parts = [f"{since:%Y-%m-%d} 起" if since else "", f"到 {until:%Y-%m-%d} 止" if until else ""]
            return "，".join(filter(None, parts))
        year, part = said.get("year") or self.today.year, said.get("part") or WHOLE_YEAR
        return f"{year}年" if part == WHOLE_YEAR else f"{year}年{dict(_parts())[part]}"

    @property
    def said(self) -> str:
        """Everything the register is narrowed by, in words, for its heading."""
        self.is_valid()
        found = [f"{self.period_words}开始的请假和因公外出"]
        for name in ("town", "team", "unit", "type", "phase"):
            value = self.cleaned_data.get(name)
            if value:
                words = {str(key): text for key, text in self.offered[name]}
                found.append(f"{self.fields[name].label}：{words[str(value)]}")
        return "；".join(found)

    @property
    def narrowed(self) -> bool:
        """Is anything set beside the period?"""
        self.is_valid()
        names = ("since", "until", "town", "team", "unit", "type", "phase")
        return any(self.data.get(name) for name in names)


def _years(this: int, asked: str) -> list[tuple[Any, str]]:
    years = set(range(this - 5, this + 2))
    if asked.isdecimal() and 2000 <= int(asked[:5]) <= 2100:
        years.add(int(asked))
    return [(year, f"{year}年") for year in sorted(years, reverse=True)]


def _parts() -> list[tuple[str, str]]:
    months = [(str(month), f"{month}月") for month in range(1, 13)]
    quarters = [(f"q{number}", f"第{word}季度") for number, word in enumerate(QUARTERS, start=1)]
    return [(WHOLE_YEAR, "全年"), *quarters, *months]


def _phases() -> list[tuple[str, str]]:
    """Leave and trips share a word where they share a condition."""
    leave = {value: label for value, label in Phase.choices if value != Phase.DRAFT}
    for value, label in TripPhase.choices:
        known = leave.get(value, "")
        leave[value] = f"{known}、{label}" if known and known != label else label
    return list(leave.items())

"""What the register may be narrowed by, and the form of one person's month that needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from leave.forms import day_field
from leave.whereabouts.forms import MonthInput
from policy.attendance import Mark
from teams.models import Team

#: All teams of the town on one page.
ALL = "all"


class RegisterForm(forms.Form):
    """镇, 队, 月; a choice of one thing is no choice and is left out."""

    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.ChoiceField(label="工作队", required=False)
    month = forms.CharField(label="月份", required=False, widget=MonthInput())

    def __init__(self, data: Any, *, towns: Mapping[str, str], teams: Sequence[Team]) -> None:
        super().__init__(data)
        if len(towns) > 1:
            self.fields["town"].choices = sorted(towns.items())
        else:
            del self.fields["town"]
        if len(teams) > 1:
            self.fields["team"].choices = [
                *((str(team.pk), str(team)) for team in teams),
                (ALL, "全部工作队"),
            ]
        else:
            del self.fields["team"]


class RowForm(forms.Form):
    """One person's month: a choice for each day that may be entered, and a reason for what is corrected."""

    use_required_attribute = False

    def __init__(
        self, *args: Any, days: Sequence[tuple[date, str, str]], marks: Sequence[Mark], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "不改")] + [(mark.code, mark.label) for mark in marks]
        for day, label, now in days:
            self.fields[f"d{day.day}"] = forms.ChoiceField(
                label=label, required=False, choices=choices, help_text=now
            )
        self.fields["reason"] = forms.CharField(
            label="理由",
            required=False,
            max_length=120,
            help_text="改以前登记过的日子时写",
            error_messages={"max_length": "理由最多 120 字"},
        )


class DaysForm(forms.Form):
    """Of which days and which town somebody wants the list."""

    use_required_attribute = False

    first = day_field("开始日期", "选开始日期")
    last = day_field("结束日期", "选结束日期")
    town = forms.ChoiceField(
        label="乡镇", required=False, error_messages={"invalid_choice": "选名单里的乡镇"}
    )

    def __init__(self, *args: Any, towns: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(towns) > 1:
            self.fields["town"].choices = [("", "全部乡镇"), *sorted(towns.items())]
        else:
            del self.fields["town"]

"""What 谁不在岗 may be narrowed by. The state lives in the address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from teams.models import DispatchingUnit, Team
from teams.models.places import path_range
from teams.words import Level


class MonthInput(forms.DateInput):
    """The browser's own month picker."""

    input_type = "month"


class PlaceForm(forms.Form):
    """乡镇, 工作队, 派出单位 as far as the viewer sees any; a choice of one thing is no choice and is left out."""

    view = forms.CharField(required=False, widget=forms.HiddenInput)
    month = forms.CharField(label="月份", required=False, widget=MonthInput())
    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.TypedChoiceField(label="工作队", required=False, coerce=int, empty_value=None)
    unit = forms.TypedChoiceField(label="派出单位", required=False, coerce=int, empty_value=None)

    def __init__(
        self, data: Any, *, teams: Sequence[Team], units: Iterable[DispatchingUnit], monthly: bool
    ) -> None:
        super().__init__(data)
        towns = {}
        for team in teams:
            region = team.region if team.region.level == Level.TOWN else team.region.parent
            if region is not None:
                towns[region.path] = region.name
        for name, nothing, choices in (
            ("town", "全部乡镇", sorted(towns.items())),
            ("team", "全部工作队", [(team.pk, str(team)) for team in teams]),
            ("unit", "全部单位", [(unit.pk, str(unit)) for unit in units]),
        ):
            if len(choices) > 1:
                self.fields[name].choices = [("", nothing), *choices]
            else:
                del self.fields[name]
        if not monthly:
            del self.fields["month"]
        self.full_clean()

    def chosen(self, name: str) -> Any:
        """What is chosen under that name; None where nothing is, or where the address names what is not offered."""
        return self.cleaned_data.get(name) or None

    @property
    def any_chosen(self) -> bool:
        return any(self.chosen(name) for name in ("town", "team", "unit"))

    def teams_in(self, teams: Sequence[Team]) -> list[Team]:
        """Those of the teams in the town, or the one team, that is chosen."""
        town, team = self.chosen("town"), self.chosen("team")
        low, high = path_range(town) if town else ("", "~")
        return [
            each for each in teams if low <= each.region.path < high and (team is None or each.pk == team)
        ]

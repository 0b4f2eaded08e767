"""What 定额 may be narrowed by. The state lives in the address."""

from __future__ import annotations

from typing import Any

from django import forms

from attendance.quotas import STATES, Chosen, Standings
from attendance.spans import named
from attendance.totals.quotas import WrittenStandings


class QuotaForm(forms.Form):
    """乡镇, 工作队, 事项, 状态; a choice of one thing is no choice and is left out. The period travels along."""

    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.TypedChoiceField(label="工作队", required=False, coerce=int, empty_value=None)
    measure = forms.ChoiceField(label="要求", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *STATES.items()])

    def __init__(self, data: Any, found: Standings | WrittenStandings) -> None:
        super().__init__(data)
        for name, value in named(found.period).items():
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput, initial=value)
        team = str(data.get("team", ""))
        said = Chosen(
            town=data.get("town", "") if data.get("town", "") in found.towns else "",
            team=int(team) if team.isdecimal() and len(team) < 12 else None,
        )
        for name, nothing, choices in (
            ("town", "全部乡镇", [(path, town.name) for path, town in found.towns.items()]),
            ("team", "全部工作队", list(found.teams(said).items())),
            ("measure", "全部要求", list(found.measures.items())),
        ):
            # Of many only the teams of one town are offered: a team that is named narrows even where it is the only one.
            if len(choices) > 1 or (name == "team" and choices and not found.few):
                self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        self.full_clean()

    def chosen(self, name: str) -> Any:
        """What is chosen under that name; None where nothing is, or what is not offered."""
        return self.cleaned_data.get(name) or None

    @property
    def picked(self) -> Chosen:
        """Everything that is chosen."""
        return Chosen(
            self.chosen("town") or "",
            self.chosen("team"),
            self.chosen("measure") or "",
            self.chosen("state") or "",
        )

    @property
    def kept(self) -> dict[str, str]:
        """What an address keeps of the choices when it turns to another period."""
        names = ("town", "team", "measure", "state")
        return {name: str(self.chosen(name)) for name in names if self.chosen(name)}

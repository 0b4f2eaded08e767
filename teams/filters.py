"""What the list of teams and people may be narrowed by. The state lives in the address."""

from __future__ import annotations

from typing import Any

from django import forms

from teams import rosters
from teams.models import Region, User


class ListForm(forms.Form):
    """姓名、拼音或队名, 镇（街）. Which list it is travels along."""

    view = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="姓名、拼音或队名",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    town = forms.ModelChoiceField(
        label="镇（街）",
        required=False,
        queryset=Region.objects.none(),
        empty_label="全部镇（街）",
        error_messages={"invalid_choice": "没有这个镇（街），重新选一个"},
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.fields["town"].queryset = rosters.towns_of(user)
        self.full_clean()

    @property
    def text(self) -> str:
        """What is searched for; empty where it cannot be taken."""
        return self.cleaned_data.get("name", "")

    @property
    def chosen_town(self) -> Region | None:
        return self.cleaned_data.get("town")

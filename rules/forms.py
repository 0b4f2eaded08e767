"""The trial's questions. What is asked travels in the address, so every answer can be passed on as a link."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.book import RuleBook
from policy.days import Half, Span
from policy.errors import PolicyInputError
from policy.explain import FIRST_YEAR, LAST_YEAR
from rules.places import Place, region_place
from rules.trial import Question

HALVES = [(half.value, half.label) for half in Half]
#: What an address may leave out.
DEFAULTS = {
    "role": "member", "dispatched_by": "county", "type": "personal", "start_half": "am", "end_half": "pm",
}  # fmt: skip


def _choice(label: str, choices: Any = (), **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        error_messages={
            "required": f"选一个{label}",
            "invalid_choice": f"{label}里没有“%(value)s”，从列表里选一个",
        },
        **kwargs,
    )


def _day(label: str, missing: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": "日期写成 2026-11-24 这样，而且真有这一天"},
        **kwargs,
    )


class TrialForm(forms.Form):
    """Who would ask, for what leave, from when to when."""

    place = _choice("地点")
    role = _choice("身份", list(ROLE_LABELS.items()))
    also_first_secretary = forms.BooleanField(label="兼任驻村第一书记", required=False)
    dispatched_by = _choice("派出机关", list(DISPATCHER_LABELS.items()))
    type = _choice("假别")
    start = _day("开始日期", "填写开始日期")
    start_half = _choice("开始的上午或下午", HALVES)
    end = _day("结束日期", "填写结束日期")
    end_half = _choice("结束的上午或下午", HALVES)
    on = _day("申请日期", "", required=False, help_text="按这一天有效的制度算；不填按今天")

    def __init__(
        self,
        data: QueryDict | None,
        *,
        book: RuleBook,
        documents: list[Place],
        regions: list[Place],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        asked = None if data is None else {**DEFAULTS, **{key: value.strip() for key, value in data.items()}}
        super().__init__(asked, initial={**DEFAULTS, **(initial or {})})
        self.book, self.today = book, today
        self.places = {place.value: place for place in (*documents, *regions)}
        self.fields["place"].choices = self._offered(documents, regions)
        self.fields["type"].choices = [(each.code, each.label) for each in self._types().values()]

    def _offered(self, documents: list[Place], regions: list[Place]) -> list[Any]:
        """Documents, then the regions the person knows; a place of somebody else's link stands with them."""
        value = (self.data or self.initial).get("place", "")
        if value and value not in self.places and (linked := region_place(self.book, value)) is not None:
            self.places[value] = linked
            regions = [*regions, linked]
        groups: list[Any] = [("", "选一个地点")]
        for title, places in (("按文件", documents), ("按县和乡镇", regions)):
            if places:
                groups.append((title, [(place.value, place.label) for place in places]))
        return groups

    def _types(self) -> dict[str, Any]:
        """The leave types of the place and day asked about; the common ones while neither is known."""
        place = self.places.get((self.data or self.initial).get("place", ""))
        try:
            on = date.fromisoformat((self.data or {}).get("on", ""))
        except ValueError:
            on = self.today
        return self.book.leave_types(
            place.region_codes if place else (), place.team_kind if place else "", on
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("start", "end", "on"):
            if data.get(name) and not FIRST_YEAR <= data[name].year <= LAST_YEAR:
                self.add_error(name, f"年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
        if all(name in data for name in ("start", "start_half", "end", "end_half")):
            try:
                data["span"] = Span(
                    data["start"], Half(data["start_half"]), data["end"], Half(data["end_half"])
                )
            except PolicyInputError as error:
                self.add_error(error.field, str(error))
        return data

    def question(self) -> Question:
        """The question of a valid form."""
        data = self.cleaned_data
        return Question(
            place=self.places[data["place"]],
            role=data["role"],
            also_first_secretary=data["also_first_secretary"],
            dispatched_by=data["dispatched_by"],
            type=data["type"],
            span=data["span"],
            asked_on=data["on"] or self.today,
        )

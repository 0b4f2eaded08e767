"""The forms of 查岗. They shape input; the verbs say whether it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from attendance.inspection.authority import Desk
from attendance.inspection.models import SpotCheck, SpotTarget
from attendance.inspection.planning import MOST, Wish, checkers_of, places_of
from attendance.inspection.results import NOTE_LENGTH
from core import attachments
from core.errors import Refused
from core.file_fields import FilesField, FilesInput
from leave.forms import day_field
from policy.basis import cite
from policy.inspection import Power
from rules.book import rule_book
from teams.words import Level

_SEEDS = [(value, label) for value, label in SpotCheck.SeedFrom.choices if value != SpotCheck.SeedFrom.NONE]


class PlanForm(forms.Form):
    """By which clause, how, when, who goes, where, and whom: everybody, or so many by a draw."""

    use_required_attribute = False

    clause = forms.ChoiceField(
        label="依据", error_messages={"required": "选依据的条款", "invalid_choice": "从列出的条款里选"}
    )
    day = day_field("查岗日期", "填写哪一天去")
    time = forms.ChoiceField(
        label="时段",
        choices=SpotCheck.Time.choices,
        error_messages={"required": "选上午、下午或夜间", "invalid_choice": "选上午、下午或夜间"},
    )
    method = forms.ChoiceField(
        label="方式",
        choices=SpotCheck.Method.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选线上或线下", "invalid_choice": "选线上或线下"},
    )
    checkers = forms.TypedMultipleChoiceField(
        label="查岗人",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "选至少一位查岗人，结果由他们记", "invalid_choice": "从列出的人里选"},
    )
    others = forms.CharField(
        label="会同的人",
        required=False,
        max_length=80,
        help_text="别的单位的人，写姓名和单位",
        error_messages={"max_length": "最多 80 字"},
    )
    places = forms.TypedMultipleChoiceField(
        label="范围",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是全部",
        error_messages={"invalid_choice": "从列出的地方里选"},
    )
    how_many = forms.IntegerField(
        label="抽几个人",
        required=False,
        min_value=1,
        max_value=MOST,
        help_text="不填就是范围里的人都查",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), f"填 1 到 {MOST} 的数"),
    )
    by_town = forms.BooleanField(label="每个乡镇各抽这么多人", required=False)
    seed_from = forms.ChoiceField(
        label="抽取用的种子",
        choices=_SEEDS,
        widget=forms.RadioSelect,
        required=False,
        help_text="种子定了再抽，任何人照着都能重算出同一份名单",
        error_messages={"invalid_choice": "从列出的里选"},
    )
    seed_basis = forms.CharField(
        label="用哪个公开的数字",
        required=False,
        max_length=80,
        help_text="还没有公布的数字，如：11月26日上证指数收盘点位。公布以后在这次查岗的页面填入，再抽",
        error_messages={"max_length": "最多 80 字"},
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [(power.clause, _power_words(power)) for power in desk.check]
        people = list(checkers_of(desk.office))
        self.fields["checkers"].choices = [(person.pk, person.name) for person in people]
        if len(people) == 1:
            self.fields["checkers"].initial = [people[0].pk]
        self.fields["places"].choices = [
            (
                place.pk,
                f"{place.parent.name}{place.name}"
                if place.level == Level.TOWN and place.parent and place.parent.path != desk.office.region.path
                else place.name,
            )
            for place in places_of(desk.office)
        ]
        self.fields["seed_from"].initial = SpotCheck.SeedFrom.SYSTEM
        self.fields["method"].initial = SpotCheck.Method.ON_SITE

    @property
    def wish(self) -> Wish:
        """What was typed, for the verb."""
        said = self.cleaned_data
        return Wish(
            clause=said["clause"],
            method=said["method"],
            day=said["day"],
            time=said["time"],
            place_ids=tuple(said["places"]),
            checker_ids=tuple(said["checkers"]),
            others=said["others"],
            how_many=said["how_many"],
            by_town=said["by_town"],
            seed_from=said["seed_from"] or SpotCheck.SeedFrom.SYSTEM,
            seed_basis=said["seed_basis"],
        )


def _power_words(power: Power) -> str:
    book = rule_book()
    return f"{cite(book, [power.clause])} {power.label}"


class FindForm(forms.Form):
    """What was found of one person: the button pressed, a sentence, photos where somebody wants to add any."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label="结果",
        choices=SpotTarget.Outcome.choices,
        error_messages={"required": "选一个结果", "invalid_choice": "选一个结果"},
    )
    note = forms.CharField(
        label="情况",
        required=False,
        max_length=NOTE_LENGTH,
        error_messages={"max_length": f"情况最多 {NOTE_LENGTH} 字"},
    )
    photos = FilesField(label="照片", required=False, widget=FilesInput(attrs={"accept": ".jpg,.jpeg,.png"}))

    def clean_photos(self) -> list[UploadedFile]:
        for file in self.cleaned_data["photos"]:
            try:
                attachments.check(file, field="photos")
            except Refused as refused:
                raise forms.ValidationError(refused.sentence) from refused
        return self.cleaned_data["photos"]

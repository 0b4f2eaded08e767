"""Forms about people: the list's filters, and what is registered of a person."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.templatetags.zhubang import mask_phone
from teams.administered import regions_of, units_for
from teams.duplicates import Alike, likely_same
from teams.models import Person, Region
from teams.registry.fields import RegistryForm, choose, line, month, one_of, phone, plain
from teams.words import Level

#: What the list of people may be narrowed to.
STATES = [
    ("", "全部"),
    ("posted", "有驻点"),
    ("serving", "在任职"),
    ("none", "未任职"),
]


class PeopleFilter(forms.Form):
    """姓名或拼音, 派出单位, 镇（街）, 任职情况; the state lives in the address."""

    name = forms.CharField(
        label="姓名或拼音",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    unit = one_of("派出单位", empty="全部派出单位")
    town = one_of("镇（街）", empty="全部镇（街）")
    state = forms.ChoiceField(
        label="任职情况",
        choices=STATES,
        required=False,
        error_messages={"invalid_choice": "从列出的情况里选一个"},
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        choose(self, "unit", units_for(user).order_by("pinyin", "pk"))
        choose(self, "town", regions_of(user).filter(level=Level.TOWN, valid_to=None))
        self.full_clean()


class PersonForm(RegistryForm):
    """姓名, 性别, 出生年月, 电话, 登记地. ``alike`` after a refusal: people who may be the same."""

    name = line("姓名", 40, "填写姓名")
    gender = forms.ChoiceField(
        label="性别",
        choices=[("", "不填"), *Person.Gender.choices],
        required=False,
        error_messages={"invalid_choice": "性别选男或女"},
    )
    born = line("出生年月（档案）", 10, help_text="如 1985-03，按干部档案")
    phone = line(
        "电话", 24, help_text="手机号，或带区号的座机号", attrs={"type": "tel", "autocomplete": "off"}
    )
    registered_in = one_of("登记地", "选一个登记地", help_text="由这里的系统管理员维护，没有任职时也找得到")

    def __init__(self, data: Any = None, *, user: Any, person: Person | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.user, self.person = user, person
        self.alike: list[Alike] = []
        wide = (Level.TOWN, Level.COUNTY, Level.CITY, Level.PROVINCE)
        places = regions_of(user).filter(valid_to=None, level__in=wide)
        if person is not None and person.registered_in is not None:
            places = places | Region.objects.filter(pk=person.registered_in.pk)
        choose(self, "registered_in", places.distinct())

    def clean_name(self) -> str:
        name = plain(self.cleaned_data["name"])
        if not re.fullmatch(r"[^\W\d_]+(?:[·. ][^\W\d_]+)*", name):
            raise ValidationError("姓名只写文字，中间可以有“·”")
        return name

    def clean_born(self) -> str:
        return month(self.cleaned_data["born"]) if self.cleaned_data["born"] else ""

    def clean_phone(self) -> str:
        return phone(self.cleaned_data["phone"])


class EditPersonForm(PersonForm):
    """Correcting somebody. The number registered is not shown; left empty it stays."""

    NONE = "无"

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        super().__init__(*args, person=person, **more)
        if person.phone:
            self.fields[
                "phone"
            ].help_text = f"已登记 {mask_phone(person.phone)}，不改就空着；要删掉，写“{self.NONE}”"

    def clean_phone(self) -> str | None:
        text = self.cleaned_data["phone"].strip()
        if text == self.NONE:
            return ""
        return phone(text) if text else None


class NewPersonForm(PersonForm):
    """Registering somebody. Who looks like somebody registered is named, and the clerk says that he is another."""

    another = forms.BooleanField(label="看过了，不是同一个人，仍要登记", required=False)
    told = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        if data is None:
            del self.fields["another"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "name" in data and "phone" in data:
            self.alike = likely_same(self.user, name=data["name"], phone=data["phone"])
        shown = {int(part) for part in re.findall(r"\d{1,15}", data.get("told", ""))}
        data["told_apart"] = shown if data.get("another") else set()
        if any(each.person.pk not in data["told_apart"] for each in self.alike):
            self.add_error("another", "可能已登记过，看过上面的人再决定")
        if not self.alike:
            del self.fields["another"]
        # The next answer may only be about the people this page shows.
        self.data = self.data.copy()
        self.data["told"] = " ".join(str(each.person.pk) for each in self.alike)
        return data

    @property
    def alike_words(self) -> list[str]:
        """Who may be the same, each in a line."""
        return [each.words for each in self.alike]

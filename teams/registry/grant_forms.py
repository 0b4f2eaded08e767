"""Forms about grants."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.administered import bodies_of, regions_of
from teams.registry.fields import DayField, RegistryForm, choice, choose, line, one_of
from teams.words import BodyKind, GrantPurpose, Level

STATES = [("live", "生效中"), ("later", "还没到日子"), ("over", "已到期或收回")]
#: What a grant may open, in the order of the tabs.
KINDS = {
    "region": "区划",
    BodyKind.OFFICE.value: "机关",
    BodyKind.UNIT.value: "派出单位",
    BodyKind.TEAM.value: "工作队",
}
_HELP = {
    "region": "这个范围内的队伍、人员和请假",
    BodyKind.OFFICE.value: "这个部门的人能看到的",
    BodyKind.UNIT.value: "这个单位派出的人和他们的请假",
    BodyKind.TEAM.value: "这支队的人员和请假",
}


class GrantsFilter(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        choices=STATES,
        required=False,
        error_messages={"invalid_choice": "从列出的状态里选一个"},
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.full_clean()


class PeopleSearch(forms.Form):
    name = forms.CharField(
        label="姓名或拼音",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.full_clean()


class GrantForm(RegistryForm):
    target = one_of("能看什么", "选能看什么")
    purpose = choice("用途", GrantPurpose.choices, "选一个用途", radio=True)
    document = line("依据文号", 80, "写明依据的文号或批件", help_text="如：普办函〔2026〕8号")
    why = line("理由", 200, "写明为什么要授权")
    valid_from = DayField("从哪一天起", "填写从哪一天起")
    valid_to = DayField("到哪一天为止", "填写到哪一天为止", help_text="最长一年")

    def __init__(self, data: Any = None, *, user: Any, kind: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["target"].help_text = _HELP[kind]
        if kind == "region":
            rows = regions_of(user).filter(valid_to=None).exclude(level=Level.VILLAGE)
            choose(self, "target", rows)
        else:
            bodies = bodies_of(user).filter(kind=kind, valid_to=None).select_related("region")
            choose(self, "target", bodies.order_by("region__path", "pk"))


class RevokeForm(RegistryForm):
    why = line("收回的理由", 200, "写明为什么收回")

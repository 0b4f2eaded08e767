"""Forms about places and bodies."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core import clock
from teams.administered import bodies_of, regions_of
from teams.models import Body, Region
from teams.registry.fields import DayField, RegistryForm, choice, choose, line, one_of, plain
from teams.words import LEVELS, BodyKind, Function, Level, Origin, TaskKind, TeamKind

PAPER = "如：民函〔2026〕12号"


def _code(text: str) -> str:
    code = plain(text)
    if code and not re.fullmatch(r"\d{12}", code):
        raise ValidationError("区划代码是 12 位数字，不知道就空着")
    return code


def _name(text: str) -> str:
    return re.sub(r"\s+", "", plain(text))


class _Named(RegistryForm):
    def clean_name(self) -> str:
        return _name(self.cleaned_data["name"])

    def clean_short_name(self) -> str:
        return _name(self.cleaned_data["short_name"])

    def clean_code(self) -> str:
        return _code(self.cleaned_data["code"])


class PlaceForm(_Named):
    """A place below another."""

    name = line("名称", 60, "填写名称")
    level = choice("级别", [], "选一个级别")
    code = line("统计用区划代码", 20, help_text="12 位，不知道就空着")
    support_class = line("镇类型", 20, help_text="文件给镇分类才填，如：重点帮扶镇")
    valid_from = DayField("起用日期", "填写从哪一天起有这个区划")

    def __init__(self, *args: Any, parent: Region, **more: Any) -> None:
        super().__init__(*args, **more)
        below = LEVELS[LEVELS.index(parent.level) + 1 :]
        self.fields["level"].choices = [(level, Level(level).label) for level in below]
        if below:
            self.fields["level"].initial = below[0]


class RenamePlaceForm(_Named):
    name = line("新名称", 60, "填写新名称")
    code = line("统计用区划代码", 20, help_text="没有变就不改")
    first_day = DayField("起用日期", "填写新名称从哪一天起用")
    document = line("依据文号", 80, "填写批准更名的文号", help_text=PAPER)


class MergePlaceForm(RegistryForm):
    into = one_of("并入哪里", "选并入哪里")
    first_day = DayField("并入日期", "填写从哪一天起并入", help_text="这一天起按新的算")
    document = line("依据文号", 80, "填写批准合并的文号", help_text=PAPER)

    def __init__(self, *args: Any, user: Any, region: Region, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = regions_of(user).filter(level=region.level, valid_to=None).exclude(path=region.path)
        choose(self, "into", rows.select_related("parent"), _place_words)


class MovePlaceForm(RegistryForm):
    parent = one_of("移到哪里下面", "选移到哪里下面")
    document = line("依据文号", 80, "填写调整管理范围的文号", help_text=PAPER)

    def __init__(self, *args: Any, user: Any, region: Region, **more: Any) -> None:
        super().__init__(*args, **more)
        above = LEVELS[: LEVELS.index(region.level)]
        rows = regions_of(user).filter(level__in=above, valid_to=None)
        if region.parent is not None:
            rows = rows.exclude(path=region.parent.path)
        choose(self, "parent", rows.select_related("parent"), _place_words)


class CorrectPlaceForm(_Named):
    code = line("统计用区划代码", 20, help_text="12 位，不知道就空着")
    support_class = line("镇类型", 20, help_text="文件给镇分类才填，如：重点帮扶镇")


def _place_words(region: Region) -> str:
    return f"{region.parent}{region}" if region.parent and region.level == Level.VILLAGE else str(region)


class _BodyForm(_Named):
    name = line("全称", 80, "填写全称")
    short_name = line("简称", 30, help_text="表格和菜单里用，没有就空着")
    valid_from = DayField("起用日期", "填写从哪一天起有这个机构")


class OfficeForm(_BodyForm):
    functions = forms.MultipleChoiceField(
        label="承担的职能",
        required=False,
        choices=Function.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="条款里写的是职能，由当天承担它的部门来办",
        error_messages={"invalid_choice": "从列出的职能里选"},
    )


class UnitForm(_BodyForm):
    """A unit may belong to a level above: 省直, 市直 units send people too."""

    origin = choice("选派层级", Origin.choices, "选一个选派层级")
    region = one_of("所在", "选单位所在的区划")
    code = line("单位代码", 24)
    institution = one_of(
        "同一机构的部门", empty="不是本地部门", help_text="派人的单位同时是审批的部门时选，如县农业农村局"
    )

    field_order = ("name", "short_name", "origin", "region", "institution", "code", "valid_from")

    def clean_code(self) -> str:
        return plain(self.cleaned_data["code"])

    def __init__(self, *args: Any, user: Any, region: Region, **more: Any) -> None:
        super().__init__(*args, **more)
        paths = region.ancestor_paths()
        places = Region.objects.filter(path__in=paths, valid_to=None).order_by("-path")
        choose(self, "region", places)
        self.fields["region"].initial = region.pk
        offices = bodies_of(user).filter(kind=BodyKind.OFFICE, valid_to=None)
        choose(self, "institution", offices.order_by("region__path", "pk"))


class TeamForm(_BodyForm):
    team_kind = choice("类型", TeamKind.choices, "选一个类型")
    task = forms.ChoiceField(
        label="任务",
        choices=[("", "不分任务"), *TaskKind.choices],
        required=False,
        error_messages={"invalid_choice": "从列出的任务里选一个"},
    )

    field_order = ("name", "short_name", "team_kind", "task", "valid_from")


class RenameBodyForm(_Named):
    name = line("新全称", 80, "填写新的全称")
    short_name = line("新简称", 30, help_text="没有就空着")
    first_day = DayField("起用日期", "填写新名称从哪一天起用")
    document = line("依据文号", 80, "填写批准更名的文号", help_text=PAPER)


class MergeBodyForm(RegistryForm):
    into = one_of("并入哪里", "选并入哪里")
    first_day = DayField("并入日期", "填写从哪一天起并入", help_text="这一天起由新的接着办")
    document = line("依据文号", 80, "填写批准合并的文号", help_text=PAPER)

    def __init__(self, *args: Any, user: Any, body: Body, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = bodies_of(user).filter(kind=body.kind, valid_to=None).exclude(pk=body.pk)
        choose(self, "into", rows.order_by("region__path", "pk"))


class EndBodyForm(RegistryForm):
    last_day = DayField("最后一天", "填写最后一天", help_text="这一天还在")
    document = line("依据文号", 80, "填写批准撤销的文号", help_text=PAPER)


class FunctionForm(RegistryForm):
    function = choice("职能", [("", "选一项职能"), *Function.choices], "选一项职能")
    valid_from = DayField("从哪一天起", "填写从哪一天起承担")


class EndFunctionForm(RegistryForm):
    last_day = DayField("最后一天", "填写最后一天", help_text="这一天还承担")


class BodiesFilter(forms.Form):
    """名称, 类别, 镇（街）, 是否已撤并; the state lives in the address."""

    name = forms.CharField(
        label="名称",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "全部类别"), *BodyKind.choices],
        required=False,
        error_messages={"invalid_choice": "从列出的类别里选一个"},
    )
    town = one_of("镇（街）", empty="全部镇（街）")
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "在用"), ("ended", "已撤并或更名")],
        required=False,
        error_messages={"invalid_choice": "从列出的状态里选一个"},
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        choose(self, "town", regions_of(user).filter(level=Level.TOWN, valid_to=None))
        self.full_clean()


def today_first(**more: Any) -> dict[str, Any]:
    """Initial values of a change that takes force today."""
    return {"first_day": clock.today(), "valid_from": clock.today(), **more}

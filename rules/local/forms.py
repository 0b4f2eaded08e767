"""The forms of a local rule: the paper, and the rows of its rules. Whether it may stand is for the verbs to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from core import attachments
from core.errors import Refused
from core.file_fields import FilesField, FilesInput
from policy.base import DISPATCHER_LABELS, ROLE_LABELS
from policy.compare import COUNTING, MEASURE, PER
from policy.days import parse_days
from policy.errors import PolicyInputError
from policy.schema import Pack
from teams.words import TeamKind

MODES = [("any", "其中一方即可"), ("all", "都要签")]
VOICES = [("decide", "作决定"), ("opinion", "先提意见")]
EXEMPT = [("leave", "请假"), ("trip", "因公外出"), ("duty", "值班"), ("training", "培训")]


class Plain(forms.Form):
    """No browser's own bubbles; every sentence is ours."""

    use_required_attribute = False


def text(label: str, *, required: bool = False, most: int = 120, **kwargs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"maxlength": most})
    return forms.CharField(label=label, required=required, widget=widget, **kwargs)


def choice(label: str, choices: Any, *, required: bool = True, **kwargs: Any) -> forms.ChoiceField:
    errors = {"required": f"选{label}", "invalid_choice": f"{label}从列表里选"}
    return forms.ChoiceField(label=label, choices=choices, required=required, error_messages=errors, **kwargs)


def several(label: str, choices: Any, *, required: bool = False, missing: str = "", **kwargs: Any) -> Any:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": missing or f"选{label}",
            "invalid_choice": f"{label}从列表里选",
            "invalid_list": f"{label}从列表里选",
        },
        **kwargs,
    )


def day(label: str, *, required: bool = False, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"填写{label}", "invalid": f"{label}写成 2026-11-24 的样子"},
        **kwargs,
    )


def half_days(value: str, *, halves: bool = True) -> str:
    """A number of days as it is written, checked; ``halves`` lets half days in."""
    value = value.strip()
    if not value:
        return ""
    try:
        found = parse_days(value)
    except PolicyInputError as error:
        raise forms.ValidationError(str(error)) from None
    if not halves and found % 2:
        raise forms.ValidationError("夜数要写整数")
    return f"{found / 2:g}"


class PaperForm(Plain):
    """文号, 名称, 机关, 施行日."""

    LATER = ("number", "issuer", "valid_from")

    title = text("名称", required=True, error_messages={"required": "填写名称"})
    number = text("文号", required=True, most=80, help_text="没有文号的写会议纪要编号；草稿可以先不填")
    issuer = text("印发机关", required=True)
    issued = day("印发日期")
    valid_from = day("施行日期", required=True, help_text="从这一天申请的起，按这份制度办")
    under = choice("依据的文件", ())
    answers = choice("这份制度是", (), required=False)
    team_kinds = several("适用的工作队", (), required=True, missing="选适用的工作队")

    def __init__(self, *args: Any, documents: Iterable[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        documents = list(documents)
        self.fields["under"].choices = [(pack.id, f"《{pack.pack.title}》") for pack in documents]
        kinds = dict.fromkeys(kind for pack in documents for kind in pack.pack.team_kinds)
        self.fields["team_kinds"].choices = [(kind, TeamKind(kind).label) for kind in kinds]
        yielded = {row.target: row.label for pack in documents for row in pack.yields}
        self.fields["answers"].choices = [("", "本地的请销假、考勤等规定"), *yielded.items()]
        if not yielded:
            del self.fields["answers"]

    def full_clean(self) -> None:
        """A draft may do without these; the verb asks for them before it is sent."""
        for name in self.LATER:
            self.fields[name].required = False
        super().full_clean()
        for name in self.LATER:
            self.fields[name].required = True


class RepealForm(PaperForm):
    """A paper that only ends another one: it has no rules of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("under", "answers", "team_kinds"):
            self.fields.pop(name, None)
        self.fields["valid_from"].label = "废止日期"
        self.fields["valid_from"].help_text = "从这一天起，前一份制度不再适用"


class GroupForm(Plain):
    """For whom these tiers are."""

    roles = several("适用的人员", list(ROLE_LABELS.items()), required=True, missing="选这一组适用的人员")
    types = several("只对这些假别", (), help_text="都不选，就是所有假别")
    senders = several(
        "只对这些派出机关", list(DISPATCHER_LABELS.items()), help_text="都不选，就是所有派出机关"
    )

    def __init__(self, *args: Any, types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].choices = types
        for field in self.fields.values():
            field.inline = True


class TierForm(Plain):
    """不超过几天, in which article, who is told."""

    upto = text("不超过几天", most=5, help_text="半天写 0.5；最后一档不填")
    article = text("在哪一条", most=40, help_text="如：第三条第一款")
    told = several("批准后报谁备案", ())

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told"].choices = parties
        self.fields["upto"].widget.attrs["inputmode"] = "decimal"

    def clean_upto(self) -> str:
        return half_days(self.cleaned_data["upto"])


class StepForm(Plain):
    """Who acts in one step."""

    parties = several("由谁办", (), required=True, missing="选这一步由谁办")
    mode = choice("选了几方时", MODES)
    voice = choice("这一步是", VOICES)

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parties"].choices = parties


class QuotaForm(Plain):
    """How much somebody must be there."""

    code = forms.CharField(required=False, widget=forms.HiddenInput)
    per = choice("多久", list(PER.items()))
    measure = choice("算什么", list(MEASURE.items()))
    on = choice("哪些天", [("workdays", "只计工作日"), ("any_day", "不分工作日和休息日")])
    at_least = text("不少于", required=True, most=5, error_messages={"required": "填写天数或夜数"})
    cap = choice(
        "期内工作日不够时",
        [("none", "不减"), ("workdays", "减到工作日数"), ("workdays_minus_one", "减到工作日数减一")],
    )
    part_period = choice("不足一期", [("scale", "按比例折算"), ("full", "不折算")])
    count_trip = forms.BooleanField(label="因公外出算在岗", required=False)
    exempt = several("可以说明未达的", EXEMPT)
    article = text("在哪一条", most=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exempt"].inline = True
        self.fields["at_least"].widget.attrs["inputmode"] = "decimal"

    def clean_at_least(self) -> str:
        return half_days(
            self.cleaned_data["at_least"], halves=self.data.get(self.add_prefix("measure")) == "on_post"
        )

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        return code if code.isascii() and code.isidentifier() and code.islower() and len(code) < 60 else ""


class CountingForm(Plain):
    """How each type of leave is charged, where the State's law leaves it open."""

    article = text("在哪一条", most=40)

    def __init__(self, *args: Any, kinds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in kinds.items():
            self.fields[f"count_{code}"] = choice(label, [("", "不另定"), *COUNTING.items()], required=False)
        self.order_fields([*(f"count_{code}" for code in kinds), "article"])


class TryForm(Plain):
    """试算 on a draft: who, what, how long."""

    try_role = choice("身份", list(ROLE_LABELS.items()))
    try_type = choice("假别", ())
    try_days = text("天数", required=True, most=5, error_messages={"required": "填写天数，如 3 或 3.5"})

    def __init__(self, *args: Any, types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["try_type"].choices = types
        self.fields["try_days"].widget.attrs["inputmode"] = "decimal"

    def clean_try_days(self) -> str:
        return half_days(self.cleaned_data["try_days"])


class FilesForm(Plain):
    attachments = FilesField(
        label="文件原件",
        error_messages={"required": "先选文件，再上传"},
        help_text="扫描件或电子版：PDF、图片、Word，每个不超过 10 MB",
        widget=FilesInput(attrs={"accept": attachments.ACCEPT}),
    )

    def clean_attachments(self) -> list[Any]:
        files = self.cleaned_data["attachments"]
        for file in files:
            try:
                attachments.check(file)
            except Refused as refused:
                raise forms.ValidationError(refused.sentence) from refused
        return files


class ImportForm(Plain):
    """A rule file of a county."""

    file = forms.FileField(
        label="制度文件（TOML）",
        widget=forms.FileInput(attrs={"accept": ".toml"}),
        error_messages={"required": "先选文件，再导入", "empty": "这是空文件，换一个文件"},
    )

"""The forms of leave. They shape input; whether a wish may be submitted is for :mod:`leave.checks` to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core import attachments, clock
from core.errors import Refused
from core.file_fields import FilesField, FilesInput
from leave import links
from leave.checks import Wish, stand_in_choices
from leave.models import LeaveRequest
from policy.leave import leave_types
from rules.book import rule_book
from teams.models import Appointment
from teams.parties import Directory
from teams.words import Half


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


def day_field(label: str, missing: str) -> forms.DateField:
    """A date with the browser's own picker."""
    return forms.DateField(
        label=label,
        widget=DayInput(),
        error_messages={"required": missing, "invalid": f"{label}写成 2026-11-24 的样子"},
    )


def half_field(label: str) -> forms.ChoiceField:
    """Morning or afternoon."""
    return forms.ChoiceField(
        label=label,
        choices=Half.choices,
        error_messages={"required": "选上午或下午", "invalid_choice": "选上午或下午"},
    )


class WithFiles(forms.Form):
    """A form that takes files. Good ones go into ``good_files`` even when another is refused, so that nothing is lost."""

    use_required_attribute = False

    attachments = FilesField(
        label="附件",
        required=False,
        help_text="PDF、图片、Word 或 Excel，每个不超过 10 MB，最多 9 个",
        widget=FilesInput(attrs={"accept": attachments.ACCEPT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.good_files: list[UploadedFile] = []

    def clean_attachments(self) -> list[UploadedFile]:
        for file in self.cleaned_data["attachments"]:
            try:
                attachments.check(file)
            except Refused as refused:
                self.add_error("attachments", refused.sentence)
            else:
                self.good_files.append(file)
        return self.good_files

    @property
    def can_be_kept(self) -> bool:
        """Is everything in order but, perhaps, some files?"""
        return self.is_bound and not set(self.errors) - {"attachments"}


class AbsenceForm(WithFiles):
    """Of every absence: from when until when, in halves, and how far away."""

    start = day_field("开始日期", "填写开始日期")
    start_half = half_field("开始于上午还是下午")
    end = day_field("结束日期", "填写结束日期")
    end_half = half_field("结束于上午还是下午")
    going = forms.ChoiceField(
        label="去向范围",
        choices=LeaveRequest.Going.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "选一个去向范围", "invalid_choice": "选一个去向范围"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["going"].inline = True


def type_field() -> forms.ChoiceField:
    """The type of leave; :func:`offer_types` says which there are."""
    return forms.ChoiceField(
        label="类型",
        error_messages={"required": "选一个请假类型", "invalid_choice": "从列出的请假类型里选一个"},
    )


def offer_types(form: forms.Form, posting: Appointment, directory: Directory) -> None:
    """The types that the documents in force know for this posting today."""
    kind = posting.body.team.team_kind
    types = leave_types(rule_book(), directory.region_codes(), kind, clock.today())
    form.fields["type"].choices = [("", "选一个类型"), *((each.code, each.label) for each in types)]


def _stand_in() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label="代岗人",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "代岗人从本队队员里选"},
    )


def _mates(posting: Appointment) -> list[tuple[Any, str]]:
    mates = stand_in_choices(posting, clock.today())
    return [("", "不安排"), *((person.pk, person.name) for person in mates)]


def _reason() -> forms.CharField:
    return forms.CharField(
        label="事由", help_text="只有您和批准的人看得到", widget=forms.Textarea(attrs={"rows": 3})
    )


class LeaveForm(AbsenceForm):
    """Page one of a request. Dates and type are needed even for a draft; the rest may wait until 下一步."""

    #: A draft may do without these; :mod:`leave.checks` asks for them before 下一步.
    LATER = ("destination", "contact", "reason")

    type = type_field()
    destination = forms.CharField(
        label="去向",
        help_text="写到县（市、区），如：广州市天河区",
        widget=forms.TextInput(attrs={"maxlength": 120}),
    )
    exit_document = forms.CharField(
        label="出国（境）批件文号",
        required=False,
        help_text="去出国（境）的填写。审批按派出单位和组织人事部门的规定办，本系统只作登记",
        widget=forms.TextInput(attrs={"maxlength": 80}),
    )
    stand_in = _stand_in()
    contact = forms.CharField(
        label="请假期间电话",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": 20}),
    )
    reason = _reason()

    field_order = (
        "type", "start", "start_half", "end", "end_half", "going", "destination", "exit_document", "stand_in",
        "contact", "reason", "attachments",
    )  # fmt: skip

    def __init__(
        self, *args: Any, posting: Appointment, directory: Directory, known_contact: str = "", **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        offer_types(self, posting, directory)
        self.fields["stand_in"].choices = _mates(posting)
        self.fields["contact"].prefilled = bool(known_contact) and self["contact"].value() == known_contact

    def full_clean(self) -> None:
        for name in self.LATER:
            self.fields[name].required = False
        super().full_clean()
        for name in self.LATER:
            self.fields[name].required = True

    def wish(self, *, replaces_id: int | None = None) -> Wish:
        """What the applicant filled in, as the verbs take it."""
        said = self.cleaned_data
        return Wish(
            type=said["type"],
            start=said["start"],
            start_half=said["start_half"],
            end=said["end"],
            end_half=said["end_half"],
            going=said["going"],
            destination=said["destination"],
            reason=said["reason"],
            stand_in_id=said["stand_in"],
            contact=said["contact"],
            exit_document=said["exit_document"],
            replaces_id=replaces_id,
        )


class ExtensionForm(WithFiles):
    """续假: until when, and why. Everything else is known from the leave it carries on."""

    end = day_field("续到", "填写续到哪一天")
    end_half = half_field("续到上午还是下午")
    stand_in = _stand_in()
    reason = _reason()
    field_order = ("end", "end_half", "stand_in", "reason", "attachments")

    def __init__(self, *args: Any, posting: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stand_in"].choices = _mates(posting)
        self.fields["reason"].error_messages["required"] = "填写续假的事由，一句话即可"

    def wish(self, first: LeaveRequest) -> Wish:
        """The extension of this leave, as the verbs take it."""
        said = self.cleaned_data
        start, half = links.next_half(first)
        return Wish(
            type=first.type,
            start=start,
            start_half=str(half),
            end=said["end"],
            end_half=said["end_half"],
            going=first.going,
            destination=first.destination,
            reason=said["reason"],
            stand_in_id=said["stand_in"],
            contact=first.contact,
            exit_document=first.exit_document,
            extends_id=first.pk,
        )


def initial_of(request: LeaveRequest, *, dates: bool = True) -> dict[str, Any]:
    """The form's fields as the request has them; ``dates=False`` leaves dates that are over for the applicant."""
    known = {
        "type": request.type,
        "start_half": request.start_half,
        "end_half": request.end_half,
        "going": request.going,
        "destination": request.destination,
        "exit_document": request.exit_document,
        "stand_in": request.stand_in_id,
        "contact": request.contact,
        "reason": request.reason,
    }
    return {**known, "start": request.start, "end": request.end} if dates else known


class SpanForm(forms.Form):
    """The part of page one that the preview needs."""

    type = forms.CharField()
    start = forms.DateField()
    start_half = forms.ChoiceField(choices=Half.choices)
    end = forms.DateField()
    end_half = forms.ChoiceField(choices=Half.choices)
    request_id = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    extends_id = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    replaces_id = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(**{name: said[name] for name in self.fields if name != "request_id"})


class ReturnForm(forms.Form):
    """销假: the first half-day back on post, now unless somebody says otherwise."""

    use_required_attribute = False

    returned_on = day_field("返岗日期", "填写返岗日期")
    returned_half = half_field("上午还是下午返岗")
    note = forms.CharField(
        label="说明",
        required=False,
        help_text="晚于批准的日期返岗时，写一句原因",
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )


def return_form(data: Any = None) -> ReturnForm:
    """A 销假 form, bound or standing on this very half-day."""
    return ReturnForm(data, initial={"returned_on": clock.today(), "returned_half": clock.half_now()})


class AssignForm(forms.Form):
    """指定批准人: whom the managing office names where the document is silent, and why."""

    use_required_attribute = False

    parties = forms.MultipleChoiceField(
        label="由谁批准",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少指定一位批准人", "invalid_choice": "批准人只能从列出的职务里选"},
    )
    together = forms.ChoiceField(
        label="怎样批准",
        choices=[("any", "其中一人批准即可"), ("all", "所选的人共同批准，都要签")],
        widget=forms.RadioSelect,
        initial="any",
        error_messages={"required": "选一种方式"},
    )
    reason = forms.CharField(
        label="指定的理由",
        help_text="申请人和批准的人会看到",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "写明指定的理由，卡片上会显示"},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parties"].choices = choices
        for field in self.fields.values():
            # The button stands in the bar at the foot of the page.
            field.widget.attrs["form"] = "decide"

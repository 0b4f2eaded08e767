"""The forms for agreement given outside the system: 口头同意, and 代录 of a paper."""

from __future__ import annotations

from typing import Any

from django import forms

from core import clock
from leave.checks import Wish
from leave.consents import Given
from leave.forms import AbsenceForm, day_field, half_field, offer_types, type_field
from teams.models import Appointment
from teams.parties import Directory

FIELDS = (
    "person", "type", "start", "start_half", "end", "end_half", "going", "destination", "exit_document", "contact",
    "reason", "given_by", "given_post", "given_on", "given_time", "past", "returned_on", "returned_half",
    "attachments",
)  # fmt: skip


def _words(label: str, most: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.TextInput(attrs={"maxlength": most}),
        error_messages={"required": f"填写{label}"},
        **kwargs,
    )


class ConsentForm(AbsenceForm):
    """What both have in common: whose leave, when, where to, why, and who agreed on which day."""

    person = forms.TypedChoiceField(
        label="谁请假",
        coerce=int,
        error_messages={"required": "选请假的人", "invalid_choice": "请假的人从列表里选"},
    )
    type = type_field()
    destination = _words("去向", 120, help_text="写到县（市、区）")
    exit_document = _words(
        "出国（境）批件文号", 80, required=False, help_text="去出国（境）的填写，本系统只作登记"
    )
    reason = forms.CharField(
        label="事由",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "填写事由，一句话即可"},
    )
    given_by = _words("同意的人", 40)
    given_post = _words("同意的人的职务", 80, help_text="如：洪阳镇党委书记")
    given_on = day_field("同意日期", "填写同意的日期")
    field_order = FIELDS

    def __init__(self, *args: Any, postings: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [(row.person_id, row.person.name) for row in postings]
        offer_types(self, postings[0], Directory(postings[0], clock.today()))

    def wish(self) -> Wish:
        """The leave as the verbs take it."""
        said = self.cleaned_data
        names = (
            "type",
            "start",
            "start_half",
            "end",
            "end_half",
            "going",
            "destination",
            "exit_document",
            "reason",
        )
        return Wish(**{name: said[name] for name in names}, contact=said.get("contact", ""))

    def given(self) -> Given:
        """Who agreed, and when."""
        said = self.cleaned_data
        return Given(
            by=said["given_by"], post=said["given_post"], on=said["given_on"], time=said.get("given_time")
        )


class VoiceForm(ConsentForm):
    """口头同意: sudden leave that has been agreed by telephone or face to face. There is no file to a voice."""

    attachments = None
    contact = forms.CharField(
        label="请假期间电话",
        required=False,
        help_text="不填的用登记的电话",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "maxlength": 20}),
    )
    given_time = forms.TimeField(
        label="同意时间",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "填写同意的时间", "invalid": "时间写成 08:30 的样子"},
    )

    def __init__(self, *args: Any, postings: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, postings=postings, **kwargs)
        if len(postings) == 1:
            self.fields["person"].widget = forms.HiddenInput()


class PaperForm(ConsentForm):
    """代录: a decision made on paper; with 补录 a record from before the system."""

    past = forms.BooleanField(
        label="补录：系统启用以前、已经结束的请假",
        required=False,
        help_text="补录的不计时限、不发提醒",
    )
    returned_on = forms.DateField(
        label="当时返岗日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="补录时填写",
        error_messages={"invalid": "当时返岗日期写成 2026-11-24 的样子"},
    )
    returned_half = half_field("上午还是下午返岗")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "选一个人"), *self.fields["person"].choices]
        self.fields["attachments"].label = "审批单扫描件"
        self.fields["attachments"].required = True
        self.fields["given_by"].label = "签字的人"
        self.fields["given_post"].label = "签字的人的职务"
        self.fields["given_on"].label = "签字日期"
        self.fields["returned_half"].required = False

    def returned(self) -> tuple[Any, str] | None:
        """The return of a past record, where one is given."""
        said = self.cleaned_data
        return (said["returned_on"], said["returned_half"] or "am") if said["returned_on"] else None

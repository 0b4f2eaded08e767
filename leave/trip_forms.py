"""The forms of 因公外出: the report, and the return."""

from __future__ import annotations

from typing import Any

from django import forms

from core import clock
from leave.forms import AbsenceForm, ReturnForm
from leave.trips import Journey
from teams.models import Appointment


class TripForm(AbsenceForm):
    """A written report on one page. ``traveller`` is asked only of a captain, who may report for his people."""

    traveller = forms.TypedChoiceField(
        label="谁外出",
        coerce=int,
        error_messages={"required": "选外出的人", "invalid_choice": "外出的人从本队里选"},
    )
    sent_by = forms.CharField(
        label="派遣单位",
        help_text="谁通知去的，如：县乡村振兴局",
        widget=forms.TextInput(attrs={"maxlength": 120}),
        error_messages={"required": "填写派遣单位"},
    )
    document = forms.CharField(
        label="通知文号",
        required=False,
        help_text="电话通知的写“电话通知”",
        widget=forms.TextInput(attrs={"maxlength": 80}),
    )
    purpose = forms.CharField(
        label="事由",
        help_text="参加什么会、办什么事",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "填写事由"},
    )
    destination = forms.CharField(
        label="去向",
        help_text="写到县（市、区）",
        widget=forms.TextInput(attrs={"maxlength": 120}),
        error_messages={"required": "填写去向，写到县（市、区）"},
    )
    field_order = (
        "traveller", "start", "start_half", "end", "end_half", "sent_by", "document", "purpose", "going",
        "destination", "attachments",
    )  # fmt: skip

    def __init__(self, *args: Any, postings: list[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["traveller"].choices = [(row.person_id, row.person.name) for row in postings]
        if len(postings) == 1:
            self.fields["traveller"].widget = forms.HiddenInput()

    def journey(self) -> Journey:
        """The report as the verb takes it."""
        said = self.cleaned_data
        names = ("start", "start_half", "end", "end_half", "sent_by", "document", "purpose", "going")
        return Journey(
            **{name: said[name] for name in names}, destination=said["destination"], files=self.good_files
        )


class TripReturnForm(ReturnForm):
    """返岗: the first half-day back on post, and how the matter went."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "办理情况"
        self.fields["note"].help_text = "办了什么，一句话；晚于报告的日期返岗时写原因"


def trip_return_form(data: Any = None) -> TripReturnForm:
    """A return form, bound or standing on this very half-day."""
    return TripReturnForm(data, initial={"returned_on": clock.today(), "returned_half": clock.half_now()})

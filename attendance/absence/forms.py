"""What people fill in about a case. Each form stands on the case's own page, or on one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from attendance.absence.cases import CORRECTIONS
from attendance.absence.models import AbsenceCase, Explained, Halves
from attendance.absence.statements import LENGTHS, Said
from attendance.absence.steps import Measure, field_of
from core import attachments, clock
from core.file_fields import FilesField, FilesInput
from leave.filters import places_of
from leave.forms import DayInput
from leave.whereabouts.forms import MonthInput
from policy.attendance import MARK_OF
from policy.topics import ChainStep

STATES = {
    "open": "没有办结",
    "pending": "待核",
    "running": "处置中",
    "overdue": "已超期",
    "mine": "等我办",
    "unexcused": "认定无故的",
    "closed": "已办结",
    "all": "全部",
}


def _text(label: str, required: str, *, most: int, rows: int = 2, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(required),
        help_text=help_text,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}),
        error_messages={"required": required, "max_length": f"最多 {most} 字"},
    )


class ListForm(forms.Form):
    """状态, 乡镇, 工作队, 月份, 姓名或拼音; a choice of one thing is no choice and is left out."""

    state = forms.ChoiceField(label="状态", required=False, choices=list(STATES.items()))
    town = forms.ChoiceField(label="乡镇", required=False)
    team = forms.TypedChoiceField(label="工作队", required=False, coerce=int, empty_value=None)
    month = forms.CharField(label="月份", required=False, widget=MonthInput())
    name = forms.CharField(
        label="姓名或拼音",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 40}),
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__({"state": "open", **data})
        towns, teams = places_of(user)
        for name, nothing, choices in (("town", "全部乡镇", towns), ("team", "全部工作队", teams)):
            if len(choices) > 1:
                self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        self.full_clean()

    def chosen(self, name: str) -> Any:
        """What is chosen under that name; None where nothing is, or what is not offered."""
        return self.cleaned_data.get(name) or None


class _OnCard(forms.Form):
    """A form of the case's page; its fields get a name of their own in the page."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{self.prefix_id}_%s", **kwargs)

    prefix_id = "form"


class ExplainForm(_OnCard):
    prefix_id = "explain"
    how = forms.ChoiceField(
        label="是什么情况",
        choices=[("", "选一项"), *Explained.choices],
        error_messages={"required": "选一项说明方式"},
    )
    mark = forms.ChoiceField(
        label="更正为",
        required=False,
        choices=[("", "不更正"), *((code, MARK_OF[code].label) for code in CORRECTIONS)],
        help_text="选“更正登记”时写这一天实际是什么情况",
    )
    note = _text("查到的情况", "写明查到的情况，本人会看到", most=500)


class FindForm(_OnCard):
    prefix_id = "find"
    reason = _text("认定的理由和依据", "写明认定的理由和依据，本人会看到", most=500)
    also = forms.TypedMultipleChoiceField(
        label="一并认定的日子",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "一并认定的日子有变化，看过最新的情况再办"},
    )

    def __init__(self, *args: Any, others: Sequence[AbsenceCase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.fields["also"].choices = [(each.pk, each.short) for each in others]  # type: ignore[attr-defined]
        else:
            del self.fields["also"]


class WithdrawForm(_OnCard):
    prefix_id = "withdraw"
    reason = _text("撤销的理由", "写明撤销的理由，本人会看到", most=500)


class StepForm(_OnCard):
    """One step: what was done, a measure for each of those it is about, and files."""

    prefix_id = "step"
    text = _text("办理的内容", "写明办理的内容", most=2000, rows=4)
    attachments = FilesField(
        label="附件",
        required=False,
        widget=FilesInput(attrs={"accept": attachments.ACCEPT}),
        help_text="PDF、图片、Word 或 Excel，每个不超过 10 MB",
    )
    field_order = ("text", "attachments")

    def __init__(
        self,
        *args: Any,
        step: ChainStep,
        about: Sequence[tuple[str, str]],
        choices: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._about = about if step.form == "accountability" else ()
        self.fields["text"].label = LABELS.get(step.form, "办理的内容")
        for party, name in self._about:
            self.fields[field_of("measure", party)] = forms.ChoiceField(
                label=f"对{name}的处理",
                choices=[("", "选一项"), *((each, each) for each in choices)],
                error_messages={"required": f"选对{name}的处理"},
            )
            self.fields[field_of("note", party)] = forms.CharField(
                label=f"对{name}的说明",
                required=False,
                max_length=200,
                help_text="写明对哪位责任人；选“其他”“不予问责”的必须写",
                widget=forms.TextInput(attrs={"maxlength": 200}),
                error_messages={"max_length": "最多 200 字"},
            )
        names = [name for name in self.fields if name not in ("text", "attachments")]
        self.order_fields([*names, "text", "attachments"])

    @property
    def measures(self) -> list[Measure]:
        """What was chosen, as the verb takes it."""
        said = self.cleaned_data
        return [
            Measure(party, said[field_of("measure", party)], said[field_of("note", party)])
            for party, _ in self._about
        ]


LABELS = {
    "report": "书面报告", "opinion": "处理意见", "bulletin": "通报内容（文号、时间）", "filing": "报送情况",
    "feedback": "反馈内容", "accountability": "问责情况",
}  # fmt: skip


class StatementForm(forms.Form):
    """情况说明, in the order of the printed form. 查岗时间、方式 come from the case and are not asked."""

    use_required_attribute = False
    whereabouts = _text("当时去向", "写明当时在哪里", most=LENGTHS["whereabouts"])
    reason = _text("不在岗的原因", "写明为什么不在岗", most=LENGTHS["reason"], rows=4)
    papers = _text("请假手续", "", most=LENGTHS["papers"], help_text="办过什么手续；没有办的写“没有办理”")
    evidence = _text("佐证", "", most=LENGTHS["evidence"], help_text="附了什么材料，谁可以证明")
    remedy = _text("整改", "写明怎么整改", most=LENGTHS["remedy"], rows=3)
    attachments = FilesField(
        label="附件",
        required=False,
        widget=FilesInput(attrs={"accept": attachments.ACCEPT}),
        help_text="PDF、图片、Word 或 Excel，每个不超过 10 MB",
    )

    def said(self) -> Said:
        """The statement as the verb takes it."""
        said = self.cleaned_data
        return Said(**{name: said[name] for name in LENGTHS}, files=said["attachments"])


class PaperStatementForm(StatementForm):
    """代录: the same, with who signed the paper on which day, and its scan."""

    signer = forms.CharField(
        label="签字的单位主要负责人",
        max_length=60,
        widget=forms.TextInput(attrs={"maxlength": 60}),
        error_messages={"required": "填写在纸上签字的单位主要负责人", "max_length": "最多 60 字"},
    )
    signed_on = forms.DateField(
        label="签字日期",
        widget=DayInput(),
        initial=clock.today,
        error_messages={"required": "填写签字日期", "invalid": "日期写成 2026-11-24 的样子"},
    )
    field_order = (*LENGTHS, "signer", "signed_on", "attachments")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attachments"].label = "签了字的情况说明扫描件"
        self.fields["attachments"].required = True
        self.fields["attachments"].error_messages["required"] = "附上签了字的情况说明扫描件"


class ReportForm(forms.Form):
    """A day of somebody to be listed as 待核, from the register."""

    use_required_attribute = False
    day = forms.DateField(
        label="哪一天",
        widget=DayInput(),
        error_messages={"required": "选哪一天", "invalid": "日期写成 2026-11-24 的样子"},
    )
    halves = forms.ChoiceField(label="时段", choices=Halves.choices, initial=Halves.DAY)
    note = _text("怎么发现的", "写明怎么发现的", most=500, help_text="如：上午到村不在，电话联系不上")


def day_or_none(text: str) -> date | None:
    """The day an address names."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

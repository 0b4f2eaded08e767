"""The forms of 督查通报 and 约谈. They shape input; the verbs say whether it holds."""

from __future__ import annotations

from typing import Any

from django import forms

from attendance.absence.models import AbsenceCase
from attendance.inspection import bulletins, talks
from attendance.inspection.authority import Desk
from attendance.inspection.papers import BulletinItem, InspectionBulletin
from leave.forms import WithFiles, day_field
from policy.basis import cite
from rules.book import rule_book

_AREA = {"rows": 4}


class WordsForm(forms.Form):
    """The words of a draft, and of each person named his problem with a tick that he stays."""

    use_required_attribute = False

    title = forms.CharField(label="标题", error_messages={"required": "写标题"})
    prefix = forms.CharField(
        label="发文代字",
        help_text="印发时后面接年份和序号，如：驻乡振督〔2026〕3号",
        error_messages={"required": "写发文代字"},
    )
    method = forms.CharField(label="检查方式", error_messages={"required": "写检查方式"})
    overall = forms.CharField(
        label="总体情况",
        help_text="数字按查岗记录算好了，可以改写，不排名次",
        widget=forms.Textarea(attrs=_AREA),
        error_messages={"required": "写总体情况"},
    )
    demands = forms.CharField(label="要求", required=False, widget=forms.Textarea(attrs=_AREA))
    deadline = day_field("完成时限", "")
    deadline.required = False
    deadline.help_text = "文件没有写几天，要限期的在这里填"

    def __init__(
        self, *args: Any, bulletin: InspectionBulletin, items: list[BulletinItem], **kwargs: Any
    ) -> None:
        if not args or args[0] is None:
            kwargs["initial"] = {name: getattr(bulletin, name) for name in (*bulletins.LIMITS, "deadline")}
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"keep{item.pk}"] = forms.BooleanField(
                label=f"写进通报：{item.name}（{item.town}{item.village}，{item.unit}）",
                required=False,
                initial=True,
            )
            self.fields[f"problem{item.pk}"] = forms.CharField(
                label=f"{item.name}的问题", required=False, max_length=300, initial=item.problem,
                widget=forms.Textarea(attrs={"rows": 2}), error_messages={"max_length": "最多 300 字"},
            )  # fmt: skip

    @property
    def wording(self) -> bulletins.Wording:
        """What was typed, for the verb."""
        said = self.cleaned_data
        return bulletins.Wording(
            **{name: said[name] for name in bulletins.LIMITS},
            deadline=said["deadline"],
            problems={item.pk: said[f"problem{item.pk}"] for item in self.items if said[f"keep{item.pk}"]},
        )


class TalkForm(WithFiles):
    """With which unit, by which clause, when, who with whom, why, what came of it, what it was about."""

    unit = forms.TypedChoiceField(
        label="派出单位",
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "从列出的派出单位里选"),
    )
    clause = forms.ChoiceField(
        label="依据", error_messages=dict.fromkeys(("required", "invalid_choice"), "从列出的条款里选")
    )
    held_on = day_field("约谈日期", "填写约谈的日期")
    talker = forms.CharField(label="谈话人", help_text="姓名和职务", error_messages={"required": "写谈话人"})
    with_whom = forms.CharField(
        label="谈话对象",
        help_text="派出单位主要负责同志，姓名和职务",
        error_messages={"required": "写谈话对象"},
    )
    why = forms.CharField(
        label="事由", widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "写事由"}
    )
    cases = forms.TypedMultipleChoiceField(
        label="为了哪几件",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="只列认定无故不在岗的，可以不选",
        error_messages={"invalid_choice": "从列出的里选"},
    )
    outcome = forms.CharField(
        label="结果",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="谈了什么，单位怎么答复、怎么整改",
        error_messages={"required": "写结果"},
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        book = rule_book()
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in talks.units_of(desk)]
        self.fields["clause"].choices = [
            (power.clause, f"{cite(book, [power.clause])} {power.label}") for power in desk.talk
        ]
        self.fields["cases"].choices = [(each.pk, _case_words(each)) for each in talks.cases_for(desk)[:50]]

    @property
    def talk(self) -> talks.Talk:
        """What was typed, for the verb."""
        said = self.cleaned_data
        return talks.Talk(
            unit_id=said["unit"],
            clause=said["clause"],
            held_on=said["held_on"],
            case_ids=tuple(said["cases"]),
            **{name: said[name] for name in talks.LIMITS},
        )


def _case_words(case: AbsenceCase) -> str:
    unit = f"（{case.unit}）" if case.unit else ""
    return f"{case.short} {case.person.name}{unit}"

"""What the auditor's pages may be narrowed by. The state lives in the address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from core import clock, trail
from core.models import AuditEvent


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写成 2026-11-24 的样子"},
    )


def _sorted(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda item: item[1])


class Days(forms.Form):
    """From one day to another, both included."""

    since = _day("从")
    until = _day("到")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") and said.get("until") and said["until"] < said["since"]:
            self.add_error("until", "止期不能早于起期")
        return said

    @property
    def moments(self) -> dict[str, Any]:
        """The first moment in the range and the first one after it, where they are given."""
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        return {
            "since": clock.at(since, 0) if since else None,
            "until": clock.at(until, 0) + timedelta(days=1) if until else None,
        }


class TrailForm(Days):
    """Days, who, what, with what outcome, about what."""

    who = forms.CharField(
        label="操作人",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "最多 40 字"},
    )
    action = forms.ChoiceField(
        label="动作", required=False, error_messages={"invalid_choice": "没有这个动作，重新选一个"}
    )
    outcome = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "全部结果"), *AuditEvent.Outcome.choices],
        error_messages={"invalid_choice": "没有这种结果，重新选一个"},
    )
    kind = forms.ChoiceField(
        label="对象", required=False, error_messages={"invalid_choice": "没有这类对象，重新选一个"}
    )
    number = forms.CharField(
        label="对象编号", required=False, max_length=64, error_messages={"max_length": "最多 64 字"}
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["action"].choices = [("", "全部动作"), *_sorted(trail.ACTIONS)]
        self.fields["kind"].choices = [("", "全部对象"), *_sorted(trail.KINDS)]
        self.order_fields(["since", "until", "who", "action", "outcome", "kind", "number"])
        self.full_clean()

    @property
    def said(self) -> dict[str, str]:
        """What narrows the list, in words, for the trail itself."""
        names = {"action": trail.ACTIONS, "kind": trail.KINDS, "outcome": dict(AuditEvent.Outcome.choices)}
        return {
            str(self.fields[key].label): str(names.get(key, {}).get(value, value))
            for key, value in self.cleaned_data.items()
            if value
        }

    def narrow(self, rows: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The rows that fit, newest first; a field that is wrong narrows nothing."""
        said, moments = self.cleaned_data, self.moments
        wanted = {
            "at__gte": moments["since"],
            "at__lt": moments["until"],
            "actor_name__contains": said.get("who"),
            "action": said.get("action"),
            "outcome": said.get("outcome"),
            "subject_kind": said.get("kind"),
            "subject_id": said.get("number"),
        }
        return rows.filter(**{key: value for key, value in wanted.items() if value}).order_by("-pk")


class CheckForm(Days):
    """Which days' links to walk; none: the whole chain."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].label, self.fields["until"].label = "封存日期从", "封存日期到"

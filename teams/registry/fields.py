"""Fields of the registry's forms, with their sentences; and the one way in which its forms are handled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core import web
from core.errors import Refused

FIRST_YEAR, LAST_YEAR = 1949, 2099


def plain(text: str) -> str:
    """Full-width letters and digits as ordinary ones, no space around: what clerks paste from workbooks."""
    return unicodedata.normalize("NFKC", text).strip()


def line(label: str, most: int, missing: str = "", **more: Any) -> forms.CharField:
    """One line of text, optional where no sentence for its absence is given."""
    return forms.CharField(
        label=label,
        required=bool(missing),
        max_length=most,
        widget=forms.TextInput(attrs={"maxlength": most, **more.pop("attrs", {})}),
        error_messages={"required": missing, "max_length": f"{label}最多 {most} 字"},
        **more,
    )


def choice(label: str, choices: Any, missing: str, *, radio: bool = False, **more: Any) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect if radio else forms.Select,
        error_messages={"required": missing, "invalid_choice": missing},
        **more,
    )
    field.inline = radio  # type: ignore[attr-defined]
    return field


def one_of(label: str, missing: str = "", *, empty: str = "不选", **more: Any) -> forms.ModelChoiceField:
    """A choice among rows; the form hands in the queryset. Optional where no sentence for its absence is given."""
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        required=bool(missing),
        empty_label=missing or empty,
        error_messages={"required": missing, "invalid_choice": "选的这一项已经没有了，重新选一个"},
        **more,
    )


class DayField(forms.DateField):
    """A day by the browser's own picker, in years that can be meant."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, label: str, missing: str = "", **more: Any) -> None:
        super().__init__(
            label=label,
            required=bool(missing),
            error_messages={"required": missing, "invalid": f"{label}写成 2026-11-24 的样子"},
            **more,
        )

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(f"{self.label}的年份要在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")


class RegistryForm(forms.Form):
    use_required_attribute = False


def choose(form: forms.Form, field: str, rows: QuerySet, words: Callable[[Any], str] | None = None) -> None:
    """Offer these rows, each in these words."""
    chosen: Any = form.fields[field]
    chosen.queryset = rows
    if words is not None:
        chosen.label_from_instance = words


def month(text: str) -> str:
    """``1985-03`` from what people write for a month: 1985-3, 1985.03, 1985年3月, 198503; ValidationError else."""
    found = re.fullmatch(r"(\d{4})(?:[-./年]?)(\d{1,2})月?", plain(text))
    if found is None or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= LAST_YEAR:
        raise ValidationError("出生年月写成 1985-03 的样子")
    return f"{found[1]}-{int(found[2]):02d}"


def phone(text: str) -> str:
    """Digits alone; ValidationError for what no telephone has."""
    digits = re.sub(r"[\s()（）-]", "", plain(text))
    if digits and not re.fullmatch(r"\+?\d{7,15}", digits):
        raise ValidationError("电话写 11 位手机号，或带区号的座机号")
    return digits


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    heading: str,
    button: str,
    back: str,
    do: Callable[[dict[str, Any]], str],
    done: str | Callable[[], str] = "",
    **context: Any,
) -> HttpResponse:
    """Show a form, or do what it says: ``do(cleaned)`` runs the verb and gives the sentence that tells of it.

    A refusal stands beside its field with everything kept (422, or 409 where somebody was faster); what is not the
    administrator's is not there (404). Afterwards the page ``done`` opens, ``back`` where there is none.
    """
    shown = {"form": form, "heading": heading, "button": button, "back": back, **context}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                messages.success(request, do(form.cleaned_data))
            except Refused as refused:
                web.refusals_to_form(form, refused)
                status = refused.status
            else:
                return redirect((done() if callable(done) else done) or back)
    return render(request, "registry/form.html", shown, status=status)

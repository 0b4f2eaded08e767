"""The style guide: every component in every state on one page, for developers (DEBUG only).

Its samples are data (``templates/core/styleguide.json``), so that this room keeps no word of the field.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

SAMPLES = Path(__file__).resolve().parent.parent / "templates" / "core" / "styleguide.json"


class SampleForm(forms.Form):
    """One field of each kind the pages use; labels, help and choices come from the samples."""

    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    half = forms.ChoiceField()
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    line = forms.CharField(max_length=40)
    phone = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"type": "tel"}))
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(required=False)
    several = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    agree = forms.BooleanField()

    def __init__(self, *args: Any, words: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in words.items():
            field = self.fields[name]
            field.label, field.help_text = said["label"], said.get("help", "")
            if "choices" in said:
                field.choices = said["choices"]
            if "missing" in said:
                field.error_messages["required"] = said["missing"]
            field.prefilled = said.get("prefilled", False)


class SampleFilters(forms.Form):
    """Three narrow controls, as the filters of a list."""

    place = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    month = forms.CharField(required=False, widget=forms.TextInput(attrs={"type": "month"}))

    def __init__(self, *args: Any, words: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in words.items():
            self.fields[name].label = said["label"]
            if "choices" in said:
                self.fields[name].choices = said["choices"]


def _moments(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON object hook: ISO days and moments become dates and aware datetimes."""
    return {key: _moment(value) for key, value in pairs}


def _moment(value: Any) -> Any:
    if not isinstance(value, str) or len(value) not in (10, 16) or value[4:5] != "-":
        return value
    try:
        if len(value) == 10:
            return date.fromisoformat(value)
        return timezone.make_aware(datetime.fromisoformat(value))
    except ValueError:
        return value


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components with sample data; also ``?size=large``, ``?errors`` and ``?paper``. 404 unless DEBUG."""
    if not settings.DEBUG:
        raise Http404
    samples = json.loads(SAMPLES.read_text(encoding="utf-8"), object_pairs_hook=_moments)
    size = request.GET.get("size", "normal")
    context = {
        **samples,
        "text_size": size if size in ("normal", "large", "xlarge") else "normal",
        "blank_form": SampleForm(words=samples["form_words"], initial=samples["form_initial"]),
        "bad_form": SampleForm({"half": "am"}, words=samples["form_words"], prefix="bad"),
        "filters": SampleFilters(words=samples["filter_words"]),
        "page": Paginator(range(46), 20).page(2),
        "query": request.GET,
        "show_errors": "errors" in request.GET,
    }
    page = "core/styleguide_paper.html" if "paper" in request.GET else "core/styleguide.html"
    return render(request, page, context)

"""Filters for numbers a database can hold and days people can write."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from drf_spectacular.drainage import set_override

LARGEST = 2**63 - 1


class IdFilter(django_filters.Filter):
    """The number of an object."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, help_text: str, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST, **kwargs)
        shape = {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST}
        set_override(self, "field", {**shape, "description": help_text})


class DayFilter(django_filters.DateFilter):
    """A day, written 2026-11-24."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)

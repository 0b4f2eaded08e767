"""Numbers in addresses: those a database can hold. Anything longer is an address nobody knows, on every database."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """``<id:pk>``. Of a model that extends another, Django compares the number without a look at its size."""

    regex = "[0-9]{1,18}"


def register() -> None:
    """Called once, before any room's addresses are read."""
    register_converter(IdConverter, "id")

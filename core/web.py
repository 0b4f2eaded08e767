"""Between a verb and a page: refusals on forms, keys against double taps, fragments for htmx."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme

from core.errors import Refused, Several

#: Rows of one page of a list.
PAGE_SIZE = 20


def form_key() -> str:
    """A fresh key for a form: what is posted twice under one key is done once."""
    return uuid.uuid4().hex


def each_refusal(refused: Refused) -> list[Refused]:
    """Every refusal in one raised by a verb, in order."""
    return refused.refusals if isinstance(refused, Several) else [refused]


def refusals_to_form(form: forms.BaseForm, refused: Refused) -> None:
    """Put each sentence beside its field; what names no field of this form stands above it."""
    for each in each_refusal(refused):
        form.add_error(each.field if each.field in form.fields else None, each.sentence)


def wants_fragment(request: HttpRequest) -> bool:
    """Did htmx ask for a piece of the page? Boosted links and history restores want it whole."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


class Pages(Paginator):
    """Of rows joined to others: their number and the keys of a page in one question, then the rows by their keys.

    Asked for all at once, PostgreSQL joins every row of the country to what a line shows before it looks which
    twenty lines there are; and who may see them and what the filters say has been answered with the keys.
    """

    def validate_number(self, number: Any) -> int:
        if self._joined and "count" not in self.__dict__:
            said = str(number)
            self._keys(max(int(said), 1) if said.isdecimal() and len(said) <= 6 else 1)
        return super().validate_number(number)

    def page(self, number: Any) -> Page:
        page = super().page(number)
        if self._joined:
            keys = self._found.get(page.number)
            rows = self.object_list.all()
            rows.query.clear_where()
            page.object_list = rows.filter(pk__in=self._keys(page.number) if keys is None else keys)
        return page

    @cached_property
    def _joined(self) -> bool:
        rows = self.object_list
        return isinstance(rows, QuerySet) and bool(rows.query.select_related) and not rows.query.distinct

    @cached_property
    def _found(self) -> dict[int, list[Any]]:
        return {}

    def _keys(self, number: int) -> list[Any]:
        """The keys of that page; and how many rows there are in all, which a page behind the last does not say."""
        every = self.object_list.annotate(rows_in_all=Window(Count("*"))).values_list("pk", "rows_in_all")
        lines = list(every[(number - 1) * self.per_page : number * self.per_page])
        if lines or number == 1:
            self.count = lines[0][1] if lines else 0
        self._found[number] = [key for key, _ in lines]
        return self._found[number]


def page_of(request: HttpRequest, rows: Any, size: int = PAGE_SIZE) -> Page:
    """The page of ``rows`` that ``?page=`` asks for; a number out of reach gives the nearest page."""
    return Pages(rows, size).get_page(request.GET.get("page"))


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The address given as ``next`` where it leads back into the system, else ``otherwise``."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/"):
        return asked
    return otherwise

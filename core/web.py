"""Between a verb and a page: refusals on forms, keys against double taps, fragments for htmx."""

from __future__ import annotations

import uuid

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
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
    """Finds the keys of a page first and its rows by them.

    Asked for both at once, PostgreSQL joins every row of the country to what a line shows before it looks which
    twenty lines there are.
    """

    def page(self, number: int | str) -> Page:
        page = super().page(number)
        lines = page.object_list
        if isinstance(lines, QuerySet) and lines.query.select_related:
            page.object_list = self.object_list.filter(pk__in=list(lines.values_list("pk", flat=True)))
        return page


def page_of(request: HttpRequest, rows, size: int = PAGE_SIZE) -> Page:
    """The page of ``rows`` that ``?page=`` asks for; a number out of reach gives the nearest page."""
    return Pages(rows, size).get_page(request.GET.get("page"))


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The address given as ``next`` where it leads back into the system, else ``otherwise``."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/"):
        return asked
    return otherwise

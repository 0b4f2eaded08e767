"""余额 of everybody one looks after."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import web, workbooks
from core.access import access
from core.errors import Refused
from leave.balance_list import NAME, BalanceForm, export_balances, postings_of, table_of


@access("overseer")
@require_safe
def balances(http: HttpRequest) -> HttpResponse:
    """Who has how many days left of what, by place and name and never by number of days."""
    return _show(http, BalanceForm(http.GET, http.user))


@access("overseer")
@require_safe
def balances_file(http: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    form = BalanceForm(http.GET, http.user)
    try:
        content = export_balances(acting_user=http.user, form=form)
    except Refused as refused:
        return _show(http, form, refused)
    return workbooks.response(content, NAME)


def _show(http: HttpRequest, form: BalanceForm, refused: Refused | None = None) -> HttpResponse:
    page = web.page_of(http, postings_of(http.user, form))
    query = http.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "has_errors": bool(form.errors) or refused is not None,
        "page": page,
        "table": table_of(list(page.object_list), form.year_wanted),
        "year": form.year_wanted,
        "clear_url": reverse("leave:balances") if form.narrowed else "",
        "file_url": f"{reverse('leave:balances_file')}{'?' if query else ''}{query.urlencode()}",
        "refused": refused,
    }
    template = "leave/balances_rows.html" if web.wants_fragment(http) else "leave/balances.html"
    return render(http, template, context, status=refused.status if refused else 200)

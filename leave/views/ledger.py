"""请销假台账 on screen and as a workbook."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import web, workbooks
from core.access import access
from core.errors import Refused
from leave.clauses import REGISTERED
from leave.ledger import ledger_of, lines_of
from leave.ledger_file import NAME, export_ledger
from leave.ledger_form import LedgerForm
from leave.views import words
from policy.carries import carries


@access("overseer")
@require_safe
@carries(*REGISTERED)
def ledger(http: HttpRequest) -> HttpResponse:
    """Leave and trips of those the viewer looks after, in the order in which they begin."""
    return _show(http, LedgerForm(http.GET, http.user))


@access("overseer")
@require_safe
@carries(*REGISTERED)
def ledger_file(http: HttpRequest) -> HttpResponse:
    """The same as a workbook, narrowed by the same address."""
    form = LedgerForm(http.GET, http.user)
    try:
        content = export_ledger(acting_user=http.user, form=form)
    except Refused as refused:
        return _show(http, form, refused)
    return workbooks.response(content, NAME)


def _show(http: HttpRequest, form: LedgerForm, refused: Refused | None = None) -> HttpResponse:
    found = ledger_of(http.user, form.wanted)
    page = web.page_of(http, found.keys())
    query = http.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "has_errors": bool(form.errors) or refused is not None,
        "page": page,
        "lines": lines_of(list(page.object_list)),
        "totals": found.totals(),
        "said": form.said,
        "views": words.views(http.user, "ledger"),
        "clear_url": reverse("leave:ledger") if form.narrowed else "",
        "file_url": f"{reverse('leave:ledger_file')}{'?' if query else ''}{query.urlencode()}",
        "refused": refused,
    }
    template = "leave/ledger_rows.html" if web.wants_fragment(http) else "leave/ledger.html"
    return render(http, template, context, status=refused.status if refused else 200)

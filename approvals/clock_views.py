"""时限: all clocks on one page, what has run out first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals import clocks as running_clocks
from core import clock, web
from core.access import access

VIEWS = {"": "全部", "late": "已超期"}


@access("serving")
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Every clock that runs on what the viewer sees, the earliest due first; ``?view=late`` those that have run out."""
    view = "late" if request.GET.get("view") == "late" else ""
    rows = running_clocks.running(request.user)
    if view:
        rows = rows.filter(due__lt=clock.now())
    page = web.page_of(request, rows)
    here = reverse("approvals:clocks")
    context = {
        "page": page,
        "lines": running_clocks.lines(request.user, list(page.object_list)),
        "views": [
            {"label": label, "url": f"{here}?view={key}" if key else here, "active": key == view}
            for key, label in VIEWS.items()
        ],
        "now": clock.now(),
    }
    return render(request, "approvals/clocks.html", context)

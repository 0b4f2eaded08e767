"""运行状态, for the system administrator: processes, jobs, and messages that did not go out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import web
from core.access import access
from core.errors import Refused
from core.outbox import services
from core.outbox.state import standing
from overview import running as selectors


@access("system_admin")
@require_safe
def running(request: HttpRequest) -> HttpResponse:
    """The whole page: a fixed number of queries, whatever waits."""
    page = web.page_of(request, selectors.failed_for(request.user))
    now = standing()
    context = {
        "processes": selectors.processes(),
        "jobs": selectors.job_rows(),
        "now": now,
        "page": page,
        "failures": selectors.described(list(page.object_list)),
        "elsewhere": now.failed - page.paginator.count,
    }
    return render(request, "overview/running.html", context)


@access("system_admin")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a failed message be tried again."""
    row = get_object_or_404(selectors.messages_for(request.user), pk=pk)
    try:
        services.retry(acting_user=request.user, message_id=row.pk)
    except Refused as refused:
        messages.warning(request, refused.sentence)
    else:
        messages.success(request, "已放回待发，一分钟内再试；夜里不发的等到早上")
    return redirect("overview:running")


@access("system_admin")
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a failed message up, with a reason."""
    row = get_object_or_404(selectors.messages_for(request.user), pk=pk)
    context = {"failure": selectors.described([row])[0], "reason": request.POST.get("reason", "")}
    if request.method != "POST":
        return render(request, "overview/drop.html", context)
    try:
        services.drop(acting_user=request.user, message_id=row.pk, reason=context["reason"])
    except Refused as refused:
        return render(request, "overview/drop.html", {**context, "refused": refused}, status=refused.status)
    messages.success(request, "已放弃，不再发")
    return redirect("overview:running")

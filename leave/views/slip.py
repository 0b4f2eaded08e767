"""The page that prints: 请假审批单."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from core import clock
from core.access import access
from leave.models import LeaveRequest
from leave.slip import ONLY_DECIDERS, slip_of


@access("person")
@require_safe
def slip(http: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of one request, for whoever may see its card; reason and telephone as the card shows them."""
    request = get_object_or_404(LeaveRequest.objects.visible_to(http.user).for_lists(), pk=pk)
    if request.state == LeaveRequest.State.DRAFT:
        return redirect("leave:edit", pk=pk)
    context = {
        "slip": slip_of(request, http.user),
        "request_shown": request,
        "now": clock.now(),
        "hidden": ONLY_DECIDERS,
    }
    return render(http, "leave/slip.html", context)

"""意见反馈 as the system administrator reads it: what the people of his place have said, the newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import web
from core.access import access
from core.models import Feedback
from teams.models import User


@access("system_admin")
@require_safe
def feedback_received(request: HttpRequest) -> HttpResponse:
    """Said by accounts the administrator looks after; read here and nowhere else, and never in an assessment."""
    authors = User.objects.administered_by(request.user).order_by().values("pk")
    rows = Feedback.objects.filter(author__in=authors).select_related("author__person", "author__holder")
    page = web.page_of(request, rows.order_by("-created_at", "-pk"))
    template = (
        "overview/feedback_rows.html" if web.wants_fragment(request) else "overview/feedback_received.html"
    )
    return render(request, template, {"page": page})

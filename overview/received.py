"""意见反馈 as the system administrator reads and answers it: what the people of his place have said, the newest first."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core import feedback, web
from core.access import access
from core.errors import Refused
from core.models import Feedback
from teams.models import User


def _received(user: User) -> QuerySet[Feedback]:
    """Said by accounts the administrator looks after; read here and nowhere else, and never in an assessment."""
    authors = User.objects.administered_by(user).order_by().values("pk")
    return Feedback.objects.filter(author__in=authors)


@access("system_admin")
@require_safe
def feedback_received(request: HttpRequest) -> HttpResponse:
    """What was said, each with its answer or a form for one."""
    return _show(request)


@access("system_admin")
@require_POST
def feedback_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one, once."""
    text = request.POST.get("answer", "")
    try:
        feedback.answer(acting_user=request.user, feedback_id=pk, text=text, within=_received(request.user))
    except Refused as refused:
        said = {"pk": pk, "sentence": refused.sentence, "text": text}
        return _show(request, said, refused.status)
    return redirect(f"{reverse('overview:feedback_received')}#f{pk}")


def _show(request: HttpRequest, refused: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    rows = _received(request.user).select_related(
        "author__person", "author__holder", "answered_by__person", "answered_by__holder"
    )
    page = web.page_of(request, rows.order_by("-created_at", "-pk"))
    template = (
        "overview/feedback_rows.html" if web.wants_fragment(request) else "overview/feedback_received.html"
    )
    context = {"page": page, "refused": refused, "has_errors": status == 422}
    return render(request, template, context, status=status)

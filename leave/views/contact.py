"""查看请假期间电话: a reason, then the number in the answer to that form and nowhere else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from core import web
from core.access import access
from core.errors import Refused
from core.templatetags.zhubang import mask_phone
from leave.contact import sees_contact, show_contact
from leave.models import LeaveRequest
from teams.identifier_views import ReasonForm


@access("person")
@require_http_methods(["GET", "HEAD", "POST"])
def contact(http: HttpRequest, pk: int) -> HttpResponse:
    """The masked number with a form; after the form the full one, once."""
    request = get_object_or_404(LeaveRequest.objects.visible_to(http.user), pk=pk)
    if not sees_contact(request, http.user):
        raise Http404
    form = ReasonForm(http.POST if http.method == "POST" else None)
    shown = ""
    if http.method == "POST" and form.is_valid():
        try:
            shown = show_contact(request_id=pk, acting_user=http.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            web.refusals_to_form(form, refused)
    row = {
        "label": "电话",
        "value": shown or mask_phone(request.contact),
        "url": f"tel:{shown}" if shown else "",
    }
    context = {
        "person": request.applicant,
        "form": form,
        "shown": shown,
        "rows": [row],
        "back": request.get_absolute_url(),
    }
    return render(http, "teams/numbers.html", context, status=422 if form.errors else 200)
